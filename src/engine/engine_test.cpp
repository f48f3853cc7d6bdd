#include "engine/engine.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "engine/control.hpp"
#include "engine/data_folder.hpp"
#include "engine/detail/test_blueprint.hpp"

namespace holdfast::engine {
namespace {

class DataFolder : public ::testing::Test {
 protected:
  detail::TestBlueprint blueprint_;
  Settings settings_ = blueprint_.settings();
  VerbTable verbs_;

  std::unique_ptr<Engine> open() const {
    auto engine = Engine::open(settings_);
    EXPECT_TRUE(engine.ok()) << engine.error().to_string();
    return engine.ok() ? *std::move(engine) : nullptr;
  }
  std::string open_code() const {
    const auto engine = Engine::open(settings_);
    return engine.ok() ? "ok" : engine.error().code;
  }
  std::string run(Engine& engine, const std::string& verb, const std::string& arguments = "{}") const {
    const auto result =
        run_control(engine, verbs_, {.verb = verb, .arguments_json = arguments}, [](const Progress&) {});
    return result.ok() ? *result : result.error().code;
  }
};

TEST_F(DataFolder, is_made_for_its_owner_and_opens_again) {
  { const auto engine = open(); }
  struct stat status {};
  ASSERT_EQ(::stat(settings_.data_folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  EXPECT_EQ(open_code(), "ok");
}

TEST_F(DataFolder, has_one_holder_at_a_time) {
  {
    const auto engine = open();
    EXPECT_EQ(open_code(), "HF002");
  }
  EXPECT_EQ(open_code(), "ok");
}

TEST_F(DataFolder, that_others_may_enter_is_refused_unless_it_is_empty) {
  std::filesystem::create_directory(settings_.data_folder);
  ASSERT_EQ(::chmod(settings_.data_folder.c_str(), 0755), 0);
  EXPECT_EQ(open_code(), "ok");
  ASSERT_EQ(::chmod(settings_.data_folder.c_str(), 0750), 0);
  EXPECT_EQ(open_code(), "HF001");
}

TEST_F(DataFolder, that_is_a_file_is_refused) {
  std::ofstream(settings_.data_folder) << "x";
  EXPECT_EQ(open_code(), "HF001");
}

TEST_F(DataFolder, a_url_of_postgresql_and_a_missing_blueprint_are_refused) {
  settings_.blueprint = "no-such-blueprint";
  EXPECT_EQ(open_code(), "HF009");
  settings_.database_url = "postgres://localhost/x";
  EXPECT_EQ(open_code(), "HF001");
}

TEST_F(DataFolder, opening_migrates_nothing) {
  const auto engine = open();
  EXPECT_EQ(engine->catalogue()->find_table({.name = "notes"}), nullptr);
}

TEST_F(DataFolder, opens_quickly_again) {
  {
    const auto engine = open();
    run(*engine, "migrate.up");
  }
  const auto start = std::chrono::steady_clock::now();
  { const auto engine = open(); }
  const auto took = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds",
                 std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_LT(took, std::chrono::seconds(2)) << "an order above what it takes on an idle machine";
}

TEST_F(DataFolder, migrations_reach_every_room) {
  const auto engine = open();
  EXPECT_EQ(run(*engine, "migrate.up"), R"({"applied":["001_notes"]})");
  EXPECT_NE(engine->catalogue()->find_table({.name = "notes"}), nullptr);
  EXPECT_EQ(run(*engine, "sql", R"json({"query":"INSERT INTO notes VALUES (1, 'x')","write":true})json"),
            R"({"affected":1})");
  EXPECT_EQ(engine->change_log().durable_position(), 1);
  EXPECT_EQ(run(*engine, "sql", R"({"query":"SELECT id, body FROM notes","objects":true})"),
            R"([{"id":1,"body":"x"}])");
}

TEST_F(DataFolder, files_written_while_it_is_open_are_found) {
  const auto engine = open();
  run(*engine, "migrate.up");
  blueprint_.write("002_more", "ALTER TABLE notes ADD COLUMN more text;\n",
                   "ALTER TABLE notes DROP COLUMN more;\n");
  EXPECT_EQ(run(*engine, "migrate.up"), R"({"applied":["002_more"]})");
  EXPECT_EQ(run(*engine, "migrate.redo"), R"({"redone":["002_more"]})");
  EXPECT_EQ(run(*engine, "migrate.down", R"({"steps":2})"), R"({"undone":["002_more","001_notes"]})");
}

TEST_F(DataFolder, a_migration_that_fails_leaves_what_came_before_it) {
  const auto engine = open();
  blueprint_.write("002_wrong", "CREATE TABLE more (id integer);\nALTER TABLE nowhere ADD COLUMN a text;\n",
                   "");
  EXPECT_EQ(run(*engine, "migrate.up"), "42P01");
  EXPECT_EQ(engine->catalogue()->find_table({.name = "more"}), nullptr);
}

TEST_F(DataFolder, references_to_an_earlier_reading_stay_valid) {
  const auto engine = open();
  const auto& before = engine->blueprint();
  blueprint_.write("002_more", "CREATE TABLE more (id integer);\n", "DROP TABLE more;\n");
  ASSERT_TRUE(engine->reload().ok());
  EXPECT_EQ(before.migrations.size(), 1U);
  EXPECT_EQ(engine->blueprint().migrations.size(), 2U);
}

TEST_F(DataFolder, verbs_refuse_what_they_do_not_know) {
  const auto engine = open();
  for (const auto& [verb, arguments] :
       std::initializer_list<std::pair<const char*, const char*>>{{"nonesuch", "{}"},
                                                                  {"key.list", R"({"x":1})"},
                                                                  {"key.create", "{}"},
                                                                  {"key.create", R"({"kind":"x"})"},
                                                                  {"sql", R"({"query":1})"},
                                                                  {"sql", "[]"},
                                                                  {"migrate.down", R"({"steps":0})"},
                                                                  {"migrate.up", R"({"blueprint":"/"})"}})
    EXPECT_EQ(run(*engine, verb, arguments), "HF010") << verb << arguments;
}

}  // namespace
}  // namespace holdfast::engine
