#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "support/disk_model.hpp"

namespace holdfast::testing {

/// What SQLite asks of its file system, and what can fail.
enum class DiskCall : std::uint8_t { open, read, write, truncate, sync, unlink, shared_memory };
inline constexpr std::size_t kDiskCalls = 7;
[[nodiscard]] std::string_view name_of(DiskCall call);

/// The `nth` call of its kind (from 1) fails; `lasting`: all later ones too, until repair().
struct DiskFault {
  DiskCall call = DiskCall::write;
  std::size_t nth = 1;
  int code = 0;  ///< SQLITE_IOERR_WRITE, ...
  bool lasting = false;
};

/// A sync that the machine only claims to have done, as if its line were missing in the code.
enum class SkippedSync : std::uint8_t { none, log, log_header, database, folder };

/// SQLite's own file system with a witness: every change that goes through it to the files of one folder is
/// noted, and calls fail as planned. It is the default file system of the process while it lives; one at a
/// time, made before the first connection and gone after the last. Memory that connections share and
/// temporary files pass through unnoted, but may fail. Any thread.
class WatchedDisk {
 public:
  explicit WatchedDisk(const std::filesystem::path& folder);
  ~WatchedDisk();
  WatchedDisk(const WatchedDisk&) = delete;
  WatchedDisk& operator=(const WatchedDisk&) = delete;

  /// What stands in the folder is durable now, and nothing has happened yet.
  void begin(SkippedSync skipped = SkippedSync::none);
  [[nodiscard]] const DiskImage& beginning() const;
  /// How much has happened; events with a smaller index have.
  [[nodiscard]] std::size_t moment() const;
  /// Only while nobody works on the folder.
  [[nodiscard]] const std::vector<DiskEvent>& events() const;

  void plan(const DiskFault& fault);
  /// True when the fault has come.
  [[nodiscard]] bool has_failed() const;
  /// No more faults: there is room again, the cable is back.
  void repair();
  [[nodiscard]] std::size_t calls(DiskCall call) const;

 private:
  struct State;
  friend struct WatchedCalls;
  std::unique_ptr<State> state_;
};

/// Makes `folder` hold `image` and nothing else.
void put_image(const std::filesystem::path& folder, const DiskImage& image);
[[nodiscard]] DiskImage read_image(const std::filesystem::path& folder);

}  // namespace holdfast::testing
