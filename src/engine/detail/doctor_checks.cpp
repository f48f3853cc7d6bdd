#include "engine/detail/doctor_checks.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/data_folder.hpp"

namespace holdfast::engine::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMegabyte = 1U << 20U;
constexpr std::uintmax_t kLittleDisk = 1024 * kMegabyte;
constexpr std::uintmax_t kHardlyAnyDisk = 100 * kMegabyte;
constexpr std::uintmax_t kLargeWal = 512 * kMegabyte;
constexpr sql::Position kLongLag = 10'000;

std::string megabytes(std::uintmax_t bytes) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f MiB",
                static_cast<double>(bytes) / static_cast<double>(kMegabyte));
  return text.data();
}

/// 0 where there is no such file.
std::uintmax_t size_of(const fs::path& file) {
  std::error_code problem;
  const auto bytes = fs::file_size(file, problem);
  return problem ? 0 : bytes;
}

Finding failed(std::string check, const Error& error) {
  return {
      .check = std::move(check), .verdict = Verdict::fail, .found = error.to_string(), .advice = error.hint};
}

Result<std::string> first_text(Engine& engine, std::string_view query) {
  std::string text;
  const sql::Session session{.principal = base::Principal::system(), .request_id = "doctor"};
  HF_CHECK(engine.database().read(session, [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(auto statement, connection.prepare(query));
    HF_TRY(const bool row, statement->step());
    if (row) text = statement->column(0).bytes;
    return {};
  }));
  return text;
}

Finding data_folder(Engine& engine) {
  const auto& folder = engine.settings().data_folder;
  struct stat status {};
  Finding finding{.check = "data folder", .found = fs::absolute(folder).string()};
  if (::stat(folder.c_str(), &status) == 0 && (status.st_mode & 077U) == 0) return finding;
  finding.verdict = Verdict::fail;
  finding.advice = "Others may enter it: chmod 700 " + folder.string();
  return finding;
}

Finding disk(Engine& engine) {
  std::error_code problem;
  const auto space = fs::space(engine.settings().data_folder, problem);
  if (problem) return {.check = "disk", .verdict = Verdict::warn, .found = problem.message()};
  Finding finding{.check = "disk", .found = megabytes(space.available) + " left"};
  if (space.available >= kLittleDisk) return finding;
  finding.verdict = space.available < kHardlyAnyDisk ? Verdict::fail : Verdict::warn;
  finding.advice = "Free some space: writes are refused (53100) when the disk is full.";
  return finding;
}

Finding files(Engine& engine) {
  const auto& folder = engine.settings().data_folder;
  return {.check = "files",
          .found = "holdfast.db " + megabytes(size_of(database_file(folder))) + ", search.db " +
                   megabytes(size_of(search_file(folder)))};
}

Finding write_ahead_log(Engine& engine) {
  const auto bytes = size_of(database_file(engine.settings().data_folder).string() + "-wal");
  Finding finding{.check = "write-ahead log", .found = megabytes(bytes)};
  if (bytes <= kLargeWal) return finding;
  finding.verdict = Verdict::warn;
  finding.advice = "A reader keeps an old snapshot open: look for long requests, or restart the server.";
  return finding;
}

Finding sqlite_version(Engine& engine) {
  const auto version = first_text(engine, "SELECT sqlite_version()");
  if (!version.ok()) return failed("SQLite", version.error());
  return {.check = "SQLite", .found = *version};
}

Finding integrity(Engine& engine) {
  const auto answer = first_text(engine, "PRAGMA quick_check(1)");
  if (!answer.ok()) return failed("integrity", answer.error());
  if (*answer == "ok") return {.check = "integrity", .found = "quick_check found nothing wrong"};
  return {.check = "integrity",
          .verdict = Verdict::fail,
          .found = *answer,
          .advice = "Stop the server, keep a copy of the data folder, and restore a backup."};
}

Finding log_position(Engine& engine) {
  return {.check = "commit log",
          .found = "position " + std::to_string(engine.change_log().durable_position())};
}

Finding search_lag(Engine& engine) {
  // Below zero until something was indexed.
  const auto position = std::max<sql::Position>(0, engine.text_search().runner().position());
  const auto lag = std::max<sql::Position>(0, engine.change_log().durable_position() - position);
  Finding finding{.check = "search", .found = std::to_string(lag) + " positions behind the log"};
  if (lag <= kLongLag) return finding;
  finding.verdict = Verdict::warn;
  finding.advice = "It catches up by itself; when it does not, stop the server and delete search.db.";
  return finding;
}

Finding migrations(Engine& engine) {
  const auto states = engine.migrator().status();
  if (!states.ok()) return failed("migrations", states.error());
  std::size_t pending = 0;
  std::string problems;
  for (const auto& state : *states) {
    pending += state.applied ? 0U : 1U;
    if (!state.problem.empty()) problems += " " + std::to_string(state.number) + " " + state.problem + ";";
  }
  Finding finding{.check = "migrations",
                  .found = std::to_string(states->size() - pending) + " applied, " + std::to_string(pending) +
                           " pending" + (problems.empty() ? "" : ":" + problems)};
  if (pending == 0 && problems.empty()) return finding;
  finding.verdict = problems.empty() ? Verdict::warn : Verdict::fail;
  finding.advice = problems.empty() ? "Run: holdfast migrate up" : "Put the applied files back as they were.";
  return finding;
}

Finding drift(Engine& engine) {
  const auto differences = engine.migrator().drift();
  if (!differences.ok()) return failed("drift", differences.error());
  if (differences->empty()) return {.check = "drift", .found = "the database is as its migrations made it"};
  return {.check = "drift",
          .verdict = Verdict::fail,
          .found = std::to_string(differences->size()) + " differences, first: " + differences->front(),
          .advice = "Somebody changed holdfast.db by hand. `holdfast migrate verify` lists all."};
}

}  // namespace

std::vector<Finding> examine(Engine& engine) {
  std::vector<Finding> findings;
  for (const auto check : {data_folder, disk, files, write_ahead_log, sqlite_version, integrity, log_position,
                           search_lag, migrations, drift})
    findings.push_back(check(engine));
  return findings;
}

}  // namespace holdfast::engine::detail
