#pragma once

#include <string>
#include <vector>

namespace holdfast::testing {

/// One way to guard the table `docs(id, owner, title, team, secret)`.
struct PolicyCase {
  const char* name;
  const char* sql;
};

inline constexpr PolicyCase kPolicyCases[] = {
    {"no policy at all", ""},
    {"own rows for everything",
     "CREATE POLICY p ON docs TO authenticated USING (owner = auth.uid()) WITH CHECK (owner = auth.uid())"},
    {"USING alone also checks", "CREATE POLICY p ON docs USING (owner = auth.uid())"},
    {"all may read, own may write",
     "CREATE POLICY r ON docs FOR SELECT USING (true); CREATE POLICY w ON docs FOR ALL TO authenticated "
     "USING (owner = auth.uid())"},
    {"one policy a command",
     "CREATE POLICY s ON docs FOR SELECT USING (team = 'red'); CREATE POLICY i ON docs FOR INSERT WITH CHECK "
     "(team <> 'blue');"
     "CREATE POLICY u ON docs FOR UPDATE USING (owner = auth.uid()) WITH CHECK (team = 'red');"
     "CREATE POLICY d ON docs FOR DELETE USING (title LIKE 'x%')"},
    {"restrictive narrows",
     "CREATE POLICY p ON docs USING (true) WITH CHECK (true); CREATE POLICY n ON docs AS RESTRICTIVE USING "
     "(team IS NOT NULL AND NOT secret)"},
    {"restrictive without a permissive one opens nothing",
     "CREATE POLICY n ON docs AS RESTRICTIVE USING (true)"},
    {"restrictive for one command",
     "CREATE POLICY p ON docs USING (true); CREATE POLICY n ON docs AS RESTRICTIVE FOR UPDATE USING (owner = "
     "auth.uid()) WITH CHECK (NOT secret)"},
    {"two permissive policies are ORed",
     "CREATE POLICY a ON docs USING (team = 'red'); CREATE POLICY b ON docs TO authenticated USING (owner = "
     "auth.uid())"},
    {"roles by name",
     "CREATE POLICY a ON docs TO anon USING (team = 'red'); CREATE POLICY b ON docs TO authenticated USING "
     "(team = 'blue')"},
    {"a sub-select obeys the policies of its table",
     "CREATE POLICY m ON members USING (person = auth.uid());"
     "CREATE POLICY p ON docs USING (team IN (SELECT members.team FROM members))"},
    {"a correlated sub-select",
     "CREATE POLICY m ON members FOR SELECT USING (true);"
     "CREATE POLICY p ON docs USING (EXISTS (SELECT 1 FROM members WHERE members.team = docs.team AND person "
     "= auth.uid()))"},
    {"a definer function sees all",
     "CREATE POLICY p ON docs USING (is_member(team)) WITH CHECK (is_member(team))"},
    {"an invoker function sees what the caller sees", "CREATE POLICY p ON docs USING (may_see(team))"},
    {"claims", "CREATE POLICY p ON docs USING (team = auth.jwt() ->> 'team')"},
    {"nested claims", "CREATE POLICY p ON docs USING (team = (auth.jwt() -> 'app' ->> 'team'))"},
    {"a claim as a number", "CREATE POLICY p ON docs USING (id <= (auth.jwt() ->> 'level')::int)"},
    {"the role", "CREATE POLICY p ON docs USING (auth.role() = 'authenticated' AND NOT secret)"},
    {"null is no", "CREATE POLICY p ON docs USING (NULL)"},
    {"a check that may be null", "CREATE POLICY p ON docs USING (true) WITH CHECK (secret = false)"},
    {"current_setting",
     "CREATE POLICY p ON docs USING (team = (nullif(current_setting('request.jwt.claims', true), '')::jsonb "
     "->> 'team'))"},
    {"recursion", "CREATE POLICY p ON docs USING (EXISTS (SELECT 1 FROM docs d WHERE d.owner = auth.uid()))"},
    {"recursion over two tables",
     "CREATE POLICY m ON members USING (EXISTS (SELECT 1 FROM docs WHERE docs.team = members.team));"
     "CREATE POLICY p ON docs USING (EXISTS (SELECT 1 FROM members WHERE members.team = docs.team))"},
    {"any of an array", "CREATE POLICY p ON docs USING (team = ANY (ARRAY['red', 'blue']))"},
    {"case",
     "CREATE POLICY p ON docs USING (CASE WHEN auth.uid() IS NULL THEN NOT secret ELSE owner = auth.uid() "
     "END)"},
};

struct Identity {
  const char* name;
  const char* role;
  const char* claims;
};

inline constexpr Identity kIdentities[] = {
    {"anon", "anon", R"({"role":"anon"})"},
    {"anon without claims", "anon", "{}"},
    {"user A", "authenticated",
     R"({"role":"authenticated","sub":"aaaaaaaa-0000-4000-8000-000000000001","team":"red","app":{"team":"blue"},"level":"2"})"},
    {"user B", "authenticated",
     R"({"role":"authenticated","sub":"AAAAAAAA-0000-4000-8000-00000000000B","team":"blue","level":3})"},
    {"a stranger", "authenticated",
     R"({"role":"authenticated","sub":"99999999-0000-4000-8000-000000000009"})"},
    {"no subject", "authenticated", R"({"role":"authenticated"})"},
    {"a bad subject", "authenticated", R"({"role":"authenticated","sub":"not-a-uuid"})"},
    {"wrong-typed claims", "authenticated",
     R"({"role":"authenticated","sub":"aaaaaaaa-0000-4000-8000-000000000001","team":["red"],"app":7,"level":"high"})"},
    {"null claims", "authenticated",
     R"({"role":"authenticated","sub":"aaaaaaaa-0000-4000-8000-000000000001","team":null,"app":null,"level":null})"},
    {"service", "service_role", R"({"role":"service_role"})"},
};

inline constexpr const char* kGuardedStatements[] = {
    "SELECT id, title FROM docs",
    "SELECT count(*) FROM docs",
    "SELECT d.id, m.person FROM members m LEFT JOIN docs d ON d.team = m.team",
    "SELECT id FROM visible_docs",
    "SELECT id FROM invoked_docs",
    "INSERT INTO docs (id, owner, title, team) VALUES (50, 'aaaaaaaa-0000-4000-8000-000000000001', 'new', "
    "'red')",
    "INSERT INTO docs (id, owner, title, team) VALUES (51, 'aaaaaaaa-0000-4000-8000-00000000000b', 'new', "
    "'blue') RETURNING id",
    "INSERT INTO docs (id, title) VALUES (1, 'taken key')",
    "INSERT INTO docs (id, team) VALUES (52, NULL) RETURNING id, secret",
    "INSERT INTO docs (id, team, secret) SELECT id + 100, team, secret FROM docs",
    "INSERT INTO docs (id, owner, title, team) VALUES (1, 'aaaaaaaa-0000-4000-8000-000000000001', 'up', "
    "'red')"
    " ON CONFLICT (id) DO UPDATE SET title = excluded.title RETURNING id, title",
    "INSERT INTO docs (id, owner, title, team) VALUES (2, 'aaaaaaaa-0000-4000-8000-000000000001', 'up', "
    "'red')"
    " ON CONFLICT (id) DO UPDATE SET team = 'blue' RETURNING id, team",
    "INSERT INTO docs (id, team) VALUES (3, 'red') ON CONFLICT (id) DO NOTHING RETURNING id",
    "UPDATE docs SET title = title || '!' RETURNING id, title",
    "UPDATE docs SET title = 'blind'",
    "UPDATE docs SET team = 'blue' WHERE id < 4 RETURNING id",
    "UPDATE docs SET owner = 'aaaaaaaa-0000-4000-8000-00000000000b' WHERE team = 'red'",
    "UPDATE docs SET secret = NULL WHERE id = 1 RETURNING id, secret",
    "UPDATE docs SET title = m.team FROM members m WHERE m.team = docs.team RETURNING docs.id, docs.title",
    "DELETE FROM docs WHERE id > 2 RETURNING id",
    "DELETE FROM docs",
    "DELETE FROM docs USING members m WHERE m.team = docs.team RETURNING docs.id",
};

/// Over the blueprint dev-portal; search_apps() needs the search room and is held against PostgreSQL there.
inline constexpr const char* kPortalStatements[] = {
    "SELECT id, email, name FROM developers",
    "SELECT id FROM developers WHERE email = 'a@example.org'",
    "SELECT * FROM developer_profiles",
    "SELECT id, key_prefix FROM api_keys",
    "SELECT id, fingerprint FROM signing_keys",
    "SELECT id, name, status FROM apps",
    "SELECT a.name, v.version_name FROM apps a JOIN app_versions v ON v.app_id = a.id",
    "SELECT a.name, v.version_name FROM apps a LEFT JOIN app_versions v ON v.app_id = a.id AND v.status = "
    "'published'",
    "SELECT id, status FROM app_versions",
    "SELECT app_id, event_type FROM telemetry_events",
    "SELECT app_id, crash_type FROM crash_reports",
    "SELECT * FROM telemetry_daily",
    "SELECT owns_app('10000000-0000-4000-8000-000000000001')",
    "SELECT a.name, (SELECT p.name FROM developer_profiles p WHERE p.id = a.developer_id) FROM apps a",
    "INSERT INTO developers (id, email, name) VALUES ('99999999-0000-4000-8000-000000000009', "
    "'n@example.org', 'N')",
    "INSERT INTO developers (id, email, name, verified) VALUES ('99999999-0000-4000-8000-000000000009', "
    "'n@example.org', 'N', true)",
    "INSERT INTO apps (developer_id, package_id, name) VALUES ('aaaaaaaa-0000-4000-8000-000000000001', "
    "'org.a.new', 'New') RETURNING name, status, tags",
    "INSERT INTO apps (developer_id, package_id, name) VALUES ('aaaaaaaa-0000-4000-8000-000000000001', "
    "'org.b.three', 'Taken')",
    "INSERT INTO apps (developer_id, package_id, name, status) VALUES "
    "('aaaaaaaa-0000-4000-8000-000000000001', 'org.a.new', 'New', 'weird')",
    "INSERT INTO app_versions (app_id, version_code, version_name, package_url, package_size, signature)"
    " VALUES ('10000000-0000-4000-8000-000000000001', 9, '9', 'u', 1, 's') RETURNING version_code, status, "
    "permissions",
    "INSERT INTO telemetry_events (app_id, device_id, event_type) VALUES "
    "('10000000-0000-4000-8000-000000000001', 'd', 'x')",
    "UPDATE developers SET name = 'renamed' RETURNING id, name",
    "UPDATE developers SET id = '99999999-0000-4000-8000-000000000009' WHERE name = 'A'",
    "UPDATE apps SET name = upper(name) RETURNING name",
    "UPDATE apps SET developer_id = 'aaaaaaaa-0000-4000-8000-00000000000b' WHERE package_id = 'org.a.one'",
    "UPDATE app_versions SET status = 'review' WHERE status = 'draft' RETURNING version_name, status",
    "UPDATE api_keys SET developer_id = 'aaaaaaaa-0000-4000-8000-00000000000b' RETURNING id",
    "DELETE FROM apps RETURNING package_id",
    "DELETE FROM app_versions WHERE version_code = 1 RETURNING id",
    "DELETE FROM telemetry_daily",
    "DELETE FROM api_keys RETURNING name",
};

}  // namespace holdfast::testing
