#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace holdfast::base {

enum class LogLevel { debug, info, warning, error };

/// One named value of a structured log line.
struct LogField {
  std::string_view name;
  std::string_view value;
};

/// Lines go to standard error as `2026-01-31T12:00:00.000Z info message name=value ...`, or as JSON objects.
/// Any thread. Secrets are never given to these functions.
void set_log_format(bool json);
void set_log_level(LogLevel level);
/// Whether a line of this level is written: to spare the work of making its fields.
[[nodiscard]] bool log_enabled(LogLevel level);
/// `2026-01-31T12:00:00.000Z`, this moment.
[[nodiscard]] std::string log_timestamp();
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, message, fields);
}
inline void log_warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, message, fields);
}
inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, message, fields);
}

}  // namespace holdfast::base
