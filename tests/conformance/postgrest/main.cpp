// Runs the cases of a conformance folder through records::Rest in this process, and prints one answer a line
// as JSON: {"id", "status", "headers", "body"}. `run` beside this file compares and reports.

#include <simdjson.h>

#include <cstdio>
#include <fstream>
#include <future>
#include <memory>

#include "auth/authenticator.hpp"
#include "base/json_writer.hpp"
#include "fixture.hpp"
#include "records/rest.hpp"

namespace holdfast::conformance {
namespace {

using simdjson::dom::element;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

records::RestOptions options_of(element settings) {
  records::RestOptions options;
  options.schemas = {"test"};
  options.allow_tx_preference = true;
  options.rollback_by_default = true;
  simdjson::dom::array schemas;
  if (settings["schemas"].get(schemas) == simdjson::SUCCESS) {
    options.schemas.clear();
    for (auto schema : schemas) options.schemas.emplace_back(std::string_view(schema));
  }
  std::uint64_t max_rows = 0;
  if (settings["max_rows"].get(max_rows) == simdjson::SUCCESS) options.max_rows = max_rows;
  bool aggregates = false;
  if (settings["aggregates"].get(aggregates) == simdjson::SUCCESS) options.aggregates = aggregates;
  bool names = true;
  if (settings["legacy_target_names"].get(names) == simdjson::SUCCESS) options.legacy_target_names = names;
  std::string_view trace;
  if (settings["trace_header"].get(trace) == simdjson::SUCCESS) options.trace_header = lower(trace);
  std::string_view mode;
  if (settings["openapi_mode"].get(mode) == simdjson::SUCCESS) options.describes_itself = mode != "disabled";
  return options;
}

constexpr std::string_view kAnonymous = "postgrest_test_anonymous";

// Tokens are verified by room auth, with the case's keys instead of a data folder's.
class Door {
 public:
  Door(Fixture& fixture, element settings) {
    auth::AuthOptions options;
    options.jwt_secret = "reallyreallyreallyreallyverysafe";
    element secret;
    if (settings["jwt_secret"].get(secret) == simdjson::SUCCESS) options.jwt_secret = text_of(secret);
    std::string_view audience;
    if (settings["jwt_audience"].get(audience) == simdjson::SUCCESS) options.audience = audience;
    element anonymous;
    options.allow_no_key = settings["anon_role"].get(anonymous) != simdjson::SUCCESS || !anonymous.is_null();
    options.default_role = options.allow_no_key ? base::kAnonRole : "";
    options.needs_audience = false;
    options.is_role = [catalogue = fixture.catalogue()](std::string_view role) {
      return role == kAnonymous || catalogue->roles.contains(std::string(role));
    };
    authenticator_ = std::make_unique<auth::Authenticator>(fixture.database(), auth::Secrets{}, options);
  }

  Result<base::Principal> enter(const records::RestRequest& request) {
    auth::Credentials credentials;
    for (const auto& [name, value] : request.headers) {
      if (name == "authorization") credentials.authorization = value;
    }
    HF_TRY(auto principal, authenticator_->authenticate(credentials));
    if (principal.role == kAnonymous) principal.role = base::kAnonRole;
    return principal;
  }

 private:
  static std::string text_of(element secret) {
    std::string_view text;
    if (secret.is_null()) return {};
    return secret.get(text) == simdjson::SUCCESS ? std::string(text) : simdjson::minify(secret);
  }

  std::unique_ptr<auth::Authenticator> authenticator_;
};

// As a client would put it on the wire: what a URL may not hold is percent-encoded.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char hex[4];
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f) {
      out += c;
    } else {
      std::snprintf(hex, sizeof hex, "%%%02X", byte);
      out += hex;
    }
  }
  return out;
}

records::RestRequest request_of(element asked) {
  records::RestRequest request;
  request.method = std::string_view(asked["method"]);
  const std::string target = encoded(std::string_view(asked["path"]));
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  for (auto header : simdjson::dom::array(asked["headers"])) {
    request.headers.emplace_back(lower(std::string_view(header.at(0))),
                                 std::string(std::string_view(header.at(1))));
  }
  std::string_view body;
  if (asked["body"].get(body) == simdjson::SUCCESS) request.body = body;
  return request;
}

records::RestResponse run(records::Rest& rest, Door& door, records::RestRequest request) {
  auto principal = door.enter(request);
  if (!principal.ok()) return records::error_response(principal.error(), true);
  request.principal = *std::move(principal);
  std::promise<records::RestResponse> answer;
  rest.handle(std::move(request),
              [&answer](records::RestResponse response) { answer.set_value(std::move(response)); });
  return answer.get_future().get();
}

void print(std::string_view id, const records::RestResponse& response) {
  std::string line;
  base::JsonWriter json(line);
  json.begin_object()
      .key("id")
      .string(id)
      .key("status")
      .integer(response.status)
      .key("headers")
      .begin_array();
  for (const auto& [name, value] : response.headers)
    json.begin_array().string(name).string(value).end_array();
  json.end_array().key("body").string(response.body).end_object();
  std::puts(line.c_str());
}

Result<void> run_cases(const std::filesystem::path& folder) {
  HF_TRY(auto fixture, Fixture::load(folder));
  for (const auto& refused : fixture->refused()) std::fprintf(stderr, "not loaded: %s\n", refused.c_str());
  std::ifstream lines(folder / "cases.jsonl");
  std::string group;
  bool dirty = false;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(lines, line);) {
    const element one = parser.parse(line).value();
    const std::string_view its_group = one["group"];
    if (its_group != group && dirty) {
      HF_CHECK(fixture->restore());
      dirty = false;
    }
    group = its_group;
    dirty = dirty || bool(one["commits"]);
    records::Rest rest(fixture->database(), nullptr, options_of(one["settings"]));
    rest.set_catalogue(fixture->catalogue());
    Door door(*fixture, one["settings"]);
    print(std::string_view(one["id"]), run(rest, door, request_of(one["request"])));
  }
  return {};
}

}  // namespace
}  // namespace holdfast::conformance

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: postgrest_conformance FOLDER\n", stderr);
    return 2;
  }
  const auto done = holdfast::conformance::run_cases(argv[1]);
  if (done.ok()) return 0;
  std::fprintf(stderr, "%s\n", done.error().to_string().c_str());
  return 1;
}
