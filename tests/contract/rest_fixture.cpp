#include "contract/rest_fixture.hpp"

#include <algorithm>

#include "base/testing/source_folder.hpp"

namespace holdfast::testing {
namespace {

// Ann has a published app with two versions and a draft; Bob has a published one.
constexpr std::string_view kDevelopers = R"([
  {"id":"00000000-0000-4000-8000-00000000000a","email":"ann@example.org","name":"Ann"},
  {"id":"00000000-0000-4000-8000-00000000000b","email":"bob@example.org","name":"Bob"}])";
constexpr std::string_view kApps = R"([
  {"id":"10000000-0000-4000-8000-000000000001","developer_id":"00000000-0000-4000-8000-00000000000a",
   "package_id":"org.ann.maps","name":"Maps","description":"Finding the quickest routes","category":"travel",
   "tags":["map","gps"],"status":"published"},
  {"id":"10000000-0000-4000-8000-000000000002","developer_id":"00000000-0000-4000-8000-00000000000a",
   "package_id":"org.ann.draft","name":"Secret draft","description":null,"category":null,
   "tags":[],"status":"draft"},
  {"id":"10000000-0000-4000-8000-000000000003","developer_id":"00000000-0000-4000-8000-00000000000b",
   "package_id":"org.bob.chess","name":"Chess","description":"Plays chess","category":"games",
   "tags":["game"],"status":"published"}])";
constexpr std::string_view kVersions = R"([
  {"id":"20000000-0000-4000-8000-000000000001","app_id":"10000000-0000-4000-8000-000000000001","version_code":1,
   "version_name":"1.0","package_url":"u1","package_size":9007199254740993,"signature":"s"},
  {"id":"20000000-0000-4000-8000-000000000002","app_id":"10000000-0000-4000-8000-000000000001","version_code":2,
   "version_name":"2.0","package_url":"u2","package_size":20,"signature":"s"},
  {"id":"20000000-0000-4000-8000-000000000003","app_id":"10000000-0000-4000-8000-000000000003","version_code":1,
   "version_name":"0.1","package_url":"u3","package_size":30,"signature":"s"}])";

}  // namespace

Portal::Portal() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-portal-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  open();
  const auto migrated = engine_->migrator().up();
  EXPECT_TRUE(migrated.ok()) << (migrated.ok() ? "" : migrated.error().to_string());
  const auto reloaded = engine_->reload();
  EXPECT_TRUE(reloaded.ok()) << (reloaded.ok() ? "" : reloaded.error().to_string());
  fill();
}

Portal::~Portal() {
  engine_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Portal::open() {
  engine::Settings settings;
  settings.data_folder = folder_;
  settings.blueprint = base::testing::source_folder() / "blueprints/dev-portal";
  auto opened = engine::Engine::open(settings);
  ASSERT_TRUE(opened.ok()) << opened.error().to_string();
  engine_ = *std::move(opened);
}

void Portal::reopen() {
  engine_.reset();
  open();
}

void Portal::fill() {
  const auto post = [this](const std::string& table, std::string_view rows) {
    const auto response =
        send({.method = "POST", .target = table, .who = service(), .body = std::string(rows)});
    EXPECT_EQ(response.status, 201) << table << response.body;
  };
  post("/developers", kDevelopers);
  post("/apps", kApps);
  post("/app_versions", kVersions);
  for (const auto* state : {"review", "approved", "published"}) {
    const auto response = send({.method = "PATCH",
                                .target = "/app_versions?version_code=eq.2",
                                .who = service(),
                                .body = std::string(R"({"status":")") + state + "\"}"});
    EXPECT_EQ(response.status, 204) << response.body;
  }
}

records::RestResponse Portal::send(const Call& call) {
  records::RestRequest request;
  request.method = call.method;
  const auto mark = call.target.find('?');
  request.path = call.target.substr(0, mark);
  if (mark != std::string::npos) request.query = call.target.substr(mark + 1);
  request.headers = call.headers;
  request.body = call.body;
  request.principal = call.who;
  std::promise<records::RestResponse> answer;
  engine_->rest().handle(std::move(request), [&answer](records::RestResponse response) {
    answer.set_value(std::move(response));
  });
  return answer.get_future().get();
}

base::Principal Portal::developer(const std::string& id) {
  return {.role = base::kAuthenticatedRole,
          .subject = id,
          .claims_json = R"({"role":"authenticated","sub":")" + id + "\"}",
          .key_prefix = {}};
}

base::Principal Portal::service() {
  return {.role = base::kServiceRole,
          .subject = {},
          .claims_json = R"({"role":"service_role"})",
          .key_prefix = {}};
}

std::string header(const records::RestResponse& response, std::string_view name) {
  const auto at = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
  return at == response.headers.end() ? "" : at->second;
}

std::string code_of(const records::RestResponse& response) {
  simdjson::dom::parser parser;
  std::string_view code;
  if (parser.parse(response.body)["code"].get(code) == simdjson::SUCCESS) return std::string(code);
  return response.body;
}

std::string compact(std::string_view json) {
  simdjson::dom::parser parser;
  const auto parsed = parser.parse(simdjson::padded_string(json));
  return parsed.error() == simdjson::SUCCESS ? simdjson::minify(parsed.value_unsafe()) : std::string(json);
}

}  // namespace holdfast::testing
