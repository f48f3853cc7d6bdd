-- Events and crashes of installed apps, and their daily totals.

CREATE TABLE telemetry_events (
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    app_id        uuid NOT NULL,
    device_id     varchar(64) NOT NULL,
    event_type    varchar(50) NOT NULL,
    event_data    jsonb DEFAULT '{}',
    mosis_version varchar(20),
    timestamp     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);

CREATE TABLE telemetry_events_default PARTITION OF telemetry_events DEFAULT;

CREATE INDEX telemetry_events_app_idx ON telemetry_events (app_id, timestamp);
CREATE INDEX telemetry_events_type_idx ON telemetry_events (event_type, timestamp);

CREATE TABLE crash_reports (
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    app_id        uuid NOT NULL,
    device_id     varchar(64) NOT NULL,
    app_version   varchar(20),
    mosis_version varchar(20),
    crash_type    varchar(50) NOT NULL,
    message       text,
    stack_trace   text,
    context       jsonb DEFAULT '{}',
    timestamp     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);

CREATE TABLE crash_reports_default PARTITION OF crash_reports DEFAULT;

CREATE INDEX crash_reports_app_idx ON crash_reports (app_id, timestamp);
CREATE INDEX crash_reports_type_idx ON crash_reports (crash_type);

CREATE TABLE telemetry_daily (
    app_id         uuid NOT NULL,
    date           date NOT NULL,
    event_type     varchar(50) NOT NULL,
    count          bigint NOT NULL DEFAULT 0,
    unique_devices bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (app_id, date, event_type)
);

COMMENT ON TABLE telemetry_events IS 'What installed apps report, by time.';
COMMENT ON TABLE crash_reports IS 'Crashes with their stacks.';
COMMENT ON TABLE telemetry_daily IS 'Totals a day, an app and an event type.';
