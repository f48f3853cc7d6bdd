#include "base/log.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <string>

#include "base/json_writer.hpp"

namespace holdfast::base {
namespace {

std::atomic<bool> json_lines{false};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("holdfast", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc));
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view name_of(LogLevel level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<int>(level)];
}

std::string json_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  std::string line;
  JsonWriter writer(line);
  writer.begin_object().key("time").string(log_timestamp()).key("level").string(name_of(level));
  writer.key("message").string(message);
  for (const auto& field : fields) writer.key(field.name).string(field.value);
  writer.end_object();
  return line;
}

std::string plain_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  std::string line = log_timestamp();
  (line += ' ') += name_of(level);
  (line += ' ') += message;
  for (const auto& field : fields) {
    ((line += ' ') += field.name) += '=';
    const bool plain = field.value.find_first_of(" \"=\n") == std::string_view::npos;
    if (plain)
      line += field.value;
    else
      append_json_string(line, field.value);
  }
  return line;
}

}  // namespace

std::string log_timestamp() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), (now - seconds).count());
}

void set_log_format(bool json) { json_lines = json; }
void set_log_level(LogLevel level) { logger().set_level(spdlog_level(level)); }

bool log_enabled(LogLevel level) { return logger().should_log(spdlog_level(level)); }

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!log_enabled(level)) return;
  logger().log(spdlog_level(level), "{}",
               json_lines ? json_line(level, message, fields) : plain_line(level, message, fields));
}

}  // namespace holdfast::base
