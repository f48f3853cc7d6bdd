DROP TABLE telemetry_daily;
DROP TABLE crash_reports;
DROP TABLE telemetry_events;
