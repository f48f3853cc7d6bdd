#include "demo/debian_index.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

extern char** environ;

namespace holdfast::demo {
namespace {

constexpr char kAptHelper[] = "/usr/lib/apt/apt-helper";
constexpr char kAptGet[] = "/usr/bin/apt-get";

using Take = std::function<void(std::string_view)>;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

Error cannot_read(std::string_view what, std::string_view why) {
  return {.code = "58030", .message = "Cannot read " + std::string(what), .details = std::string(why)};
}

Result<void> read_all(int descriptor, std::string_view name, const Take& take) {
  std::vector<char> buffer(256U << 10U);
  for (;;) {
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return {};
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(name, std::strerror(errno));
    take({buffer.data(), static_cast<std::size_t>(count)});
  }
}

/// Runs a program without a shell and gives what it writes to standard output.
Result<void> run(std::vector<std::string> arguments, const Take& take) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return cannot_read(arguments[0], std::strerror(errno));
  const Descriptor output(ends[0]);
  Descriptor input(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDOUT_FILENO);
  std::vector<char*> words;
  for (auto& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawn(&child, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return cannot_read(arguments[0], std::strerror(failed));
  input.close();
  const auto read = read_all(output.get(), arguments[0], take);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  HF_CHECK(read);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return cannot_read(arguments.back(), "The program that reads it failed");
  return {};
}

Result<std::vector<std::filesystem::path>> listed_indexes() {
  std::string lines;
  HF_CHECK(run({kAptGet, "indextargets", "--format", "$(FILENAME)", "Created-By: Packages"},
               [&](std::string_view bytes) { lines += bytes; }));
  std::vector<std::filesystem::path> files;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.size(), lines.find('\n', at));
    std::filesystem::path file = lines.substr(at, end - at);
    if (!file.empty() && std::filesystem::exists(file)) files.push_back(std::move(file));
    at = end + 1;
  }
  return files;
}

bool is_compressed(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 6> kEndings{".lz4", ".gz", ".xz", ".bz2", ".zst", ".lzma"};
  return std::ranges::find(kEndings, file.extension().string()) != kEndings.end();
}

}  // namespace

Result<std::vector<std::filesystem::path>> find_package_indexes(const Take& announce) {
  const Error none{
      .code = "HF008",
      .message = "This machine has no Debian package index",
      .hint = "Run `sudo apt-get update`, or give Packages files: holdfast demo dev-portal FILE..."};
  if (access(kAptGet, X_OK) != 0) return none;
  HF_TRY(auto files, listed_indexes());
  if (!files.empty()) return files;
  if (geteuid() != 0) return none;
  announce("fetching the package index (apt-get update)");
  HF_CHECK(run({kAptGet, "-q", "update"}, [](std::string_view) {}));
  HF_TRY(files, listed_indexes());
  if (files.empty()) return none;
  return files;
}

Result<void> read_index(const std::filesystem::path& file, const Take& take) {
  if (!std::filesystem::exists(file)) {
    return Error{.code = "HF010",
                 .message = "There is no file " + file.string(),
                 .hint = "Give Packages files of a Debian archive."};
  }
  if (is_compressed(file)) return run({kAptHelper, "cat-file", file.string()}, take);
  const Descriptor source(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (source.get() < 0) return cannot_read(file.string(), std::strerror(errno));
  return read_all(source.get(), file.string(), take);
}

}  // namespace holdfast::demo
