#include "contract/cinema.hpp"

#include <fstream>
#include <stdexcept>

namespace holdfast::testing {
namespace {

constexpr std::string_view kTables = R"sql(
CREATE TYPE rating AS ENUM ('everyone', 'teens', 'adults');
CREATE TABLE directors (
  id int PRIMARY KEY, name text NOT NULL UNIQUE, born date, mentor_id int REFERENCES directors (id));
CREATE TABLE films (
  id int PRIMARY KEY, title text NOT NULL, year int, score numeric(4,1), rating rating,
  director_id int REFERENCES directors (id), details jsonb, notes json, labels text[], summary text,
  premiere timestamptz);
CREATE TABLE budgets (film_id int PRIMARY KEY REFERENCES films (id), amount bigint, paid boolean);
CREATE TABLE actors (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE parts (
  film_id int REFERENCES films (id), actor_id int REFERENCES actors (id), part text,
  PRIMARY KEY (film_id, actor_id));
CREATE TABLE letters (
  id int PRIMARY KEY, body text, sender_id int CONSTRAINT letters_sender REFERENCES directors (id),
  receiver_id int CONSTRAINT letters_receiver REFERENCES directors (id));
CREATE TABLE drafts (
  id serial PRIMARY KEY, title varchar(12) DEFAULT 'Untitled', pages int DEFAULT 1 CHECK (pages > 0),
  code text UNIQUE);
CREATE TABLE scenes (film_id int, take int, place text, PRIMARY KEY (film_id, take));
CREATE TABLE "Reel" (id int PRIMARY KEY, kind text);
CREATE TABLE reel (id int PRIMARY KEY, kind text);
CREATE TABLE nothing ();
CREATE VIEW recent AS SELECT id, title, director_id FROM films WHERE year >= 2000;
CREATE VIEW tallies AS
  SELECT t.director_id, t.films FROM (SELECT director_id, count(*) AS films FROM films GROUP BY 1) t;
CREATE VIEW newest AS
  SELECT d.id, d.name, f.title FROM directors d
  JOIN LATERAL (SELECT title FROM films WHERE director_id = d.id ORDER BY year DESC LIMIT 1) f ON true;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION films_of(director text) RETURNS SETOF films LANGUAGE sql STABLE AS
  'SELECT f.* FROM films f JOIN directors d ON d.id = f.director_id WHERE d.name = director';
CREATE FUNCTION new_drafts(name text, copies int DEFAULT 1) RETURNS SETOF drafts LANGUAGE sql AS
  'INSERT INTO drafts (title, pages) SELECT name, n FROM generate_series(1, copies) AS n RETURNING *';
CREATE FUNCTION forget_drafts() RETURNS void LANGUAGE sql AS 'DELETE FROM drafts';
GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
GRANT SELECT ON directors, films TO anon;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO service_role;
)sql";

constexpr std::string_view kRows = R"sql(
INSERT INTO directors VALUES (1, 'Agnes', '1928-05-30', NULL), (2, 'Bong', '1969-09-14', 1),
  (3, 'Chloe', '1982-03-31', 2), (4, 'Dziga', '1896-01-02', NULL);
INSERT INTO films VALUES
  (1, 'Cleo', 1962, 7.9, 'everyone', 1, '{"runtime": 90, "cast": ["Corinne", "Antoine"], "color": false}',
   '{"shelf":  [1, 2]}', '{paris,day}', 'A singer walks through Paris and waits', '1962-04-11 20:00+00'),
  (2, 'Host', 2006, 7.1, 'adults', 2, '{"runtime": 119, "cast": ["Song"], "color": true}', '{"shelf": 3}',
   '{river,monster}', 'A monster rises from the river', '2006-07-27 12:30+09'),
  (3, 'Parasite', 2019, 8.5, 'adults', 2, '{"runtime": 132}', NULL, '{house}', 'Two families, one house', NULL),
  (4, 'Nomads', 2020, 7.3, 'teens', 3, NULL, NULL, '{}', 'A van and the wide road', NULL),
  (5, 'Camera', 1929, NULL, NULL, 4, NULL, NULL, NULL, NULL, NULL),
  (6, 'Lost reel', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO budgets VALUES (2, 11000000, true), (3, 11400000, true), (4, 5000000, false);
INSERT INTO actors VALUES (1, 'Song'), (2, 'Corinne'), (3, 'Frances');
INSERT INTO parts VALUES (1, 2, 'Cleo'), (2, 1, 'Gang-du'), (3, 1, 'Ki-taek'), (4, 3, 'Fern');
INSERT INTO letters VALUES (1, 'Dear Bong', 1, 2), (2, 'Dear Agnes', 2, 1);
INSERT INTO "Reel" VALUES (1, 'great');
INSERT INTO reel VALUES (1, 'small');
)sql";

void write_file(const std::filesystem::path& path, std::string_view text) { std::ofstream(path) << text; }

template <class T>
void must(const Result<T>& result) {
  if (!result.ok()) throw std::runtime_error(result.error().to_string());
}

}  // namespace

Cinema::Cinema() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-cinema-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  const auto migrations = folder_ / "blueprint/migrations";
  std::filesystem::create_directories(migrations);
  write_file(folder_ / "blueprint/blueprint.yaml", "name: cinema\ndescription: films\n");
  write_file(migrations / "001_tables.up.sql", kTables);
  write_file(migrations / "001_tables.down.sql", "SELECT 1;");
  write_file(migrations / "002_rows.up.sql", kRows);
  write_file(migrations / "002_rows.down.sql", "SELECT 1;");
  open();
  must(engine_->migrator().up());
  must(engine_->reload());
}

Cinema::~Cinema() {
  engine_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Cinema::open() {
  engine::Settings settings;
  settings.data_folder = folder_ / "data";
  settings.blueprint = folder_ / "blueprint";
  settings.aggregates = true;
  settings.tx_end = "commit-allow-override";
  auto opened = engine::Engine::open(settings);
  must(opened);
  engine_ = *std::move(opened);
}

void Cinema::reopen() {
  engine_.reset();
  open();
}

records::RestResponse Cinema::send(const Portal::Call& call) {
  records::RestRequest request;
  request.method = call.method;
  const auto mark = call.target.find('?');
  request.path = call.target.substr(0, mark);
  if (mark != std::string::npos) request.query = call.target.substr(mark + 1);
  request.headers = call.headers;
  request.body = call.body;
  request.principal = call.who;
  std::promise<records::RestResponse> answer;
  engine_->rest().handle(std::move(request),
                         [&](records::RestResponse response) { answer.set_value(std::move(response)); });
  return answer.get_future().get();
}

}  // namespace holdfast::testing
