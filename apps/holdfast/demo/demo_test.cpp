#include "demo/demo.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/testing/source_folder.hpp"

namespace holdfast::demo {
namespace {

std::string stanza(const std::string& package, const std::string& version) {
  return "Package: " + package + "\nVersion: " + version +
         "\nMaintainer: The Team <Team@lists.example>\nSection: net\n" + "Description: about " + package +
         "\nFilename: pool/" + package + ".deb\nSize: 12\nSHA256: " + std::string(64, 'a') + "\n\n";
}

/// An engine with the blueprint in a folder of its own, and a package index beside it.
class DemoImport : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-demo-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    engine::Settings settings;
    settings.data_folder = folder_ / "data";
    settings.blueprint = base::testing::source_folder() / "blueprints/dev-portal";
    auto opened = engine::Engine::open(settings);
    ASSERT_TRUE(opened.ok()) << opened.error().to_string();
    engine_ = std::move(opened).value();
    const auto migrated = engine_->migrator().up();
    ASSERT_TRUE(migrated.ok()) << migrated.error().to_string();
    ASSERT_TRUE(engine_->reload().ok());
  }
  void TearDown() override {
    engine_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string import(const std::string& packages) {
    const auto file = folder_ / "Packages";
    std::ofstream(file) << packages;
    const auto report = import_demo(*engine_, {.name = "dev-portal", .files = {file}}, {});
    EXPECT_TRUE(report.ok()) << report.error().to_string();
    return report.ok() ? *report : "";
  }
  std::string ask(std::string_view sql) {
    std::string rows;
    const auto read = engine_->database().read({.principal = base::Principal::system(), .request_id = {}},
                                               [&](sql::Connection& connection) -> Result<void> {
                                                 HF_TRY(const auto statement, connection.prepare(sql));
                                                 for (;;) {
                                                   HF_TRY(const bool more, statement->step());
                                                   if (!more) return {};
                                                   rows.append(statement->column(0).bytes).append(" ");
                                                 }
                                               });
    EXPECT_TRUE(read.ok()) << read.error().to_string();
    return rows;
  }

  std::filesystem::path folder_;
  std::unique_ptr<engine::Engine> engine_;
};

TEST_F(DemoImport, gives_the_higher_version_the_higher_code_wherever_it_stands) {
  import(stanza("one", "2.0") + stanza("two", "1") + stanza("one", "1.0"));
  EXPECT_EQ(ask("SELECT version_name FROM app_versions ORDER BY app_id, version_code").find("2.0 1.0"),
            std::string::npos);
  EXPECT_EQ(ask("SELECT package_id FROM apps ORDER BY package_id"), "org.debian.one org.debian.two ");
  EXPECT_EQ(ask("SELECT email FROM developers"), "Team@lists.example ");
}

TEST_F(DemoImport, changes_nothing_the_second_time) {
  const auto packages = stanza("curl", "2.0") + stanza("two", "1") + stanza("curl", "1.0");
  import(packages);
  const auto position = engine_->change_log().durable_position();
  const auto again = import(packages);
  EXPECT_EQ(engine_->change_log().durable_position(), position);
  EXPECT_NE(again.find(R"("unchanged":6)"), std::string::npos) << again;
}

TEST_F(DemoImport, adds_a_version_that_appears_later) {
  import(stanza("one", "2.0"));
  import(stanza("one", "2.0") + stanza("one", "3.0") + stanza("one", "1.0"));
  EXPECT_EQ(ask("SELECT version_name FROM app_versions ORDER BY version_code"), "1.0 2.0 3.0 ");
}

TEST_F(DemoImport, reports_a_malformed_stanza_and_imports_the_rest) {
  const auto report = import(stanza("one", "1") + "Package: broken\nnonsense\n\n" + stanza("two", "1"));
  EXPECT_NE(report.find(R"("line":11)"), std::string::npos) << report;
  EXPECT_EQ(ask("SELECT name FROM apps ORDER BY name"), "one two ");
}

TEST_F(DemoImport, knows_its_names_and_misses_files_by_name) {
  const auto unknown = import_demo(*engine_, {.name = "nothing", .files = {}}, {});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, "HF010");
  const auto missing = import_demo(*engine_, {.name = "dev-portal", .files = {folder_ / "not-there"}}, {});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, "HF010");
}

}  // namespace
}  // namespace holdfast::demo
