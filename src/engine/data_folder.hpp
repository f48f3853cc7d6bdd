#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace holdfast::engine {

/// The files of a data folder: docs/architecture.md.
[[nodiscard]] std::filesystem::path database_file(const std::filesystem::path& data_folder);
[[nodiscard]] std::filesystem::path search_file(const std::filesystem::path& data_folder);
[[nodiscard]] std::filesystem::path socket_file(const std::filesystem::path& data_folder);

/// Makes the folder (mode 0700) where it is not there. 58030 when it cannot be; HF001 when others may enter
/// one that holds data already.
Result<void> prepare_data_folder(const std::filesystem::path& data_folder);

/// The folder's lock, held until this goes. The kernel lets go of it when the process ends, however it ends.
class FolderLock {
 public:
  /// HF002, with the holder's process id, when another process has it.
  static Result<FolderLock> take(const std::filesystem::path& data_folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace holdfast::engine
