#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "json.hpp"
#include "new_migration.hpp"
#include "progress_display.hpp"
#include "shell.hpp"
#include "table.hpp"

namespace holdfast::cli {
namespace {

TEST(Table, stands_in_line_whatever_letters_it_has) {
  const Table table{.columns = {"a", "name"}, .rows = {{"1", "Grüße"}, {std::nullopt, "x\ny"}}};
  EXPECT_EQ(to_text(table), "a | name\n--+------\n1 | Grüße\n  | x\\ny\n(2 rows)\n");
}

TEST(Table, escapes_what_could_steer_the_terminal) {
  const Table table{.columns = {"a"}, .rows = {{"\x1b[2J"}}};
  EXPECT_EQ(to_text(table).find('\x1b'), std::string::npos);
}

TEST(Csv, quotes_what_must_be_quoted_and_tells_null_from_empty) {
  const Table table{.columns = {"a", "b"},
                    .rows = {{"x,y", std::nullopt}, {"say \"hi\"", ""}, {"1", "2\n3"}}};
  EXPECT_EQ(to_csv(table), "a,b\n\"x,y\",\n\"say \"\"hi\"\"\",\"\"\n1,\"2\n3\"\n");
}

TEST(ProgressBar, fills_with_the_work_and_keeps_its_width) {
  EXPECT_EQ(progress_bar({.what = "import", .done = 0, .total = 2000}, 80),
            "[........................]   0% import 0 of 2,000");
  EXPECT_EQ(progress_bar({.what = "import", .done = 2500, .total = 2000}, 80),
            "[########################] 100% import 2,500 of 2,000");
  EXPECT_EQ(progress_bar({.what = "import", .done = 1234567, .total = 0}, 80), "import 1,234,567");
  EXPECT_EQ(progress_bar({.what = "import", .done = 1, .total = 2}, 10).size(), 10U);
}

TEST(Arguments, become_a_json_object_that_reads_back) {
  const auto json =
      Arguments().text("a", "x\"y").number("n", -3).flag("f", true).texts("l", {"p", "q"}).json();
  EXPECT_EQ(json, R"({"a":"x\"y","n":-3,"f":true,"l":["p","q"]})");
  const auto parsed = Json::parse(json);
  EXPECT_EQ(parsed["a"].text, "x\"y");
  EXPECT_EQ(parsed["n"].text, "-3");
  EXPECT_EQ(parsed["l"].items.size(), 2U);
  EXPECT_TRUE(parsed["none"].is_null());
  EXPECT_TRUE(Json::parse("{").is_null());
}

TEST(ExitCodes, tell_usage_refusal_and_failure_apart) {
  EXPECT_EQ(exit_code({.code = "HF001", .message = {}}), kUsage);
  EXPECT_EQ(exit_code({.code = "HF002", .message = {}}), kRefused);
  EXPECT_EQ(exit_code({.code = "HF019", .message = {}}), kRefused);
  EXPECT_EQ(exit_code({.code = "42P01", .message = {}}), kFailed);
}

TEST(NewMigration, takes_the_next_number_and_refuses_odd_names) {
  std::string name = (std::filesystem::temp_directory_path() / "holdfast-new-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  std::filesystem::create_directory(folder / "migrations");
  EXPECT_EQ(write_new_migration(folder, "first").value()[0].filename(), "001_first.up.sql");
  EXPECT_EQ(write_new_migration(folder, "add_ratings").value()[1].filename(), "002_add_ratings.down.sql");
  for (const char* odd : {"", "Add", "a b", "../x", "a-b"})
    EXPECT_EQ(write_new_migration(folder, odd).error().code, "HF010") << odd;
  EXPECT_EQ(write_new_migration(folder / "none", "x").error().code, "58030");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace holdfast::cli
