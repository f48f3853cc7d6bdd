#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "contract/text_search_documents.hpp"
#include "log/change_log.hpp"
#include "schema/functions.hpp"
#include "schema/text_index.hpp"
#include "search/text_search.hpp"
#include "sql/sqlite/test_database.hpp"
#include "support/postgres.hpp"
#include "text/tsquery.hpp"
#include "text/tsvector.hpp"

// PostgreSQL 15 is the oracle of full-text search: the same documents, the same questions, the same rows.

namespace holdfast::testing {
namespace {

using sql::testing::system_session;

constexpr std::size_t kQuestions = 500;

std::string literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string answer(const Result<PgRows>& rows) {
  if (!rows.ok()) return rows.error().code;
  std::string out;
  for (const auto& row : rows->rows) out.append(row[0].value_or("null")).append(" ");
  return out;
}

/// The documents in PostgreSQL, in a table with a gin index.
class Oracle {
 public:
  explicit Oracle(const std::vector<std::string>& documents)
      : connection_(Postgres::shared().create_database()) {
    run("CREATE TABLE documents(id int PRIMARY KEY, body text)");
    constexpr std::size_t kAtOnce = 500;
    for (std::size_t begin = 0; begin < documents.size(); begin += kAtOnce) {
      std::string sql = "INSERT INTO documents VALUES ";
      for (std::size_t i = begin; i < std::min(begin + kAtOnce, documents.size()); ++i) {
        sql += (i == begin ? "(" : ", (") + std::to_string(i) + ", " + literal(documents[i]) + ")";
      }
      run(sql);
    }
    run("CREATE INDEX documents_text ON documents USING gin (to_tsvector('english', body)); ANALYZE "
        "documents;"
        "SET enable_seqscan = off");
  }

  void run(const std::string& sql) {
    const auto outcome = connection_.query(sql);
    ASSERT_TRUE(outcome.ok()) << outcome.error().to_string();
  }
  Result<PgRows> query(const std::string& sql) { return connection_.query(sql); }

  std::string find(const Question& question) {
    return answer(query("SELECT id FROM documents WHERE to_tsvector('english', body) @@ " +
                        question.function + "('english', " + literal(question.text) + ") ORDER BY id"));
  }

 private:
  PgConnection connection_;
};

/// The documents in our database, with its search.
class Searched {
 public:
  explicit Searched(const std::vector<std::string>& documents) : documents_(documents) {
    auto catalogue = std::make_shared<schema::Catalogue>();
    schema::Table& table = catalogue->tables[{"public", "documents"}];
    table.name = {"public", "documents"};
    table.columns = {{.name = "id", .type = {.kind = types::Kind::int4}},
                     {.name = "body", .type = {.kind = types::Kind::text}}};
    table.primary_key = schema::Key{"documents_pkey", {"id"}};
    schema::TextIndex index{.name = "documents_text",
                            .kind = schema::TextIndexKind::document,
                            .configuration = "english",
                            .document = {.postgres = "body", .sqlite = "body"},
                            .columns = {"body"}};
    table.text_indexes.push_back(index);
    catalogue_ = catalogue;
  }

  void open() {
    const auto file = folder_.file().parent_path() / "search.db";
    const auto functions = [this](sqlite3* connection, const sql::Session& session) {
      return schema::register_functions(connection, session, catalogue_);
    };
    auto opened = sql::open_sqlite({.file = folder_.file(),
                                    .setups = {functions, search::TextSearch::attach_setup(file)},
                                    .observer = &log_});
    ASSERT_TRUE(opened.ok()) << opened.error().to_string();
    database_ = *std::move(opened);
    const auto prepared = database_->exclusive([this](sql::Connection& connection) -> Result<void> {
      HF_CHECK(log_.prepare(connection));
      HF_CHECK(
          connection.execute("CREATE TABLE documents(id INTEGER NOT NULL PRIMARY KEY, body TEXT) STRICT"));
      log_.set_catalogue(catalogue_);
      return {};
    });
    ASSERT_TRUE(prepared.ok()) << prepared.error().to_string();
    auto search = search::TextSearch::open(file, *database_, log_, catalogue_);
    ASSERT_TRUE(search.ok()) << search.error().to_string();
    search_ = *std::move(search);
  }

  /// Half of the documents come through the log, half through a rebuild.
  void fill() {
    insert(0, documents_.size() / 2);
    ASSERT_TRUE(search_->catch_up(base::Deadline::after(std::chrono::minutes(5))).ok());
    insert(documents_.size() / 2, documents_.size());
  }
  Result<void> rebuild() { return search_->rebuild(); }

  std::string find(const Question& question) {
    const schema::Table& table = catalogue_->tables.begin()->second;
    const std::string query = "pg_" + question.function + "('english', " + literal(question.text) + ")";
    const std::string condition = schema::index_condition(
        table, table.text_indexes[0], "d", query, "pg_ts_match_text('english', d.body, " + query + ")");
    const std::string sql = "SELECT id FROM documents d WHERE " + condition + " ORDER BY id";
    std::string found;
    EXPECT_TRUE(search_->catch_up(base::Deadline::after(std::chrono::minutes(5))).ok());
    const auto outcome = database_->read(system_session(), [&](sql::Connection& connection) -> Result<void> {
      HF_TRY(const auto rows, sql::testing::rows_on(connection, sql));
      for (const auto& row : rows) found.append(row).append(" ");
      return {};
    });
    return outcome.ok() ? found : outcome.error().code;
  }

 private:
  void insert(std::size_t begin, std::size_t end) {
    const auto written = database_->write(system_session(), [&](sql::Connection& connection) -> Result<void> {
      HF_TRY(auto statement, connection.prepare("INSERT INTO documents VALUES($1, $2)"));
      for (std::size_t i = begin; i < end; ++i) {
        HF_CHECK(statement->bind(1, sql::ValueView::of(static_cast<std::int64_t>(i))));
        HF_CHECK(statement->bind(2, sql::ValueView::of(std::string_view(documents_[i]))));
        HF_CHECK(statement->step());
        statement->reset();
      }
      return {};
    });
    ASSERT_TRUE(written.ok()) << written.error().to_string();
  }

  const std::vector<std::string>& documents_;
  std::shared_ptr<const schema::Catalogue> catalogue_;
  sql::testing::TemporaryFolder folder_;
  log::ChangeLog log_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<search::TextSearch> search_;
};

/// The corpus, and the machine's packages where it knows some: all of them at night.
std::vector<std::string> documents() {
  auto documents = corpus_documents();
  for (auto& package : package_documents(is_nightly() ? 1'000'000 : 5'000))
    documents.push_back(std::move(package));
  return documents;
}

TEST(TextSearchContract, analyses_documents_as_postgresql_does) {
  const auto all = documents();
  ASSERT_GE(all.size(), 200U);
  Oracle oracle(all);
  for (const std::string configuration : {"english", "simple"}) {
    const auto expected =
        oracle.query("SELECT to_tsvector('" + configuration + "', body) FROM documents ORDER BY id");
    ASSERT_TRUE(expected.ok()) << expected.error().to_string();
    ASSERT_EQ(expected->rows.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto vector = text::to_tsvector(configuration, all[i]);
      ASSERT_TRUE(vector.ok());
      ASSERT_EQ(vector->to_string(), expected->rows[i][0]) << configuration << ": " << all[i];
    }
  }
}

TEST(TextSearchContract, has_every_configuration_that_postgresql_has) {
  auto some = corpus_documents();
  some.insert(
      some.end(),
      {"Die Kinder spielten im großen Garten, während es regnete.",
       "Les étudiantes cherchaient désespérément leurs chaussures perdues.",
       "Los niños corrían rápidamente por las calles de la ciudad.",
       "Книги стояли на высоких полках библиотеки, and nobody read them.",
       "I bambini giocavano felicemente nei giardini della città.",
       "De kinderen speelden gisteren met hun nieuwe fietsen.",
       "Os meninos brincavam alegremente nas ruas antigas.",
       "Barnen lekte i de stora trädgårdarna och sjöng visor.",
       "Børnene legede i haverne, mens bjørnene sov.", "Lapset leikkivät puutarhoissa ja lauloivat lauluja.",
       "A gyerekek a kertekben játszottak és énekeltek.", "Çocuklar büyük bahçelerde oynuyorlardı.",
       "Τα παιδιά έπαιζαν στους μεγάλους κήπους.", "बच्चे बड़े बगीचों में खेल रहे थे।",
       "الأطفال يلعبون في الحدائق الكبيرة"});
  Oracle oracle(some);
  const auto names = oracle.query("SELECT cfgname FROM pg_ts_config ORDER BY 1");
  ASSERT_TRUE(names.ok());
  ASSERT_GE(names->rows.size(), 29U);
  for (const auto& name : names->rows) {
    const std::string configuration = *name[0];
    ASSERT_TRUE(text::has_configuration(configuration)) << configuration;
    const auto expected =
        oracle.query("SELECT to_tsvector('" + configuration + "', body) FROM documents ORDER BY id");
    ASSERT_TRUE(expected.ok()) << expected.error().to_string();
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto vector = text::to_tsvector(configuration, some[i]);
      ASSERT_TRUE(vector.ok());
      EXPECT_EQ(vector->to_string(), expected->rows[i][0]) << configuration << ": " << some[i];
    }
  }
}

TEST(TextSearchContract, reads_questions_as_postgresql_does) {
  const auto all = documents();
  Oracle oracle({});
  for (const Question& question : QuestionMaker(all).make(kQuestions)) {
    const auto expected =
        oracle.query("SELECT " + question.function + "('english', " + literal(question.text) + ")");
    const auto read =
        question.function == "to_tsquery"         ? text::to_tsquery("english", question.text)
        : question.function == "plainto_tsquery"  ? text::plainto_tsquery("english", question.text)
        : question.function == "phraseto_tsquery" ? text::phraseto_tsquery("english", question.text)
                                                  : text::websearch_to_tsquery("english", question.text);
    EXPECT_EQ(read.ok() ? read->to_string() + " " : read.error().code, answer(expected)) << question.text;
  }
}

TEST(TextSearchContract, finds_the_rows_that_postgresql_finds) {
  const auto all = documents();
  const auto questions = QuestionMaker(all).make(kQuestions);
  Oracle oracle(all);
  Searched searched(all);
  searched.open();
  searched.fill();
  std::vector<std::string> expected;
  for (const Question& question : questions) expected.push_back(oracle.find(question));
  const auto compare = [&] {
    for (std::size_t i = 0; i < questions.size(); ++i) {
      ASSERT_EQ(searched.find(questions[i]), expected[i])
          << questions[i].function << ": " << questions[i].text;
    }
  };
  compare();
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(searched.rebuild().ok());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << "rebuilt " << all.size() << " documents in " << took.count() << " s\n";
  compare();
}

}  // namespace
}  // namespace holdfast::testing
