// Runs the cases of a conformance folder through records::Rest in this process, and prints one answer a line
// as JSON: {"id", "status", "headers", "body"}. `run` beside this file compares and reports.

#include <simdjson.h>

#include <cstdio>
#include <fstream>
#include <future>

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
  std::string_view trace;
  if (settings["trace_header"].get(trace) == simdjson::SUCCESS) options.trace_header = lower(trace);
  std::string_view mode;
  if (settings["openapi_mode"].get(mode) == simdjson::SUCCESS) options.describes_itself = mode != "disabled";
  return options;
}

std::string decode_base64url(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFFFU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> static_cast<unsigned>(held) & 0xFFU);
  }
  return out;
}

// Whom a token names. Room auth checks tokens; here its outcome is taken as given.
base::Principal principal_of(const records::RestRequest& request) {
  base::Principal principal;
  for (const auto& [name, value] : request.headers) {
    if (name != "authorization") continue;
    const auto first = value.find('.');
    const auto second = value.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    principal.claims_json = decode_base64url(std::string_view(value).substr(first + 1, second - first - 1));
    simdjson::dom::parser parser;
    std::string_view role;
    if (parser.parse(principal.claims_json)["role"].get(role) == simdjson::SUCCESS) principal.role = role;
    if (principal.role == "postgrest_test_anonymous") principal.role = base::kAnonRole;
  }
  return principal;
}

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
  request.principal = principal_of(request);
  return request;
}

records::RestResponse run(records::Rest& rest, records::RestRequest request) {
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
    print(std::string_view(one["id"]), run(rest, request_of(one["request"])));
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
