-- Who may see and do what. Without a policy that says yes, the answer is no.

CREATE VIEW developer_profiles AS SELECT id, name FROM developers;
COMMENT ON VIEW developer_profiles IS 'What anyone may know of a developer.';

-- Whether the caller owns an app: the policies of versions, telemetry and crashes ask it.
CREATE FUNCTION owns_app(app uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
AS $$ SELECT EXISTS (SELECT 1 FROM apps WHERE id = app AND developer_id = auth.uid()) $$;

CREATE FUNCTION search_apps(query text) RETURNS SETOF apps
LANGUAGE sql STABLE
AS $$
    SELECT * FROM apps
    WHERE to_tsvector('english', name || ' ' || coalesce(description, '')) @@ websearch_to_tsquery('english', query)
    UNION
    SELECT * FROM apps
    WHERE tags @> ARRAY[lower(query)]::varchar[]
$$;

ALTER TABLE developers ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE signing_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps ENABLE ROW LEVEL SECURITY;
ALTER TABLE app_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE telemetry_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE crash_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE telemetry_daily ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
GRANT SELECT ON apps, app_versions, developer_profiles TO anon, authenticated;
GRANT SELECT, UPDATE ON developers TO authenticated;
GRANT INSERT (id, email, name) ON developers TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys, signing_keys, apps, app_versions TO authenticated;
GRANT SELECT ON telemetry_events, crash_reports, telemetry_daily TO authenticated;
GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
GRANT EXECUTE ON FUNCTION owns_app(uuid), search_apps(text) TO anon, authenticated, service_role;

CREATE POLICY developers_own ON developers TO authenticated
    USING (id = auth.uid()) WITH CHECK (id = auth.uid());

CREATE POLICY api_keys_own ON api_keys TO authenticated
    USING (developer_id = auth.uid()) WITH CHECK (developer_id = auth.uid());

CREATE POLICY signing_keys_own ON signing_keys TO authenticated
    USING (developer_id = auth.uid()) WITH CHECK (developer_id = auth.uid());

CREATE POLICY apps_published ON apps FOR SELECT
    USING (status = 'published');
CREATE POLICY apps_own ON apps TO authenticated
    USING (developer_id = auth.uid()) WITH CHECK (developer_id = auth.uid());

CREATE POLICY versions_published ON app_versions FOR SELECT
    USING (status = 'published' AND EXISTS (SELECT 1 FROM apps WHERE apps.id = app_id AND apps.status = 'published'));
CREATE POLICY versions_own ON app_versions TO authenticated
    USING (owns_app(app_id)) WITH CHECK (owns_app(app_id));

CREATE POLICY telemetry_events_own ON telemetry_events FOR SELECT TO authenticated USING (owns_app(app_id));
CREATE POLICY crash_reports_own ON crash_reports FOR SELECT TO authenticated USING (owns_app(app_id));
CREATE POLICY telemetry_daily_own ON telemetry_daily FOR SELECT TO authenticated USING (owns_app(app_id));
