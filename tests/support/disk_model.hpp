#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A disk with a volatile cache: what may stand on it after a power loss. tests/crash/README.md says what it
// assumes. It knows files and folders, and nothing of databases.

namespace holdfast::testing {

using FileId = std::size_t;

/// One thing that a program did to a folder of files.
struct DiskEvent {
  enum class Kind : std::uint8_t { create, write, truncate, sync, failed_sync, unlink, sync_folder };
  Kind kind = Kind::write;
  FileId file = 0;     ///< all but unlink and sync_folder
  std::string name{};  ///< create, unlink
  /// write; truncate: the size; sync and sync_folder: how many events had happened when it began, which are
  /// those that it makes durable.
  std::uint64_t offset = 0;
  std::string bytes{};  ///< write
};

[[nodiscard]] std::string describe(const DiskEvent& event);

/// Files by name.
using DiskImage = std::map<std::string, std::string>;

using Random = std::mt19937_64;

class DiskModel {
 public:
  /// A disk on which `durable` stands; its files have the ids 0, 1, ... in order of their names.
  explicit DiskModel(const DiskImage& durable);

  void apply(const DiskEvent& event);
  /// One of the disks that a power loss now may leave. Any outcome that the model allows can come; nothing
  /// at all and everything of what is not synced come often.
  [[nodiscard]] DiskImage lose_power(Random& random) const;

 private:
  using Moment = std::uint64_t;

  /// What a sector, a size or a name has become since it was last made durable, oldest first.
  template <class T>
  struct Pending {
    std::vector<std::pair<Moment, T>> versions;
    /// A sync of it failed: until it is written again, no later sync makes it durable.
    bool doubtful = false;

    void add(Moment moment, T version) {
      versions.emplace_back(moment, std::move(version));
      doubtful = false;
    }
    /// The newest version up to `moment`, which is durable then, as are none before it.
    std::optional<T> settle(Moment moment) {
      std::optional<T> newest;
      if (doubtful) return newest;
      std::size_t count = 0;
      while (count < versions.size() && versions[count].first <= moment) ++count;
      if (count > 0) newest = std::move(versions[count - 1].second);
      versions.erase(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(count));
      return newest;
    }
  };

  struct File {
    std::string durable;
    std::string cached;
    std::map<std::uint64_t, Pending<std::string>> sectors;
    Pending<std::uint64_t> size;
  };

  struct Loss;

  void write(File& file, std::uint64_t offset, std::string_view bytes);
  void truncate(File& file, std::uint64_t size);
  void remember_sectors(File& file, std::uint64_t from, std::uint64_t to);
  static void sync(File& file, Moment moment);
  static void fail_sync(File& file);
  void sync_folder(Moment moment);
  static std::string content_after(const File& file, Loss& loss);

  std::vector<File> files_;
  std::map<std::string, std::optional<FileId>> durable_names_;
  std::map<std::string, Pending<std::optional<FileId>>> names_;
  Moment now_ = 0;
};

}  // namespace holdfast::testing
