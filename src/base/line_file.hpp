#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/mutex.hpp"
#include "base/result.hpp"

namespace holdfast::base {

/// Lines on their way to a file, written by a thread of its own, so that those who write() never wait for a
/// disk or a pipe. Where the file does not keep up, lines are dropped and counted: what waits in memory is
/// bounded (1 MiB). The destructor writes what is left.
class LineFile {
 public:
  /// Appends to the file, made readable by its owner and group; `stderr` is standard error. 58030 when it
  /// cannot be opened.
  static Result<std::unique_ptr<LineFile>> open(const std::string& path);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// One line without its line break. Any thread.
  void write(std::string_view line);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  LineFile(int descriptor, bool owned);
  void run();
  void write_out(std::string_view bytes);

  int descriptor_;
  bool owned_;
  Mutex mutex_;
  ConditionVariable wakes_;
  std::string waiting_ HF_GUARDED_BY(mutex_);
  bool stopping_ HF_GUARDED_BY(mutex_) = false;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::thread thread_;
};

}  // namespace holdfast::base
