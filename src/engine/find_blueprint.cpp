#include <dlfcn.h>

#include <set>
#include <vector>

#include "engine/settings.hpp"

namespace holdfast::engine {
namespace {

namespace fs = std::filesystem;

/// The program, or the library that a program of somebody else's uses.
fs::path own_file() {
  static const char here = 0;
  Dl_info found{};
  if (::dladdr(&here, &found) == 0 || found.dli_fname == nullptr) return {};
  std::error_code problem;
  return fs::weakly_canonical(found.dli_fname, problem);
}

/// Folders that hold shipped blueprints, the nearest first.
std::vector<fs::path> shelves() {
  std::vector<fs::path> found{"blueprints"};
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path beside = program.parent_path();
    found.push_back(beside / "blueprints");
    found.push_back(beside.parent_path() / "share/holdfast/blueprints");
    found.push_back(beside.parent_path().parent_path() / "blueprints");  // build/release/holdfast
  }
  // lib/libholdfast.so and lib/x86_64-linux-gnu/libholdfast.so
  const fs::path library = own_file().parent_path();
  if (!library.empty()) {
    found.push_back(library.parent_path() / "share/holdfast/blueprints");
    found.push_back(library.parent_path().parent_path() / "share/holdfast/blueprints");
  }
  found.emplace_back("/usr/share/holdfast/blueprints");
  return found;
}

bool is_blueprint(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "migrations", ignored);
}

std::string shipped_names() {
  std::set<std::string> names;
  for (const auto& shelf : shelves()) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(shelf, ignored))
      if (is_blueprint(entry.path())) names.insert(entry.path().filename().string());
  }
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list.empty() ? "none" : list;
}

}  // namespace

Result<fs::path> find_blueprint(std::string_view name_or_folder) {
  const fs::path given(name_or_folder);
  const bool is_name = given.has_filename() && given == given.filename() && given != "." && given != "..";
  if (is_name) {
    for (const auto& shelf : shelves())
      if (is_blueprint(shelf / given)) return shelf / given;
  }
  if (is_blueprint(given)) return given;
  return Error{
      .code = "HF009",
      .message = "there is no blueprint '" + std::string(name_or_folder) + "'",
      .details = is_name ? "Shipped: " + shipped_names() + "." : "The folder has no migrations/ in it.",
      .hint = "Give --blueprint a shipped name, or a folder with migrations/NNN_name.up.sql."};
}

}  // namespace holdfast::engine
