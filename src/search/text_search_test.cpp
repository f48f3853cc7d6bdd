#include "search/text_search.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "log/change_log.hpp"
#include "schema/functions_fts.hpp"
#include "schema/text_index.hpp"
#include "sql/sqlite/test_database.hpp"
#include "text/tsquery.hpp"

namespace holdfast::search {
namespace {

using sql::testing::code_of;
using sql::testing::rows_of;
using sql::testing::script;
using sql::testing::system_session;

schema::Table notes_table() {
  schema::Table table;
  table.name = {"public", "notes"};
  for (const char* name : {"id", "title", "body", "tags"})
    table.columns.push_back({.name = name, .type = {}});
  table.columns[3].type = {.kind = types::Kind::text, .array = true};
  table.primary_key = schema::Key{"notes_pkey", {"id"}};
  schema::TextIndex text{.name = "notes_text",
                         .kind = schema::TextIndexKind::document,
                         .configuration = "english",
                         .document = {},
                         .columns = {"title", "body"}};
  text.document.sqlite = "title || ' ' || coalesce(body, '')";
  schema::TextIndex tags{.name = "notes_tags",
                         .kind = schema::TextIndexKind::array,
                         .configuration = "",
                         .document = {},
                         .columns = {"tags"}};
  tags.document.sqlite = "tags";
  table.text_indexes = {text, tags};
  return table;
}

std::shared_ptr<const schema::Catalogue> catalogue_of(std::vector<schema::Table> tables) {
  auto catalogue = std::make_shared<schema::Catalogue>();
  for (auto& table : tables) catalogue->tables[table.name] = table;
  return catalogue;
}

/// A database with a log and its search, closed and opened again at will.
class Notes {
 public:
  Notes() {
    open();
    migrate("CREATE TABLE notes(id TEXT PRIMARY KEY, title TEXT, body TEXT, tags TEXT) STRICT");
    declare(catalogue_of({notes_table()}));
  }

  void open() {
    search_.reset();
    database_.reset();
    log_ = std::make_unique<log::ChangeLog>();
    auto functions = [](sqlite3* connection, const sql::Session&) {
      return schema::register_fts_functions(connection);
    };
    auto opened = sql::open_sqlite({.file = folder_.file(),
                                    .setups = {functions, TextSearch::attach_setup(file())},
                                    .observer = log_.get()});
    ASSERT_EQ(code_of(opened), "ok") << opened.error().to_string();
    database_ = *std::move(opened);
    ASSERT_EQ(code_of(database_->exclusive([this](sql::Connection& c) { return log_->prepare(c); })), "ok");
    declare_log();
    auto search = TextSearch::open(file(), *database_, *log_, catalogue_);
    ASSERT_EQ(code_of(search), "ok") << search.error().to_string();
    search_ = *std::move(search);
  }
  void close() {
    search_.reset();
    database_.reset();
  }

  void migrate(const std::string& sql) { ASSERT_EQ(code_of(database_->exclusive(script(sql))), "ok"); }
  void declare(std::shared_ptr<const schema::Catalogue> catalogue) {
    catalogue_ = std::move(catalogue);
    declare_log();
    ASSERT_EQ(code_of(search_->set_catalogue(catalogue_)), "ok");
  }
  void write(const std::string& sql) {
    const auto written = database_->write(system_session(), script(sql));
    ASSERT_EQ(code_of(written), "ok") << written.error().to_string();
  }

  /// The ids that a web search finds through the index alone.
  std::string find(const std::string& words) {
    const auto query = text::websearch_to_tsquery("english", words)->to_string();
    return ids("notes_text", query, "0");
  }
  std::string find_tags(const std::string& array) { return ids("notes_tags", array, "1"); }
  std::string ids(const std::string& index_name, const std::string& query, const std::string& recheck) {
    const auto caught_up = search_->catch_up(base::Deadline::after(std::chrono::seconds(30)));
    EXPECT_EQ(code_of(caught_up), "ok") << caught_up.error().to_string();
    const auto table = notes_table();
    const auto& index = table.text_indexes[index_name == "notes_text" ? 0 : 1];
    std::string literal = "'";
    for (const char c : query) literal += c == '\'' ? std::string("''") : std::string(1, c);
    const auto condition = schema::index_condition(table, index, "n", literal + "'", recheck);
    std::string found;
    for (const auto& id : rows_of(*database_, "SELECT id FROM notes n WHERE " + condition + " ORDER BY id")) {
      found += (found.empty() ? "" : " ") + id;
    }
    return found;
  }

  std::filesystem::path file() const { return folder_.file().parent_path() / "search.db"; }
  TextSearch& search() { return *search_; }

 private:
  void declare_log() {
    ASSERT_EQ(code_of(database_->exclusive([this](sql::Connection&) -> Result<void> {
                log_->set_catalogue(catalogue_);
                return {};
              })),
              "ok");
  }

  sql::testing::TemporaryFolder folder_;
  std::shared_ptr<const schema::Catalogue> catalogue_ = std::make_shared<schema::Catalogue>();
  std::unique_ptr<log::ChangeLog> log_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TextSearch> search_;
};

constexpr const char* kTwoNotes =
    "INSERT INTO notes VALUES('a', 'Cats and dogs', 'They were running', '[\"pet\",\"x y\"]'),"
    "('b', 'Fish', NULL, '[\"pet\",\"\"]')";

TEST(TextSearch, finds_what_was_committed_before_the_question) {
  Notes notes;
  notes.write(kTwoNotes);
  EXPECT_EQ(notes.find("cat run"), "a");
  EXPECT_EQ(notes.find("cat or fishes"), "a b");
  EXPECT_EQ(notes.find("-cat"), "b");
  EXPECT_EQ(notes.find("the"), "");
  EXPECT_EQ(notes.find_tags(R"(["pet"])"), "a b");
  EXPECT_EQ(notes.find_tags(R"(["pet","x y"])"), "a");
  EXPECT_EQ(notes.find_tags(R"([""])"), "b");
  EXPECT_EQ(notes.find_tags("[]"), "a b");
  EXPECT_EQ(notes.find_tags("[null]"), "");
}

TEST(TextSearch, follows_updates_deletes_and_changes_of_the_key) {
  Notes notes;
  notes.write(kTwoNotes);
  notes.write("UPDATE notes SET title = 'Birds' WHERE id = 'a'");
  EXPECT_EQ(notes.find("cat"), "");
  EXPECT_EQ(notes.find("bird"), "a");
  notes.write("UPDATE notes SET id = 'c' WHERE id = 'a'");
  EXPECT_EQ(notes.find("bird"), "c");
  notes.write("UPDATE notes SET title = NULL WHERE id = 'c'");
  EXPECT_EQ(notes.find("-fish"), "");
  notes.write("DELETE FROM notes");
  EXPECT_EQ(notes.find("fish"), "");
}

TEST(TextSearch, is_not_misled_by_a_rowid_that_is_used_again) {
  Notes notes;
  notes.write("INSERT INTO notes VALUES('a', 'Cats', '', '[]')");
  EXPECT_EQ(notes.find("cat"), "a");
  notes.write("DELETE FROM notes; INSERT INTO notes VALUES('b', 'Dogs', '', '[]')");
  EXPECT_EQ(notes.find("cat"), "");
  EXPECT_EQ(notes.find("dog"), "b");
}

TEST(TextSearch, gives_the_same_answers_after_it_was_dropped_and_rebuilt) {
  Notes notes;
  notes.write(kTwoNotes);
  notes.write("UPDATE notes SET body = 'a swimming cat' WHERE id = 'b'");
  const auto before = notes.find("cat");
  ASSERT_EQ(before, "a b");
  ASSERT_EQ(code_of(notes.search().rebuild()), "ok");
  EXPECT_EQ(notes.find("cat"), before);
  notes.close();
  std::filesystem::remove(notes.file());
  notes.open();
  EXPECT_EQ(notes.find("cat"), before);
}

TEST(TextSearch, goes_on_where_it_stood_after_a_restart) {
  Notes notes;
  notes.write(kTwoNotes);
  EXPECT_EQ(notes.find("cat"), "a");
  notes.open();
  EXPECT_EQ(notes.find("cat"), "a");
  notes.write("INSERT INTO notes VALUES('c', 'Another cat', NULL, '[]')");
  EXPECT_EQ(notes.find("cat"), "a c");
}

TEST(TextSearch, rebuilds_a_file_that_is_damaged_at_any_place) {
  for (const std::streamoff place : {0, 40, 120, 4096 + 8, 3 * 4096 + 100, 6 * 4096}) {
    Notes notes;
    notes.write(kTwoNotes);
    EXPECT_EQ(notes.find("cat"), "a");
    notes.close();
    {
      std::fstream file(notes.file(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(place);
      file << std::string(300, '\x5a');
    }
    notes.open();
    EXPECT_EQ(notes.find("cat"), "a") << place;
    EXPECT_EQ(notes.find("fish"), "b") << place;
  }
}

TEST(TextSearch, builds_a_new_index_and_drops_one_that_is_no_longer_declared) {
  Notes notes;
  notes.write(kTwoNotes);
  auto table = notes_table();
  table.text_indexes.pop_back();
  notes.declare(catalogue_of({table}));
  EXPECT_EQ(notes.find("cat"), "a");
  notes.write("INSERT INTO notes VALUES('c', 'Cat', NULL, '[\"new\"]')");
  notes.declare(catalogue_of({notes_table()}));
  EXPECT_EQ(notes.find_tags(R"(["new"])"), "c");
  EXPECT_EQ(notes.find("cat"), "a c");
}

TEST(TextSearch, builds_an_index_anew_when_its_table_was_rebuilt) {
  Notes notes;
  notes.write(kTwoNotes);
  EXPECT_EQ(notes.find("cat"), "a");
  notes.migrate(
      "CREATE TABLE other(id TEXT PRIMARY KEY, title TEXT, body TEXT, tags TEXT) STRICT;"
      "INSERT INTO other SELECT * FROM notes ORDER BY id DESC; DROP TABLE notes;"
      "ALTER TABLE other RENAME TO notes");
  notes.declare(catalogue_of({notes_table()}));
  EXPECT_EQ(notes.find("cat"), "a");
  EXPECT_EQ(notes.find("fish"), "b");
}

TEST(TextSearch, follows_a_table_without_a_primary_key) {
  Notes notes;
  auto table = notes_table();
  table.primary_key.reset();
  notes.declare(catalogue_of({table}));
  notes.write(kTwoNotes);
  EXPECT_EQ(notes.find("cat"), "a");
  notes.write("DELETE FROM notes WHERE id = 'a'");
  EXPECT_EQ(notes.find("cat"), "");
  EXPECT_EQ(notes.find("fish"), "b");
}

TEST(TextSearch, says_so_when_it_cannot_catch_up_in_time) {
  Notes notes;
  const log::ProjectionRunner::Pause pause(notes.search().runner());
  notes.write(kTwoNotes);
  EXPECT_EQ(code_of(notes.search().catch_up(base::Deadline::after(std::chrono::milliseconds(20)))), "HF011");
}

}  // namespace
}  // namespace holdfast::search
