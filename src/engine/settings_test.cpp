#include "engine/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/testing/temporary_folder.hpp"
#include "engine/detail/setting_definitions.hpp"
#include "engine/detail/setting_values.hpp"

namespace holdfast::engine {
namespace {

class SettingsFile : public ::testing::Test {
 protected:
  base::testing::TemporaryFolder folder_;

  Result<Settings> resolve(const std::string& yaml, std::map<std::string, std::string> environment = {},
                           std::map<std::string, std::string> flags = {}) const {
    const auto file = folder_.path() / "holdfast.yaml";
    std::ofstream(file) << yaml;
    return resolve_settings({.flags = std::move(flags), .environment = std::move(environment), .file = file});
  }
  /// Where it was wrong, without the folder.
  std::string place_of_error(const std::string& yaml) const {
    const auto settings = resolve(yaml);
    if (settings.ok()) return "ok";
    EXPECT_EQ(settings.error().code, "HF001");
    EXPECT_NE(settings.error().hint, "");
    return std::filesystem::path(settings.error().details).filename().string();
  }
};

TEST(SettingTable, defaults_are_those_of_the_struct) {
  Settings from_table;
  for (const auto& definition : detail::setting_definitions())
    EXPECT_EQ(definition.apply(from_table, definition.info.default_text), std::nullopt)
        << definition.info.name;
  EXPECT_EQ(from_table, Settings{});
}

TEST(SettingTable, names_every_setting_in_three_ways) {
  const auto page = settings_markdown();
  const auto file = settings_environment_file();
  for (const auto& setting : setting_table()) {
    EXPECT_NE(page.find("| `" + std::string(setting.name) + "` |"), std::string::npos);
    EXPECT_NE(file.find("\n#" + std::string(setting.environment) + "="), std::string::npos);
  }
  EXPECT_EQ(detail::find_setting("max_body_bytes")->info.flag(), "--max-body-bytes");
}

TEST_F(SettingsFile, flags_win_over_environment_over_file_over_defaults) {
  const std::string yaml = "listen: 127.0.0.1:1\nmax_rows: 1\nio_threads: 1\n";
  const auto settings = resolve(yaml, {{"HOLDFAST_LISTEN", "127.0.0.1:2"}, {"HOLDFAST_MAX_ROWS", "2"}},
                                {{"listen", "127.0.0.1:3"}});
  ASSERT_TRUE(settings.ok()) << settings.error().to_string();
  EXPECT_EQ(settings->listen, "127.0.0.1:3");
  EXPECT_EQ(settings->max_rows, 2U);
  EXPECT_EQ(settings->io_threads, 1);
  EXPECT_EQ(settings->blueprint, "dev-portal");
}

TEST_F(SettingsFile, reads_sizes_times_and_switches) {
  const auto settings = resolve(
      "max_body_bytes: 2MiB\nrequest_timeout: 500ms\nallow_no_key: yes\n"
      "drain_timeout: 2m\ngroup_commit: off\nmax_header_bytes: 4096\n");
  ASSERT_TRUE(settings.ok()) << settings.error().to_string();
  EXPECT_EQ(settings->max_body_bytes, 2U << 20U);
  EXPECT_EQ(settings->max_header_bytes, 4096U);
  EXPECT_EQ(settings->request_timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(settings->drain_timeout, std::chrono::minutes(2));
  EXPECT_TRUE(settings->allow_no_key);
  EXPECT_FALSE(settings->group_commit);
}

TEST_F(SettingsFile, errors_name_file_and_line) {
  EXPECT_EQ(place_of_error("# comment\n\nlissten: 127.0.0.1:1\n"), "holdfast.yaml:3");
  EXPECT_EQ(place_of_error("max_rows: 1\nmax_rows: 2\n"), "holdfast.yaml:2");
  EXPECT_EQ(place_of_error("max_rows: [1]\n"), "holdfast.yaml:1");
  EXPECT_EQ(place_of_error("data: x\nmax_rows:\n"), "holdfast.yaml:2");
  EXPECT_EQ(place_of_error("data: x\nlisten: 'a\n"), "holdfast.yaml:2");
  EXPECT_EQ(place_of_error("- data\n"), "holdfast.yaml:1");
  EXPECT_EQ(place_of_error("data: ''\n"), "holdfast.yaml:1");
  EXPECT_EQ(place_of_error(""), "ok");
}

TEST_F(SettingsFile, wrong_values_are_refused) {
  for (const char* line :
       {"listen: 8420", "listen: ':1'", "listen: a:65536", "listen: '::1:80'", "max_rows: -1", "max_rows: 1x",
        "io_threads: 0", "max_body_bytes: 1kb", "max_body_bytes: 99999999999999999999", "request_timeout: 30",
        "request_timeout: 0s", "allow_no_key: maybe", "log_format: xml", "log_level: loud",
        "jwt_secret: short"})
    EXPECT_EQ(place_of_error(std::string(line) + "\n"), "holdfast.yaml:1") << line;
}

TEST_F(SettingsFile, a_slip_of_the_keyboard_is_answered_with_what_was_meant) {
  EXPECT_NE(resolve("lisetn: a:1\n").error().hint.find("'listen'"), std::string::npos);
  const auto environment = resolve("", {{"HOLDFAST_LISTNE", "a:1"}});
  ASSERT_FALSE(environment.ok());
  EXPECT_EQ(environment.error().details, "environment HOLDFAST_LISTNE");
  EXPECT_TRUE(resolve("", {{"HOLDFAST_SERVICE_HOST", "10.0.0.1"}, {"PATH", "/bin"}}).ok());
}

TEST_F(SettingsFile, a_wrong_secret_is_not_repeated) {
  const auto settings = resolve("", {{"JWT_SECRET", "hunter2"}});
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().to_string().find("hunter2"), std::string::npos);
}

TEST_F(SettingsFile, a_file_that_was_named_must_be_there) {
  const auto settings =
      resolve_settings({.flags = {}, .environment = {}, .file = folder_.path() / "none.yaml"});
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().code, "HF001");
}

TEST(EditDistance, counts_letters_added_removed_replaced_and_swapped) {
  EXPECT_EQ(detail::edit_distance("listen", "listen"), 0U);
  EXPECT_EQ(detail::edit_distance("listen", "lisetn"), 1U);
  EXPECT_EQ(detail::edit_distance("listen", "list"), 2U);
  EXPECT_EQ(detail::edit_distance("", "abc"), 3U);
}

TEST_F(SettingsFile, blueprints_are_found_by_folder_and_missed_with_a_hint) {
  std::filesystem::create_directories(folder_.path() / "mine/migrations");
  EXPECT_EQ(find_blueprint((folder_.path() / "mine").string()).value(), folder_.path() / "mine");
  for (const char* name : {"no-such-blueprint", "", ".", "..", "/", "a/../b"}) {
    const auto found = find_blueprint(name);
    ASSERT_FALSE(found.ok()) << name;
    EXPECT_EQ(found.error().code, "HF009");
  }
}

}  // namespace
}  // namespace holdfast::engine
