#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "contract/rest_fixture.hpp"

// The dev-portal's REST API as its clients meet it, before and after the data folder was closed.

namespace holdfast::testing {
namespace {

constexpr char kMaps[] = "10000000-0000-4000-8000-000000000001";

class RestContract : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) portal_.reopen();
  }
  records::RestResponse get(const std::string& target, base::Principal who = {},
                            Portal::Headers headers = {}) {
    return portal_.send({.target = target, .who = std::move(who), .headers = std::move(headers)});
  }
  records::RestResponse write(const std::string& method, const std::string& target,
                              const base::Principal& who, const std::string& body,
                              Portal::Headers headers = {}) {
    return portal_.send(
        {.method = method, .target = target, .who = who, .body = body, .headers = std::move(headers)});
  }
  // The rows as compact JSON; the whole body where the answer is an error.
  std::string rows(const std::string& target, const base::Principal& who = {}) {
    return compact(get(target, who).body);
  }

  const base::Principal ann_ = Portal::developer(Portal::kAnn);
  const base::Principal bob_ = Portal::developer(Portal::kBob);
  const base::Principal service_ = Portal::service();
  Portal portal_;
};

INSTANTIATE_TEST_SUITE_P(Embedded, RestContract, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "closed_and_reopened" : "open"; });

TEST_P(RestContract, anyone_reads_published_apps_and_no_others) {
  EXPECT_EQ(rows("/apps?select=name&order=name"), R"([{"name":"Chess"},{"name":"Maps"}])");
  EXPECT_EQ(rows("/apps?select=name&order=name", ann_),
            R"([{"name":"Chess"},{"name":"Maps"},{"name":"Secret draft"}])");
  EXPECT_EQ(rows("/apps?select=name&order=name", bob_), R"([{"name":"Chess"},{"name":"Maps"}])");
  EXPECT_EQ(rows("/apps?select=name&order=name", service_),
            R"([{"name":"Chess"},{"name":"Maps"},{"name":"Secret draft"}])");
}

TEST_P(RestContract, a_request_like_one_before_is_answered_as_if_it_were_the_first) {
  const std::string maps = kMaps;
  const std::vector<std::pair<std::string, std::string>> alike{
      {"/apps", "/apps"},
      {"/apps?select=name&name=eq.Maps", "/apps?select=name&name=eq.Secret%20draft"},
      {"/apps?select=name&name=eq.Maps", "/apps?select=name&name=eq.a%26b+c"},
      {"/apps?id=eq." + maps, "/apps?id=eq.no-uuid"},
      {"/apps?select=name&order=name&limit=1&offset=0", "/apps?select=name&order=name&limit=2&offset=1"},
      {"/apps?name=like.M*&select=name", "/apps?name=like.*s*&select=name"},
      {"/app_versions?select=version_code,apps(name)&version_code=gte.1",
       "/app_versions?select=version_code,apps(name)&version_code=gte.2"},
      {"/apps?nothing=eq.1", "/apps?nothing=eq.2"},
  };
  for (const char* form : {"*/*", "application/vnd.pgrst.object+json", "text/csv", "image/png"}) {
    for (const auto& who : {Portal::anon(), ann_, bob_, service_}) {
      for (const auto& [before, target] : alike) {
        get(before, who, {{"accept", form}});
        const auto again = get(target, who, {{"accept", form}});
        // A preference, known or not, takes a request through the parser.
        const auto parsed = get(target, who, {{"accept", form}, {"prefer", "no-such-thing"}});
        EXPECT_EQ(again.status, parsed.status) << target << " as " << who.role << ", " << form;
        EXPECT_EQ(again.headers, parsed.headers) << target << " as " << who.role << ", " << form;
        EXPECT_EQ(again.body, parsed.body) << target << " as " << who.role << ", " << form;
      }
    }
  }
}

TEST_P(RestContract, policies_hold_on_embedded_rows_too) {
  const std::string query =
      "/apps?select=name,app_versions(version_code)&order=name&app_versions.order=version_code";
  EXPECT_EQ(rows(query),
            R"([{"name":"Chess","app_versions":[]},{"name":"Maps","app_versions":[{"version_code":2}]}])");
  EXPECT_EQ(rows(query + "&name=eq.Maps", ann_),
            R"([{"name":"Maps","app_versions":[{"version_code":1},{"version_code":2}]}])");
}

TEST_P(RestContract, views_embed_over_the_keys_of_their_tables) {
  EXPECT_EQ(
      rows("/apps?select=name,developer_profiles(name)&order=name"),
      R"([{"name":"Chess","developer_profiles":{"name":"Bob"}},{"name":"Maps","developer_profiles":{"name":"Ann"}}])");
}

TEST_P(RestContract, the_latest_version_is_the_first_of_an_ordered_embed) {
  EXPECT_EQ(rows("/apps?select=name,app_versions(version_name)&app_versions.order=version_code.desc"
                 "&app_versions.limit=1&name=eq.Maps",
                 ann_),
            R"([{"name":"Maps","app_versions":[{"version_name":"2.0"}]}])");
}

TEST_P(RestContract, filters_aliases_casts_and_paths_read_as_in_postgresql) {
  EXPECT_EQ(rows("/apps?select=n:name,t:tags-%3E%3E0&tags=cs.{gps}"), R"([{"n":"Maps","t":"map"}])");
  EXPECT_EQ(rows("/apps?select=name&or=(name.ilike.*MAP*,category.eq.games)&order=name.desc"),
            R"([{"name":"Maps"},{"name":"Chess"}])");
  EXPECT_EQ(
      rows("/app_versions?select=package_size::text&version_code=eq.1&app_id=eq." + std::string(kMaps), ann_),
      R"([{"package_size":"9007199254740993"}])");
  EXPECT_EQ(rows("/apps?select=name&category=is.null", ann_), R"([{"name":"Secret draft"}])");
  EXPECT_EQ(rows("/apps?select=name&description=fts.route"), R"([{"name":"Maps"}])");
}

TEST_P(RestContract, nulls_order_as_in_postgresql) {
  EXPECT_EQ(rows("/apps?select=name&order=category.asc", ann_),
            R"([{"name":"Chess"},{"name":"Maps"},{"name":"Secret draft"}])");
  EXPECT_EQ(rows("/apps?select=name&order=category.desc", ann_),
            R"([{"name":"Secret draft"},{"name":"Maps"},{"name":"Chess"}])");
}

TEST_P(RestContract, ranges_and_counts_are_told_in_Content_Range) {
  const auto response =
      get("/apps?select=name&order=name", {}, {{"range", "0-0"}, {"prefer", "count=exact"}});
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(header(response, "Content-Range"), "0-0/2");
  EXPECT_EQ(header(response, "Preference-Applied"), "count=exact");
  EXPECT_EQ(get("/apps?offset=9", {}, {{"prefer", "count=exact"}}).status, 416);
}

TEST_P(RestContract, an_estimate_tells_nothing_of_rows_that_are_hidden) {
  for (const char* how : {"count=planned", "count=estimated"}) {
    EXPECT_EQ(header(get("/apps?select=name", {}, {{"prefer", how}}), "Content-Range"), "0-1/2") << how;
    EXPECT_EQ(header(get("/apps?select=name", bob_, {{"prefer", how}}), "Content-Range"), "0-1/2") << how;
    EXPECT_EQ(
        header(get("/developer_profiles?select=name&name=eq.Ann", {}, {{"prefer", how}}), "Content-Range"),
        "0-0/1")
        << how;
  }
}

TEST_P(RestContract, one_object_is_given_when_there_is_one) {
  const Portal::Headers single{{"accept", "application/vnd.pgrst.object+json"}};
  EXPECT_EQ(get("/apps?select=name&name=eq.Maps", {}, single).body, R"({"name":"Maps"})");
  EXPECT_EQ(code_of(get("/apps", {}, single)), "PGRST116");
  EXPECT_EQ(get("/apps?name=eq.none", {}, single).status, 406);
}

TEST_P(RestContract, rows_come_as_CSV) {
  const auto response = get("/apps?select=name,category&order=name", {}, {{"accept", "text/csv"}});
  EXPECT_EQ(response.body, "name,category\nChess,games\nMaps,travel");
}

TEST_P(RestContract, functions_are_called_and_their_rows_shaped) {
  EXPECT_EQ(rows("/rpc/search_apps?query=routes&select=name,developer_profiles(name)"),
            R"([{"name":"Maps","developer_profiles":{"name":"Ann"}}])");
  const auto owns = write("POST", "/rpc/owns_app", ann_, std::string(R"({"app":")") + kMaps + "\"}");
  EXPECT_EQ(owns.body, "true");
  EXPECT_EQ(code_of(get("/rpc/owns_app?nonsense=1")), "PGRST202");
}

TEST_P(RestContract, writes_give_back_what_was_asked_for) {
  const std::string app =
      R"({"developer_id":"00000000-0000-4000-8000-00000000000a","package_id":"org.ann.new","name":"New"})";
  const auto created = write("POST", "/apps?select=name,status,developer_profiles(name)", ann_, app,
                             {{"prefer", "return=representation"}});
  EXPECT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(compact(created.body),
            R"([{"name":"New","status":"draft","developer_profiles":{"name":"Ann"}}])");
  const auto changed = write("PATCH", "/apps?package_id=eq.org.ann.new&select=name", ann_,
                             R"({"name":"Newer"})", {{"prefer", "return=representation"}});
  EXPECT_EQ(compact(changed.body), R"([{"name":"Newer"}])");
  EXPECT_EQ(write("DELETE", "/apps?package_id=eq.org.ann.new", ann_, "").status, 204);
  EXPECT_EQ(rows("/apps?package_id=eq.org.ann.new", ann_), "[]");
}

TEST_P(RestContract, upserts_merge_or_leave) {
  const std::string row =
      R"({"developer_id":"00000000-0000-4000-8000-00000000000a","package_id":"org.ann.maps","name":"Atlas"})";
  const auto left =
      write("POST", "/apps?on_conflict=package_id", ann_, row, {{"prefer", "resolution=ignore-duplicates"}});
  EXPECT_EQ(left.status, 201) << left.body;
  EXPECT_EQ(rows("/apps?select=name&package_id=eq.org.ann.maps"), R"([{"name":"Maps"}])");
  const auto merged =
      write("POST", "/apps?on_conflict=package_id", ann_, row, {{"prefer", "resolution=merge-duplicates"}});
  EXPECT_EQ(merged.status, 200) << merged.body;
  EXPECT_EQ(rows("/apps?select=name&package_id=eq.org.ann.maps"), R"([{"name":"Atlas"}])");
  EXPECT_EQ(write("PATCH", "/apps?package_id=eq.org.ann.maps", ann_, R"({"name":"Maps"})").status, 204);
}

TEST_P(RestContract, rows_of_others_are_neither_made_nor_changed_nor_deleted) {
  const std::string as_ann =
      R"({"developer_id":"00000000-0000-4000-8000-00000000000a","package_id":"x","name":"x"})";
  const auto made = write("POST", "/apps", bob_, as_ann);
  EXPECT_EQ(made.status, 403);
  EXPECT_EQ(code_of(made), "42501");
  EXPECT_EQ(rows("/apps?select=name&package_id=eq.x", service_), "[]");
  const auto changed = write("PATCH", "/apps?package_id=eq.org.ann.maps", bob_, R"({"name":"mine"})",
                             {{"prefer", "count=exact"}});
  EXPECT_EQ(header(changed, "Content-Range"), "*/0");
  const auto given = write("PATCH", "/apps?package_id=eq.org.bob.chess", bob_,
                           R"({"developer_id":"00000000-0000-4000-8000-00000000000a"})");
  EXPECT_EQ(code_of(given), "42501");
  EXPECT_EQ(write("DELETE", "/apps?name=eq.Maps", bob_, "").status, 204);
  EXPECT_EQ(rows("/apps?select=name&name=eq.Maps"), R"([{"name":"Maps"}])");
  const auto over = write(
      "POST", "/apps?on_conflict=package_id", bob_,
      R"({"developer_id":"00000000-0000-4000-8000-00000000000b","package_id":"org.ann.maps","name":"mine"})",
      {{"prefer", "resolution=merge-duplicates"}});
  EXPECT_EQ(code_of(over), "42501");
}

TEST_P(RestContract, a_refused_row_tells_nothing_of_rows_that_exist) {
  const auto app = [](const std::string& owner, const std::string& package, const std::string& more = "") {
    return R"({"developer_id":")" + owner + R"(","package_id":")" + package + "\"" + more + "}";
  };
  const std::string named = R"(,"name":"x")";
  const std::string nobody = "99999999-0000-4000-8000-000000000000";
  const std::string maps_id = R"(,"name":"x","id":")" + std::string(kMaps) + "\"";
  // A foreign key, a unique key, the primary key, NOT NULL and a check, each broken by a row that is not his.
  for (const auto& body : {app(nobody, "new", named), app(Portal::kAnn, "org.ann.maps", named),
                           app(Portal::kAnn, "new", maps_id), app(Portal::kAnn, "new"),
                           app(Portal::kAnn, "new", R"(,"name":null)"),
                           app(Portal::kAnn, "new", R"(,"name":"x","status":"suspended")")}) {
    for (const auto* prefer : {"return=minimal", "return=representation", "missing=default",
                               "resolution=merge-duplicates", "resolution=ignore-duplicates"}) {
      const auto made = write("POST", "/apps", bob_, body, {{"prefer", prefer}});
      EXPECT_EQ(code_of(made), "42501") << prefer << body;
      EXPECT_EQ(made.body.find("USING"), std::string::npos) << made.body;
    }
  }
  EXPECT_EQ(code_of(write("POST", "/apps", bob_,
                          "[" + app(Portal::kBob, "new", named) + "," +
                              app(Portal::kAnn, "org.ann.maps", named) + "]")),
            "42501");
  EXPECT_EQ(rows("/apps?select=name&package_id=eq.new", service_), "[]");
}

TEST_P(RestContract, an_upsert_of_others_rows_is_refused_whether_or_not_they_exist) {
  const std::string maps = "/apps?id=eq." + std::string(kMaps);
  const auto row = [](const std::string& owner, const std::string& package) {
    return R"({"id":")" + std::string(kMaps) + R"(","developer_id":")" + owner + R"(","package_id":")" +
           package + R"(","name":"x"})";
  };
  const auto put = write("PUT", maps, bob_, row(Portal::kAnn, "org.bob.chess"));
  EXPECT_EQ(code_of(put), "42501");
  EXPECT_EQ(put.body.find("USING"), std::string::npos) << put.body;
  EXPECT_EQ(code_of(write("PUT", maps, bob_, row("99999999-0000-4000-8000-000000000000", "x"))), "42501");
  // His own row, but what it meets is hers: the met row is asked before it changes.
  const auto over = write("PUT", maps, bob_, row(Portal::kBob, "org.bob.chess"));
  EXPECT_EQ(code_of(over), "42501");
  EXPECT_NE(over.body.find("(USING expression)"), std::string::npos) << over.body;
  EXPECT_EQ(code_of(write("PUT", maps, ann_, row(Portal::kAnn, "org.bob.chess"))), "23505");
  EXPECT_EQ(rows("/apps?select=name,package_id&id=eq." + std::string(kMaps)),
            R"([{"name":"Maps","package_id":"org.ann.maps"}])");
}

TEST_P(RestContract, a_row_cannot_be_moved_to_others_to_learn_of_their_keys) {
  const std::string chess = "/apps?package_id=eq.org.bob.chess";
  for (const std::string body :
       {R"({"developer_id":"99999999-0000-4000-8000-000000000000"})",
        R"({"developer_id":"00000000-0000-4000-8000-00000000000a","package_id":"org.ann.maps"})",
        R"({"developer_id":"00000000-0000-4000-8000-00000000000a","package_id":"free"})",
        R"({"developer_id":"00000000-0000-4000-8000-00000000000a","name":null})",
        R"({"developer_id":null})"}) {
    EXPECT_EQ(code_of(write("PATCH", chess, bob_, body)), "42501") << body;
    EXPECT_EQ(code_of(write("PATCH", chess, bob_, body, {{"prefer", "return=representation"}})), "42501");
  }
  EXPECT_EQ(
      code_of(write("PATCH", chess + "&columns=developer_id", bob_, "{}", {{"prefer", "missing=default"}})),
      "42501");
  EXPECT_EQ(code_of(write("PATCH", chess, bob_, R"({"package_id":"org.ann.maps"})")), "23505");
  EXPECT_EQ(code_of(write("PATCH", chess, bob_, R"({"name":null})")), "23502");
  EXPECT_EQ(code_of(write("PATCH", "/app_versions?package_url=eq.u3", bob_,
                          R"({"app_id":"99999999-0000-4000-8000-000000000000"})")),
            "42501");
  EXPECT_EQ(rows("/apps?select=name&package_id=eq.org.bob.chess"), R"([{"name":"Chess"}])");
}

TEST_P(RestContract, a_checked_row_is_stored_with_the_defaults_it_was_checked_with) {
  const auto made = write(
      "POST", "/apps?select=id,status,package_id", bob_,
      R"({"developer_id":"00000000-0000-4000-8000-00000000000b","package_id":"org.bob.new","name":"n"})",
      {{"prefer", "return=representation"}});
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(rows("/apps?select=id,status,package_id&package_id=eq.org.bob.new", service_),
            compact(made.body));
  EXPECT_EQ(write("DELETE", "/apps?package_id=eq.org.bob.new", bob_, "").status, 204);
}

TEST_P(RestContract, anonymous_writes_are_401) {
  const auto response = write("POST", "/apps", Portal::anon(), R"({"package_id":"x","name":"x"})");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(code_of(response), "42501");
  EXPECT_EQ(code_of(get("/developers")), "42501");
}

TEST_P(RestContract, hidden_columns_do_not_exist_for_anybody) {
  for (const auto& who : {ann_, service_}) {
    EXPECT_EQ(code_of(get("/developers?select=password_hash", who)), "42703");
    EXPECT_EQ(code_of(get("/developers?select=id&password_hash=is.null", who)), "42703");
    EXPECT_EQ(code_of(get("/developers?select=id&or=(oauth_id.eq.1,id.is.null)", who)), "42703");
    EXPECT_EQ(code_of(get("/developers?select=id&order=password_hash", who)), "42703");
    EXPECT_EQ(code_of(get("/apps?select=name,developers(oauth_id)", who)), "42703");
    EXPECT_EQ(code_of(get("/apps?select=name,developers(id)&developers.password_hash=eq.x", who)), "42703");
    EXPECT_EQ(code_of(get("/apps?select=name,developers(id)&order=developers(password_hash)", who)), "42703");
    EXPECT_EQ(code_of(write("PATCH", "/developers?name=eq.Ann", who, R"({"password_hash":"x"})")),
              "PGRST204");
    EXPECT_EQ(code_of(write("POST", "/api_keys", who, R"({"key_hash":"x"})")), "PGRST204");
    EXPECT_EQ(get("/developers", who).body.find("password_hash"), std::string::npos);
    EXPECT_EQ(get("/", who).body.find("password_hash"), std::string::npos);
  }
}

TEST_P(RestContract, constraints_answer_with_postgresqls_codes_and_names) {
  const auto twice = write(
      "POST", "/apps", ann_,
      R"({"developer_id":"00000000-0000-4000-8000-00000000000a","package_id":"org.ann.maps","name":"x"})");
  EXPECT_EQ(twice.status, 409);
  EXPECT_EQ(code_of(twice), "23505");
  EXPECT_NE(twice.body.find(R"(unique constraint \"apps_package_id_key\")"), std::string::npos) << twice.body;
  EXPECT_NE(twice.body.find("Key (package_id)=(org.ann.maps) already exists."), std::string::npos)
      << twice.body;
  const auto orphan =
      write("POST", "/apps", service_,
            R"({"developer_id":"99999999-0000-4000-8000-000000000000","package_id":"o","name":"o"})");
  EXPECT_EQ(orphan.status, 409);
  EXPECT_EQ(code_of(orphan), "23503");
  EXPECT_NE(orphan.body.find("apps_developer_id_fkey"), std::string::npos) << orphan.body;
  EXPECT_EQ(code_of(write("POST", "/apps", service_, R"({"package_id":"n","name":"n"})")), "23502");
  EXPECT_EQ(code_of(write("PATCH", "/developers?name=eq.Ann", service_,
                          R"({"name":")" + std::string(101, 'x') + "\"}")),
            "22001");
  EXPECT_EQ(code_of(get("/apps?id=eq.no-uuid")), "22P02");
}

TEST_P(RestContract, versions_go_their_way_and_never_back) {
  const std::string first = "/app_versions?version_code=eq.1&app_id=eq." + std::string(kMaps);
  const auto move = [&](const base::Principal& who, const std::string& to) {
    return code_of(write("PATCH", first, who, R"({"status":")" + to + "\"}"));
  };
  EXPECT_EQ(move(ann_, "published"), "23514");
  EXPECT_EQ(move(ann_, "review"), "");
  EXPECT_EQ(move(ann_, "approved"), "42501");
  EXPECT_EQ(move(service_, "approved"), "");
  EXPECT_EQ(move(ann_, "published"), "");
  EXPECT_EQ(move(service_, "draft"), "23514");
  EXPECT_EQ(code_of(write("PATCH", first, service_, R"({"release_notes":"x"})")), "23514");
  EXPECT_EQ(code_of(write("DELETE", first, service_, "")), "23514");
}

TEST_P(RestContract, wishes_that_cannot_be_met_are_refused_by_name) {
  EXPECT_EQ(code_of(get("/nothing")), "PGRST205");
  EXPECT_EQ(code_of(get("/apps?select=nothing")), "42703");
  EXPECT_EQ(code_of(get("/apps?select=name,signing_keys(id)")), "PGRST200");
  EXPECT_EQ(code_of(get("/apps?nothing.id=eq.1")), "PGRST108");
  EXPECT_EQ(code_of(get("/apps?select=name,app_versions(id)&order=app_versions(id)")), "PGRST118");
  EXPECT_EQ(code_of(get("/apps?select=id.count()")), "PGRST123");
  EXPECT_EQ(code_of(get("/apps", {}, {{"accept", "image/png"}})), "PGRST107");
  EXPECT_EQ(code_of(get("/apps", {}, {{"accept-profile", "auth"}})), "PGRST106");
  EXPECT_EQ(code_of(get("/apps", {}, {{"prefer", "handling=strict, nonsense"}})), "PGRST122");
  EXPECT_EQ(code_of(write("DELETE", "/apps", ann_, "", {{"prefer", "handling=strict, max-affected=1"}})),
            "PGRST124");
  EXPECT_EQ(code_of(write("PUT", "/apps?name=eq.x", ann_, "{}")), "PGRST105");
  EXPECT_EQ(code_of(write("POST", "/apps?on_conflict=name", ann_, R"({"name":"x"})",
                          {{"prefer", "resolution=merge-duplicates"}})),
            "42P10");
}

// Tables of which SQLite makes a part: numbered keys, generated columns, columns that are touched.
class RestContractOfMadeColumns : public ::testing::Test {
 protected:
  RestContractOfMadeColumns() {
    std::filesystem::create_directories(folder_ / "blueprint/migrations");
    write_file("blueprint.yaml", "name: notes\ndescription: notes\n");
    write_file("migrations/001_notes.up.sql", R"(
      CREATE TABLE notes (id bigserial PRIMARY KEY, owner text, tag text UNIQUE, size int DEFAULT 1,
                          twice int GENERATED ALWAYS AS (size * 2) STORED, changed timestamptz);
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.changed = now(); RETURN NEW; END $$;
      CREATE TRIGGER touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
      ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON notes TO authenticated USING (true)
        WITH CHECK (owner = auth.uid()::text AND id < 100 AND twice < 100
                    AND (changed IS NULL OR changed > '2020-01-01'));
      GRANT ALL ON notes TO authenticated, service_role;)");
    write_file("migrations/001_notes.down.sql", "DROP TABLE notes; DROP FUNCTION touch();");
    engine::Settings settings;
    settings.data_folder = folder_ / "data";
    settings.blueprint = folder_ / "blueprint";
    auto opened = engine::Engine::open(settings);
    if (!opened.ok()) throw std::runtime_error(opened.error().to_string());
    engine_ = *std::move(opened);
    EXPECT_TRUE(engine_->migrator().up().ok());
    EXPECT_TRUE(engine_->reload().ok());
  }
  ~RestContractOfMadeColumns() override {
    engine_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void write_file(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / "blueprint" / name) << text;
  }

  // The error's code, or the rows that were written.
  std::string write(const std::string& method, const std::string& query, const base::Principal& who,
                    const std::string& body, const std::string& prefer = "return=representation") {
    records::RestRequest request;
    request.method = method;
    request.path = "/notes";
    request.query = "select=id,tag,twice" + query;
    request.headers = {{"prefer", "return=representation," + prefer}};
    request.body = body;
    request.principal = who;
    std::promise<records::RestResponse> answer;
    engine_->rest().handle(std::move(request),
                           [&](records::RestResponse response) { answer.set_value(std::move(response)); });
    const auto response = answer.get_future().get();
    return response.status < 300 ? compact(response.body) : code_of(response);
  }

  static std::string note(const std::string& owner, const std::string& rest) {
    return R"({"owner":")" + owner + "\"," + rest + "}";
  }

  const std::filesystem::path folder_ = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-notes-XXXXXX").string();
    return std::filesystem::path(mkdtemp(pattern.data()));
  }();
  const base::Principal ann_ = Portal::developer(Portal::kAnn);
  std::unique_ptr<engine::Engine> engine_;
};

TEST_F(RestContractOfMadeColumns, are_checked_as_they_will_be_stored) {
  const std::string ann = Portal::kAnn;
  EXPECT_EQ(write("POST", "", ann_, note(ann, R"("tag":"a")")), R"([{"id":1,"tag":"a","twice":2}])");
  EXPECT_EQ(write("POST", "", Portal::service(), note("x", R"("tag":"b")")),
            R"([{"id":2,"tag":"b","twice":2}])");
  EXPECT_EQ(write("POST", "", ann_, note(ann, R"("tag":"c","size":5)")),
            R"([{"id":3,"tag":"c","twice":10}])");
  EXPECT_EQ(write("POST", "", ann_, note(ann, R"("tag":"a","size":50)")), "42501");
  EXPECT_EQ(write("POST", "", ann_, note(ann, R"("tag":"a","id":100)")), "42501");
  EXPECT_EQ(write("POST", "", ann_, note("x", R"("tag":"a","id":null)")), "42501");
  EXPECT_EQ(write("POST", "", ann_, note(ann, R"("tag":"a","id":null)")), "42501");
  EXPECT_EQ(write("POST", "", ann_, note(ann, R"("tag":"a")")), "23505");
  EXPECT_EQ(write("POST", "&on_conflict=tag", ann_, note(ann, R"("tag":"a","size":7)"),
                  "resolution=merge-duplicates"),
            R"([{"id":1,"tag":"a","twice":14}])");
  EXPECT_EQ(write("POST", "&on_conflict=tag", ann_, note(ann, R"("tag":"a","size":50)"),
                  "resolution=merge-duplicates"),
            "42501");
  EXPECT_EQ(write("PATCH", "&tag=eq.c", ann_, R"({"size":50,"tag":"a"})"), "42501");
  EXPECT_EQ(write("PATCH", "&tag=eq.c", ann_, R"({"size":6,"tag":"a"})"), "23505");
  EXPECT_EQ(write("PATCH", "&tag=eq.c", ann_, R"({"size":6})"), R"([{"id":3,"tag":"c","twice":12}])");
  EXPECT_EQ(write("PATCH", "&tag=eq.c", ann_, R"({"changed":"2001-01-01"})"),
            R"([{"id":3,"tag":"c","twice":12}])");
  EXPECT_EQ(write("PATCH", "&tag=eq.c&columns=size", ann_, "{}", "missing=default"),
            R"([{"id":3,"tag":"c","twice":2}])");
}

}  // namespace
}  // namespace holdfast::testing
