#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/testing/source_folder.hpp"
#include "schema/migrations.hpp"

namespace holdfast::schema {
namespace {

namespace fs = std::filesystem;

fs::path fixtures() { return base::testing::source_folder() / "tests/data/refused"; }

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// `-- line:column code`, the first line of every fixture.
std::string expectation(const std::string& text) { return text.substr(3, text.find('\n') - 3); }

TEST(Refused, every_fixture_is_refused_at_its_place_and_changes_nothing) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(fixtures())) {
    const auto text = read(entry.path());
    const auto name = entry.path().filename().string();
    Catalogue catalogue;
    const auto before = dump(catalogue);
    const auto script = translate_script(catalogue, name, text);
    ASSERT_FALSE(script.ok()) << name << " was accepted";
    EXPECT_EQ(script.error().details + " " + script.error().code, name + ":" + expectation(text))
        << script.error().to_string();
    const bool says_what_to_do = script.error().code != "HF003" || !script.error().hint.empty();
    EXPECT_TRUE(says_what_to_do) << name;
    EXPECT_EQ(dump(catalogue), before);
    ++count;
  }
  EXPECT_GE(count, 25);
}

}  // namespace
}  // namespace holdfast::schema
