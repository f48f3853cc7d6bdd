DROP POLICY telemetry_daily_own ON telemetry_daily;
DROP POLICY crash_reports_own ON crash_reports;
DROP POLICY telemetry_events_own ON telemetry_events;
DROP POLICY versions_own ON app_versions;
DROP POLICY versions_published ON app_versions;
DROP POLICY apps_own ON apps;
DROP POLICY apps_published ON apps;
DROP POLICY signing_keys_own ON signing_keys;
DROP POLICY api_keys_own ON api_keys;
DROP POLICY developers_own ON developers;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon, authenticated, service_role;
REVOKE ALL (id, email, name) ON developers FROM authenticated;
REVOKE USAGE ON SCHEMA public FROM anon, authenticated, service_role;

ALTER TABLE telemetry_daily DISABLE ROW LEVEL SECURITY;
ALTER TABLE crash_reports DISABLE ROW LEVEL SECURITY;
ALTER TABLE telemetry_events DISABLE ROW LEVEL SECURITY;
ALTER TABLE app_versions DISABLE ROW LEVEL SECURITY;
ALTER TABLE apps DISABLE ROW LEVEL SECURITY;
ALTER TABLE signing_keys DISABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys DISABLE ROW LEVEL SECURITY;
ALTER TABLE developers DISABLE ROW LEVEL SECURITY;

DROP FUNCTION search_apps(text);
DROP FUNCTION owns_app(uuid);
DROP VIEW developer_profiles;
