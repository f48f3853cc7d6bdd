#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::engine {

/// Every setting, resolved: flags over environment over holdfast.yaml over defaults.
struct Settings {
  std::filesystem::path data_folder = "./data";
  std::string database_url;  ///< empty: embedded
  std::string blueprint = "dev-portal";
  std::string listen = "127.0.0.1:8420";
  std::size_t max_body_bytes = 16U << 20U;
  std::size_t max_header_bytes = 16U << 10U;
  std::size_t max_url_bytes = 8U << 10U;
  std::size_t max_connections = 10'000;
  std::size_t max_streams = 5'000;
  std::chrono::milliseconds request_timeout{30'000};
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds stream_heartbeat{15'000};
  std::chrono::milliseconds drain_timeout{10'000};
  int io_threads = 2;
  std::size_t max_rows = 0;
  bool aggregates = false;
  std::string tx_end = "commit";
  std::size_t memory_limit = 256U << 20U;
  bool group_commit = true;
  std::string jwt_secret;
  std::string jwt_audience;
  bool allow_no_key = false;
  std::size_t compress_min_bytes = 2U << 10U;  ///< 0: never
  std::vector<std::string> cors_origins{"*"};  ///< one `*`: any
  bool cors_credentials = false;
  std::chrono::milliseconds cors_max_age{86'400'000};
  bool metrics_public = false;
  std::string access_log;  ///< empty: none; `stderr`, or a file
  std::string log_format = "text";
  std::string log_level = "info";

  bool operator==(const Settings&) const = default;
};

/// One row of the table of settings, from which parsing, `--help`, .env.example and
/// docs/reference/settings.md come.
struct SettingInfo {
  std::string_view name;         ///< in holdfast.yaml: `max_body_bytes`
  std::string_view environment;  ///< `HOLDFAST_MAX_BODY_BYTES`, `DATABASE_URL`
  std::string_view default_text;
  std::string_view meaning;

  /// On the command line: `--max-body-bytes`.
  [[nodiscard]] std::string flag() const;
};
[[nodiscard]] std::span<const SettingInfo> setting_table();
/// docs/reference/settings.md and .env.example, whole.
[[nodiscard]] std::string settings_markdown();
[[nodiscard]] std::string settings_environment_file();

/// Where settings come from; flags are `name -> text`. Of the environment, variables that are not in the
/// table are left alone, but one that nearly has the name of a setting is refused as a slip of the keyboard.
struct SettingSources {
  std::map<std::string, std::string> flags;
  std::map<std::string, std::string> environment;
  std::optional<std::filesystem::path> file;  ///< --config; else ./holdfast.yaml when it is there
};
/// Errors: HF001 with where (`holdfast.yaml:3`, `environment HOLDFAST_LISTEN`, `--listen`) and what to do.
Result<Settings> resolve_settings(const SettingSources& sources);

/// A shipped blueprint's name or a folder -> the folder: `./blueprints/NAME`, then beside the binary or the
/// library, then /usr/share/holdfast/blueprints. HF009 when there is none, with the names that there are.
Result<std::filesystem::path> find_blueprint(std::string_view name_or_folder);

}  // namespace holdfast::engine
