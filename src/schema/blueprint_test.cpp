#include "schema/blueprint.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace holdfast::schema {
namespace {

namespace fs = std::filesystem;

class BlueprintFolder : public ::testing::Test {
 protected:
  BlueprintFolder() {
    std::string pattern = (fs::temp_directory_path() / "holdfast-blueprint-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::create_directory(folder_ / "migrations");
    write("migrations/001_first.up.sql", "CREATE TABLE a (id int, status text);");
  }
  ~BlueprintFolder() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::string code() {
    const auto loaded = load_blueprint(folder_);
    return loaded.ok() ? "" : loaded.error().code;
  }

  fs::path folder_;
};

TEST_F(BlueprintFolder, reads_rules_and_lists_of_states) {
  write(
      "blueprint.yaml",
      "name: shop\nschemas: [public, store]\ntables:\n  a:\n    hidden: [id]\n    states:\n      column: "
      "status\n"
      "      initial: draft\n      transitions:\n        - {from: [draft, review], to: done, roles: [anon]}\n"
      "      immutable: [done]\n");
  const auto loaded = load_blueprint(folder_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  EXPECT_EQ(loaded->name, "shop");
  EXPECT_EQ(loaded->exposed_schemas.size(), 2U);
  const auto& rules = loaded->tables.at({.schema = "public", .name = "a"});
  EXPECT_EQ(rules.states.at(0).transitions.size(), 2U);
}

TEST_F(BlueprintFolder, places_an_unknown_key_by_line_and_column) {
  write("blueprint.yaml", "name: shop\ntables:\n  a:\n    hiden: [id]\n");
  const auto loaded = load_blueprint(folder_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, "HF009");
  EXPECT_TRUE(loaded.error().details.ends_with("blueprint.yaml:4:5")) << loaded.error().details;
}

TEST_F(BlueprintFolder, refuses_what_is_no_yaml) {
  write("blueprint.yaml", "name: [shop\n");
  EXPECT_EQ(code(), "HF009");
}

TEST_F(BlueprintFolder, refuses_two_files_with_one_number) {
  write("migrations/1_other.up.sql", "");
  EXPECT_EQ(code(), "HF009");
}

TEST_F(BlueprintFolder, refuses_a_wrong_name_and_a_down_without_its_up) {
  write("migrations/002_second.down.sql", "");
  EXPECT_EQ(code(), "HF009");
  fs::remove(folder_ / "migrations/002_second.down.sql");
  write("migrations/second.sql", "");
  EXPECT_EQ(code(), "HF009");
}

TEST_F(BlueprintFolder, refuses_a_rule_on_what_the_migrations_do_not_declare) {
  write("blueprint.yaml", "tables:\n  a:\n    hidden: [password]\n");
  const auto loaded = load_blueprint(folder_);
  ASSERT_TRUE(loaded.ok());
  Catalogue catalogue;
  Table table;
  table.name = {.schema = "public", .name = "a"};
  catalogue.tables.emplace(table.name, table);
  EXPECT_EQ(apply_rules(*loaded, catalogue).error().code, "HF009");
}

}  // namespace
}  // namespace holdfast::schema
