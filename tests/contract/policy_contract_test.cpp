// Row-level security: every policy for every identity and every command gives the same rows and the same
// refusals on PostgreSQL 15 and on the embedded engine.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/testing/source_folder.hpp"
#include "policy_contract_cases.hpp"
#include "support/embedded.hpp"
#include "support/postgres.hpp"

namespace holdfast::testing {
namespace {

constexpr char kSchema[] = R"(
CREATE TABLE docs (id int PRIMARY KEY, owner uuid, title text DEFAULT 'untitled', team text, secret boolean DEFAULT false);
CREATE TABLE members (team text, person uuid, PRIMARY KEY (team, person));
CREATE VIEW visible_docs AS SELECT id, title FROM docs WHERE NOT secret;
CREATE VIEW invoked_docs WITH (security_invoker = true) AS SELECT id, title FROM docs;
CREATE FUNCTION is_member(of_team text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  AS $$ SELECT EXISTS (SELECT 1 FROM members WHERE team = of_team AND person = auth.uid()) $$;
CREATE FUNCTION may_see(of_team text) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT EXISTS (SELECT 1 FROM members WHERE team = of_team AND person = auth.uid()) $$;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON docs, members TO anon, authenticated, service_role;
GRANT SELECT ON visible_docs, invoked_docs TO anon, authenticated, service_role;
)";

constexpr char kRows[] = R"(INSERT INTO docs VALUES
(1, 'aaaaaaaa-0000-4000-8000-000000000001', 'x one', 'red', false),
(2, 'aaaaaaaa-0000-4000-8000-00000000000b', 'two', 'red', true),
(3, 'aaaaaaaa-0000-4000-8000-000000000001', 'three', 'blue', false),
(4, NULL, 'x four', NULL, NULL),
(5, 'aaaaaaaa-0000-4000-8000-00000000000b', 'five', 'green', false))";
constexpr char kMembers[] = R"(INSERT INTO members VALUES
('red', 'aaaaaaaa-0000-4000-8000-000000000001'), ('red', 'aaaaaaaa-0000-4000-8000-00000000000b'),
('blue', 'aaaaaaaa-0000-4000-8000-00000000000b'))";

struct Engines {
  Engines() : postgres(Postgres::shared().create_database()) {}
  void migrate(const std::string& sql) {
    const auto oracle = postgres.query(sql);
    EXPECT_TRUE(oracle.ok()) << oracle.error().to_string();
    const auto ours = embedded.migrate(sql);
    EXPECT_TRUE(ours.ok()) << ours.error().to_string();
  }
  void fill(const std::string& sql) {
    EXPECT_TRUE(postgres.query(sql).ok());
    const auto ours = embedded.query(sql);
    EXPECT_TRUE(ours.ok()) << ours.error().to_string();
  }
  PgConnection postgres;
  Embedded embedded;
};

std::string printed(const Result<PgRows>& result) {
  if (!result.ok()) return "error " + result.error().code;
  std::vector<std::string> lines;
  for (const auto& row : result->rows) {
    std::string line;
    for (const auto& value : row) line += (value ? *value : "NULL") + "|";
    lines.push_back(line);
  }
  std::ranges::sort(lines);
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

/// PostgreSQL's planner asks auth.uid() even where no row is met, and refuses a bad one; ours asks when a row
/// is met. Then nothing is seen (a count of 0 at most) and what is written is refused by the policy.
bool refused_while_planning(const Result<PgRows>& oracle, const Result<PgRows>& ours) {
  if (oracle.ok() || oracle.error().code != "22P02") return false;
  if (!ours.ok()) return ours.error().code == "42501";
  return std::ranges::all_of(ours->rows, [](const auto& row) { return row.size() == 1 && row[0] == "0"; });
}

std::string explained(const Result<PgRows>& result) { return result.ok() ? "" : result.error().to_string(); }

bool is_write(std::string_view statement) { return !statement.starts_with("SELECT"); }

/// What an identity gets, and what the table holds afterwards. True when the statement may have changed it.
bool expect_same(Engines& engines, const Identity& who, const std::string& statement) {
  const auto oracle = engines.postgres.query_as(who.role, who.claims, statement, true);
  const auto ours = engines.embedded.query_as(who.role, who.claims, statement, true);
  if (!refused_while_planning(oracle, ours)) {
    EXPECT_EQ(printed(oracle), printed(ours)) << who.name << ": " << statement << "\n"
                                              << explained(oracle) << "\n"
                                              << explained(ours);
  }
  const bool changes = is_write(statement) && (oracle.ok() || ours.ok());
  if (changes) {
    constexpr char kAll[] = "SELECT * FROM docs";
    EXPECT_EQ(printed(engines.postgres.query(kAll)), printed(engines.embedded.query(kAll)))
        << who.name << " left after: " << statement;
  }
  return changes;
}

void refill(Engines& engines) {
  engines.fill("DELETE FROM docs");
  engines.fill(kRows);
}

class PolicyContract : public ::testing::TestWithParam<PolicyCase> {};

TEST_P(PolicyContract, gives_every_identity_what_postgresql_gives) {
  Engines engines;
  engines.migrate(kSchema);
  if (*GetParam().sql != '\0') engines.migrate(GetParam().sql);
  engines.fill(kMembers);
  engines.fill(kRows);
  for (const auto& who : kIdentities) {
    for (const auto* statement : kGuardedStatements) {
      if (expect_same(engines, who, statement)) refill(engines);
    }
  }
}

std::string case_name(const ::testing::TestParamInfo<PolicyCase>& info) {
  std::string name = info.param.name;
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Each, PolicyContract, ::testing::ValuesIn(kPolicyCases), case_name);

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void load_portal(Engines& engines) {
  const std::filesystem::path folder = base::testing::source_folder() / "blueprints/dev-portal/migrations";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().ends_with(".up.sql")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& file : files) engines.migrate(file_text(file));
  engines.fill(R"(INSERT INTO developers (id, email, name) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'a@example.org', 'A'), ('aaaaaaaa-0000-4000-8000-00000000000b', 'b@example.org', 'B'))");
  engines.fill(R"(INSERT INTO apps (id, developer_id, package_id, name, description, tags, status) VALUES
    ('10000000-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000001', 'org.a.one', 'One', 'the first editor', '{editor,text}', 'published'),
    ('10000000-0000-4000-8000-000000000002', 'aaaaaaaa-0000-4000-8000-000000000001', 'org.a.two', 'Two', NULL, '{}', 'draft'),
    ('10000000-0000-4000-8000-000000000003', 'aaaaaaaa-0000-4000-8000-00000000000b', 'org.b.three', 'Three', 'editing photos', '{photo}', 'published'))");
  engines.fill(
      R"(INSERT INTO app_versions (id, app_id, version_code, version_name, package_url, package_size, signature, status) VALUES
    ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 1, '1.0', 'u', 5, 's', 'published'),
    ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 2, '2.0', 'u', 6, 's', 'draft'),
    ('20000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000002', 1, '0.1', 'u', 7, 's', 'published'),
    ('20000000-0000-4000-8000-000000000004', '10000000-0000-4000-8000-000000000003', 1, '3.0', 'u', 8, 's', 'published'))");
  engines.fill(R"(INSERT INTO api_keys (id, developer_id, name, key_hash, key_prefix) VALUES
    ('30000000-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000001', 'ci', 'h', 'p'))");
  engines.fill(R"(INSERT INTO signing_keys (id, developer_id, name, public_key, fingerprint) VALUES
    ('40000000-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-00000000000b', 'main', 'k', 'f'))");
  engines.fill(R"(INSERT INTO telemetry_events (id, app_id, device_id, event_type, timestamp) VALUES
    ('50000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'd', 'start', '2026-01-31'))");
  engines.fill(R"(INSERT INTO crash_reports (id, app_id, device_id, crash_type, timestamp) VALUES
    ('60000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000003', 'd', 'segv', '2026-01-31'))");
  engines.fill(
      R"(INSERT INTO telemetry_daily VALUES ('10000000-0000-4000-8000-000000000001', '2026-01-31', 'start', 1, 1))");
}

TEST(DevPortalPolicies, give_every_identity_what_postgresql_gives) {
  Engines engines;
  load_portal(engines);
  for (const auto& who : kIdentities) {
    for (const auto* statement : kPortalStatements) {
      const auto oracle = engines.postgres.query_as(who.role, who.claims, statement, false);
      const auto ours = engines.embedded.query_as(who.role, who.claims, statement, false);
      if (refused_while_planning(oracle, ours)) continue;
      EXPECT_EQ(printed(oracle), printed(ours)) << who.name << ": " << statement << "\n"
                                                << (oracle.ok() ? "" : oracle.error().to_string()) << "\n"
                                                << (ours.ok() ? "" : ours.error().to_string());
    }
  }
}

}  // namespace
}  // namespace holdfast::testing
