#include "engine/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::engine {
namespace {

constexpr unsigned kOthers = 077;

Error disk_error(const std::string& what, const std::filesystem::path& path) {
  return {
      .code = "58030", .message = "could not " + what + " " + path.string(), .details = std::strerror(errno)};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return disk_error("open", folder);
  const bool synced = ::fsync(descriptor) == 0;
  const auto failure = disk_error("make durable", folder);
  ::close(descriptor);
  return synced ? Result<void>() : failure;
}

/// The folders that get a new name when `folder` is made.
std::vector<std::filesystem::path> folders_to_grow(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> growing;
  std::error_code ignored;
  for (auto made = std::filesystem::absolute(folder); !std::filesystem::exists(made, ignored);
       made = made.parent_path())
    growing.push_back(made.parent_path());
  return growing;
}

std::string holder_of(int descriptor) {
  std::array<char, 24> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  if (length <= 0) return "Another process holds it.";
  std::string id(text.data(), static_cast<std::size_t>(length));
  return "Process " + id.substr(0, id.find('\n')) + " holds it.";
}

}  // namespace

std::filesystem::path database_file(const std::filesystem::path& data_folder) {
  return data_folder / "holdfast.db";
}
std::filesystem::path search_file(const std::filesystem::path& data_folder) {
  return data_folder / "search.db";
}
std::filesystem::path socket_file(const std::filesystem::path& data_folder) {
  return data_folder / "holdfast.sock";
}

Result<void> prepare_data_folder(const std::filesystem::path& data_folder) {
  std::error_code problem;
  const auto growing = folders_to_grow(data_folder);
  if (data_folder.has_parent_path()) std::filesystem::create_directories(data_folder.parent_path(), problem);
  if (::mkdir(data_folder.c_str(), 0700) == 0) {
    // What is acknowledged must not be lost with the folder that it stands in.
    for (const auto& folder : growing) HF_CHECK(sync_folder(folder));
    return {};
  }
  if (errno != EEXIST) return disk_error("make the data folder", data_folder);
  struct stat status {};
  if (::stat(data_folder.c_str(), &status) != 0) return disk_error("look at", data_folder);
  if (!S_ISDIR(status.st_mode))
    return Error{.code = "HF001",
                 .message = "the data folder " + data_folder.string() + " is not a folder",
                 .hint = "Give --data a folder, or a name that is free."};
  if ((status.st_mode & kOthers) == 0) return {};
  // A folder made by hand before the first start holds nothing yet that others might have read.
  if (std::filesystem::is_empty(data_folder, problem) && ::chmod(data_folder.c_str(), 0700) == 0) return {};
  return Error{
      .code = "HF001",
      .message = "the data folder " + data_folder.string() + " may be entered by others than its owner",
      .hint = "Run: chmod 700 " + data_folder.string()};
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& data_folder) {
  const auto file = data_folder / "holdfast.lock";
  FolderLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0) return disk_error("open", file);
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return disk_error("lock", file);
    return Error{.code = "HF002",
                 .message = "the data folder " + data_folder.string() + " is in use",
                 .details = holder_of(lock.descriptor_),
                 .hint = "Stop that process, or wait for it. A running server takes verbs by itself."};
  }
  const std::string id = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.descriptor_, 0) != 0 ||
      ::pwrite(lock.descriptor_, id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
    return disk_error("write", file);
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

}  // namespace holdfast::engine
