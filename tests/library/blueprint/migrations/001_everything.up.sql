CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');

CREATE TABLE everything (
  id integer PRIMARY KEY,
  b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, n numeric, n2 numeric(8,2),
  t text, v varchar(5), u uuid, d date, ti time, ts timestamp, tz timestamptz, j json, jb jsonb, e mood,
  by bytea, iv interval,
  ta text[], ia bigint[], ua uuid[], ba bytea[], fa double precision[], na numeric[]
);

CREATE TABLE parents (id integer PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE children (
  id integer PRIMARY KEY,
  parent integer NOT NULL REFERENCES parents (id),
  size integer CHECK (size > 0)
);

CREATE TABLE counters (id bigint PRIMARY KEY, writer integer NOT NULL, turn integer NOT NULL);

CREATE TABLE letters (
  id integer PRIMARY KEY,
  owner uuid NOT NULL,
  body text NOT NULL,
  secret text
);
ALTER TABLE letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON letters FOR ALL TO authenticated USING (owner = auth.uid()) WITH CHECK (owner = auth.uid());
GRANT SELECT, INSERT, UPDATE, DELETE ON letters TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON letters TO service_role;

CREATE INDEX letters_text ON letters USING gin (to_tsvector('english', body));
