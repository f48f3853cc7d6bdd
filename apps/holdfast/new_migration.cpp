#include "new_migration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;

/// Of `004_access.up.sql`: 4. 0 for another name.
int number_of(const std::string& file) {
  int number = 0;
  const auto [end, problem] = std::from_chars(file.data(), file.data() + file.size(), number);
  return problem == std::errc{} && end < file.data() + file.size() && *end == '_' ? number : 0;
}

Result<int> next_number(const fs::path& migrations) {
  std::error_code problem;
  int newest = 0;
  for (const auto& entry : fs::directory_iterator(migrations, problem))
    newest = std::max(newest, number_of(entry.path().filename().string()));
  if (problem)
    return Error{
        .code = "58030", .message = "could not read " + migrations.string(), .details = problem.message()};
  return newest + 1;
}

Result<void> write(const fs::path& file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  out.flush();
  if (!out) return Error{.code = "58030", .message = "could not write " + file.string()};
  return {};
}

}  // namespace

Result<std::vector<fs::path>> write_new_migration(const fs::path& blueprint, std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (name.empty() || name.find_first_not_of(kAllowed) != std::string_view::npos)
    return Error{.code = "HF010",
                 .message = "'" + std::string(name) + "' cannot be the name of a migration",
                 .hint = "Use lower-case letters, digits and underscores: add_ratings."};
  HF_TRY(const int number, next_number(blueprint / "migrations"));
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%03d_", number);
  const std::string stem = digits.data() + std::string(name);
  const std::vector<fs::path> files{blueprint / "migrations" / (stem + ".up.sql"),
                                    blueprint / "migrations" / (stem + ".down.sql")};
  HF_CHECK(write(files[0], "-- PostgreSQL's language. Runs in one transaction.\n"));
  HF_CHECK(write(files[1], "-- Undoes " + stem + ".up.sql.\n"));
  return files;
}

}  // namespace holdfast::cli
