#include "base/line_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace holdfast::base {
namespace {

constexpr std::size_t kMostWaiting = 1U << 20U;

std::uint64_t lines_in(std::string_view bytes) {
  return static_cast<std::uint64_t>(std::ranges::count(bytes, '\n'));
}

}  // namespace

Result<std::unique_ptr<LineFile>> LineFile::open(const std::string& path) {
  const bool standard_error = path == "stderr";
  const int descriptor =
      standard_error ? STDERR_FILENO : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0)
    return Error{.code = "58030",
                 .message = "cannot append to " + path + ": " + std::strerror(errno),
                 .hint = "Name a file in a folder that this user may write to."};
  return std::unique_ptr<LineFile>(new LineFile(descriptor, !standard_error));
}

LineFile::LineFile(int descriptor, bool owned) : descriptor_(descriptor), owned_(owned) {
  thread_ = std::thread([this] { run(); });
}

LineFile::~LineFile() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_one();
  thread_.join();
  if (owned_) ::close(descriptor_);
}

void LineFile::write(std::string_view line) {
  bool first = false;
  {
    const MutexLock lock(mutex_);
    if (waiting_.size() + line.size() >= kMostWaiting) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    first = waiting_.empty();
    waiting_.append(line).append("\n");
  }
  if (first) wakes_.notify_one();
}

void LineFile::run() {
  std::string bytes;
  bool stopping = false;
  while (!stopping) {
    {
      MutexLock lock(mutex_);
      while (!stopping_ && waiting_.empty()) wakes_.wait(lock);
      bytes.swap(waiting_);
      stopping = stopping_;
    }
    write_out(bytes);
    bytes.clear();
  }
}

void LineFile::write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      dropped_.fetch_add(lines_in(bytes), std::memory_order_relaxed);
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace holdfast::base
