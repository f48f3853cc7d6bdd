#include "support/watched_disk.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <new>

#include "sql/sqlite/sqlite_api.hpp"

namespace holdfast::testing {
namespace {

constexpr FileId kUnnoted = static_cast<FileId>(-1);
constexpr int kNotedKinds =
    SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
constexpr std::uint64_t kLogHeaderBytes = 32;

/// SQLite syncs a folder by opening it: noted here for the call of this thread that is under way.
thread_local bool folder_was_opened = false;

using OpenFolder = int (*)(const char* path, int* descriptor);
OpenFolder real_open_folder = nullptr;
int watched_open_folder(const char* path, int* descriptor) {
  folder_was_opened = true;
  return real_open_folder(path, descriptor);
}

sqlite3_vfs* real_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find("unix");
  return vfs;
}

/// The real file stands behind the header.
struct WatchedFile {
  sqlite3_file base;
  sqlite3_io_methods methods;
  FileId id;
  int flags;
  /// Of the log: something beyond its header was written since the last sync.
  bool wrote_frames;

  [[nodiscard]] bool is_noted() const { return id != kUnnoted; }
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
WatchedFile& watched(sqlite3_file* file) { return *reinterpret_cast<WatchedFile*>(file); }

}  // namespace

std::string_view name_of(DiskCall call) {
  constexpr std::array<std::string_view, kDiskCalls> kNames{"open", "read",   "write",        "truncate",
                                                            "sync", "unlink", "shared memory"};
  return kNames[static_cast<std::size_t>(call)];
}

struct WatchedDisk::State {
  std::filesystem::path folder;
  sqlite3_vfs vfs{};

  mutable std::mutex mutex;
  DiskImage beginning;
  std::vector<DiskEvent> events;
  std::map<std::string, FileId> names;
  FileId next_file = 0;
  SkippedSync skipped = SkippedSync::none;
  std::array<std::size_t, kDiskCalls> calls{};
  std::optional<DiskFault> fault;
  bool has_failed = false;

  [[nodiscard]] bool is_inside(const char* path) const {
    return path != nullptr && std::filesystem::path(path).parent_path() == folder;
  }
  [[nodiscard]] std::size_t moment() const {
    const std::lock_guard lock(mutex);
    return events.size();
  }
  void note(DiskEvent event) { events.push_back(std::move(event)); }
  /// The call that ends synced the folder too.
  void note_folder(std::size_t begun) {
    if (folder_was_opened && skipped != SkippedSync::folder)
      note({.kind = DiskEvent::Kind::sync_folder, .offset = begun});
  }

  /// SQLITE_OK, or the code with which this call is to fail.
  int enter(DiskCall call) {
    const std::lock_guard lock(mutex);
    const auto count = ++calls[static_cast<std::size_t>(call)];
    if (!fault || fault->call != call || count < fault->nth) return SQLITE_OK;
    if (count > fault->nth && !fault->lasting) return SQLITE_OK;
    has_failed = true;
    return fault->code;
  }

  FileId file_named(const std::string& name, bool existed) {
    const std::lock_guard lock(mutex);
    if (const auto known = names.find(name); existed && known != names.end()) return known->second;
    const auto id = next_file++;
    names[name] = id;
    note({.kind = DiskEvent::Kind::create, .file = id, .name = name});
    return id;
  }

  [[nodiscard]] bool skips(const WatchedFile& file) const {
    const bool log = (file.flags & SQLITE_OPEN_WAL) != 0;
    if (log && skipped == SkippedSync::log_header) return !file.wrote_frames;
    if (log) return skipped == SkippedSync::log && file.wrote_frames;
    return skipped == SkippedSync::database && (file.flags & SQLITE_OPEN_MAIN_DB) != 0;
  }
};

/// The calls of the file system.
struct WatchedCalls {
  using State = WatchedDisk::State;
  static State*& disk() {
    static State* state = nullptr;
    return state;
  }

  template <auto Operation>
  struct PassedOn;
  template <class... Arguments, int (*sqlite3_io_methods::*Operation)(sqlite3_file*, Arguments...)>
  struct PassedOn<Operation> {
    static int call(sqlite3_file* file, Arguments... arguments) {
      auto* real = watched(file).real();
      return (real->pMethods->*Operation)(real, arguments...);
    }
  };

  static int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
    if (const int failure = disk()->enter(DiskCall::read)) return failure;
    auto* real = watched(file).real();
    return real->pMethods->xRead(real, bytes, count, offset);
  }

  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    auto& self = watched(file);
    if (const int failure = disk()->enter(DiskCall::write)) return failure;
    const int outcome = self.real()->pMethods->xWrite(self.real(), bytes, count, offset);
    if (outcome != SQLITE_OK || !self.is_noted()) return outcome;
    const std::lock_guard lock(disk()->mutex);
    const auto start = static_cast<std::uint64_t>(offset);
    if (start >= kLogHeaderBytes) self.wrote_frames = true;
    disk()->note({.kind = DiskEvent::Kind::write,
                  .file = self.id,
                  .offset = start,
                  .bytes = std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
    return outcome;
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    auto& self = watched(file);
    if (const int failure = disk()->enter(DiskCall::truncate)) return failure;
    const int outcome = self.real()->pMethods->xTruncate(self.real(), size);
    if (outcome != SQLITE_OK || !self.is_noted()) return outcome;
    const std::lock_guard lock(disk()->mutex);
    disk()->note(
        {.kind = DiskEvent::Kind::truncate, .file = self.id, .offset = static_cast<std::uint64_t>(size)});
    return outcome;
  }

  static int sync(sqlite3_file* file, int flags) {
    auto& self = watched(file);
    const int failure = disk()->enter(DiskCall::sync);
    folder_was_opened = false;
    const auto begun = disk()->moment();
    const int outcome = failure != SQLITE_OK ? failure : self.real()->pMethods->xSync(self.real(), flags);
    if (!self.is_noted()) return outcome;
    const std::lock_guard lock(disk()->mutex);
    if (outcome != SQLITE_OK) {
      disk()->note({.kind = DiskEvent::Kind::failed_sync, .file = self.id});
      return outcome;
    }
    if (!disk()->skips(self)) disk()->note({.kind = DiskEvent::Kind::sync, .file = self.id, .offset = begun});
    self.wrote_frames = false;
    disk()->note_folder(begun);
    return outcome;
  }

  static int map_shared(sqlite3_file* file, int page, int bytes, int extend, void volatile** address) {
    if (const int failure = disk()->enter(DiskCall::shared_memory)) {
      *address = nullptr;
      return failure;
    }
    auto* real = watched(file).real();
    return real->pMethods->xShmMap(real, page, bytes, extend, address);
  }

  static void barrier(sqlite3_file* file) {
    watched(file).real()->pMethods->xShmBarrier(watched(file).real());
  }

  static sqlite3_io_methods methods() {
    using M = sqlite3_io_methods;
    sqlite3_io_methods methods{};
    methods.iVersion = 2;
    methods.xClose = &PassedOn<&M::xClose>::call;
    methods.xRead = &read;
    methods.xWrite = &write;
    methods.xTruncate = &truncate;
    methods.xSync = &sync;
    methods.xFileSize = &PassedOn<&M::xFileSize>::call;
    methods.xLock = &PassedOn<&M::xLock>::call;
    methods.xUnlock = &PassedOn<&M::xUnlock>::call;
    methods.xCheckReservedLock = &PassedOn<&M::xCheckReservedLock>::call;
    methods.xFileControl = &PassedOn<&M::xFileControl>::call;
    methods.xSectorSize = &PassedOn<&M::xSectorSize>::call;
    methods.xDeviceCharacteristics = &PassedOn<&M::xDeviceCharacteristics>::call;
    methods.xShmMap = &map_shared;
    methods.xShmLock = &PassedOn<&M::xShmLock>::call;
    methods.xShmBarrier = &barrier;
    methods.xShmUnmap = &PassedOn<&M::xShmUnmap>::call;
    return methods;
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto& opened = *::new (static_cast<void*>(file)) WatchedFile{};
    opened.id = kUnnoted;
    if (const int failure = disk()->enter(DiskCall::open)) return failure;
    const bool noted = disk()->is_inside(name) && (flags & kNotedKinds) != 0;
    const bool existed = noted && std::filesystem::exists(name);
    const int outcome = real_vfs()->xOpen(real_vfs(), name, opened.real(), flags, out_flags);
    if (opened.real()->pMethods == nullptr) return outcome;
    opened.methods = methods();
    opened.base.pMethods = &opened.methods;
    opened.flags = flags;
    if (noted && outcome == SQLITE_OK)
      opened.id = disk()->file_named(std::filesystem::path(name).filename().string(), existed);
    return outcome;
  }

  static int unlink(sqlite3_vfs*, const char* name, int sync_folder) {
    if (const int failure = disk()->enter(DiskCall::unlink)) return failure;
    folder_was_opened = false;
    const int outcome = real_vfs()->xDelete(real_vfs(), name, sync_folder);
    if (outcome != SQLITE_OK || !disk()->is_inside(name)) return outcome;
    const std::lock_guard lock(disk()->mutex);
    auto file = std::filesystem::path(name).filename().string();
    disk()->names.erase(file);
    disk()->note({.kind = DiskEvent::Kind::unlink, .name = std::move(file)});
    disk()->note_folder(disk()->events.size());
    return outcome;
  }
};

WatchedDisk::WatchedDisk(const std::filesystem::path& folder) : state_(std::make_unique<State>()) {
  state_->folder = folder;
  state_->vfs = *real_vfs();
  state_->vfs.zName = "watched";
  state_->vfs.szOsFile += static_cast<int>(sizeof(WatchedFile));
  state_->vfs.xOpen = &WatchedCalls::open;
  state_->vfs.xDelete = &WatchedCalls::unlink;
  if (real_open_folder == nullptr)
    real_open_folder = reinterpret_cast<OpenFolder>(real_vfs()->xGetSystemCall(real_vfs(), "openDirectory"));
  real_vfs()->xSetSystemCall(real_vfs(), "openDirectory",
                             reinterpret_cast<sqlite3_syscall_ptr>(&watched_open_folder));
  WatchedCalls::disk() = state_.get();
  sqlite3_vfs_register(&state_->vfs, 1);
  begin();
}

WatchedDisk::~WatchedDisk() {
  sqlite3_vfs_unregister(&state_->vfs);
  sqlite3_vfs_register(real_vfs(), 1);
  real_vfs()->xSetSystemCall(real_vfs(), "openDirectory", nullptr);
  WatchedCalls::disk() = nullptr;
}

void WatchedDisk::begin(SkippedSync skipped) {
  auto image = read_image(state_->folder);
  const std::lock_guard lock(state_->mutex);
  state_->beginning = std::move(image);
  state_->events.clear();
  state_->names.clear();
  state_->next_file = 0;
  for (const auto& [name, content] : state_->beginning) state_->names[name] = state_->next_file++;
  state_->skipped = skipped;
  state_->calls = {};
  state_->fault.reset();
  state_->has_failed = false;
}

const DiskImage& WatchedDisk::beginning() const { return state_->beginning; }

std::size_t WatchedDisk::moment() const { return state_->moment(); }

const std::vector<DiskEvent>& WatchedDisk::events() const { return state_->events; }

void WatchedDisk::plan(const DiskFault& fault) {
  const std::lock_guard lock(state_->mutex);
  state_->calls = {};
  state_->fault = fault;
  state_->has_failed = false;
}

bool WatchedDisk::has_failed() const {
  const std::lock_guard lock(state_->mutex);
  return state_->has_failed;
}

void WatchedDisk::repair() {
  const std::lock_guard lock(state_->mutex);
  state_->fault.reset();
}

std::size_t WatchedDisk::calls(DiskCall call) const {
  const std::lock_guard lock(state_->mutex);
  return state_->calls[static_cast<std::size_t>(call)];
}

/// The memory that connections share does not outlive the machine.
DiskImage read_image(const std::filesystem::path& folder) {
  DiskImage image;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().string().ends_with("-shm")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    image[entry.path().filename().string()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return image;
}

void put_image(const std::filesystem::path& folder, const DiskImage& image) {
  std::filesystem::create_directories(folder);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) std::filesystem::remove_all(entry);
  for (const auto& [name, content] : image) {
    std::ofstream file(folder / name, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush()) std::abort();
  }
}

}  // namespace holdfast::testing
