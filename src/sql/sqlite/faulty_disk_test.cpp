#include <atomic>
#include <cstring>

#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/test_database.hpp"

namespace holdfast::sql {
namespace {

using testing::code_of;
using testing::OneBatch;
using testing::rows_of;
using testing::script;
using testing::system_session;
using Strings = std::vector<std::string>;

/// What the disk does to write-ahead logs, and to databases, from now on.
struct Disk {
  std::atomic<bool> fsync_fails = false;
  std::atomic<bool> fsync_of_database_fails = false;
  std::atomic<int> fsyncs_of_database = 0;
  std::atomic<bool> is_full = false;
  std::atomic<int> fsyncs = 0;
};
Disk disk;

constexpr char kSomePages[] = "INSERT INTO t(filling) VALUES(zeroblob(40000))";

/// SQLite's own file system with a disk that fails on demand. The real file stands behind the header.
struct FaultyFile {
  sqlite3_file base;
  bool is_log;
  bool is_database;
  sqlite3_io_methods methods;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
FaultyFile& faulty(sqlite3_file* file) { return *reinterpret_cast<FaultyFile*>(file); }
sqlite3_vfs* real_vfs() { return static_cast<sqlite3_vfs*>(sqlite3_vfs_find("unix")); }

/// An operation of a file that goes on to the real file as it is.
template <auto Operation>
struct PassedOn;
template <class... Arguments, int (*sqlite3_io_methods::*Operation)(sqlite3_file*, Arguments...)>
struct PassedOn<Operation> {
  static int call(sqlite3_file* file, Arguments... arguments) {
    auto* real = faulty(file).real();
    return (real->pMethods->*Operation)(real, arguments...);
  }
};

int faulty_write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (faulty(file).is_log && disk.is_full) return SQLITE_FULL;
  auto* real = faulty(file).real();
  return real->pMethods->xWrite(real, bytes, count, offset);
}

int faulty_sync(sqlite3_file* file, int flags) {
  ++disk.fsyncs;
  if (faulty(file).is_log && disk.fsync_fails) return SQLITE_IOERR_FSYNC;
  if (faulty(file).is_database) {
    ++disk.fsyncs_of_database;
    if (disk.fsync_of_database_fails) return SQLITE_IOERR_FSYNC;
  }
  auto* real = faulty(file).real();
  return real->pMethods->xSync(real, flags);
}

void faulty_barrier(sqlite3_file* file) { faulty(file).real()->pMethods->xShmBarrier(faulty(file).real()); }

sqlite3_io_methods faulty_methods() {
  using M = sqlite3_io_methods;
  sqlite3_io_methods methods{};
  methods.iVersion = 2;
  methods.xClose = &PassedOn<&M::xClose>::call;
  methods.xRead = &PassedOn<&M::xRead>::call;
  methods.xWrite = &faulty_write;
  methods.xTruncate = &PassedOn<&M::xTruncate>::call;
  methods.xSync = &faulty_sync;
  methods.xFileSize = &PassedOn<&M::xFileSize>::call;
  methods.xLock = &PassedOn<&M::xLock>::call;
  methods.xUnlock = &PassedOn<&M::xUnlock>::call;
  methods.xCheckReservedLock = &PassedOn<&M::xCheckReservedLock>::call;
  methods.xFileControl = &PassedOn<&M::xFileControl>::call;
  methods.xSectorSize = &PassedOn<&M::xSectorSize>::call;
  methods.xDeviceCharacteristics = &PassedOn<&M::xDeviceCharacteristics>::call;
  methods.xShmMap = &PassedOn<&M::xShmMap>::call;
  methods.xShmLock = &PassedOn<&M::xShmLock>::call;
  methods.xShmBarrier = &faulty_barrier;
  methods.xShmUnmap = &PassedOn<&M::xShmUnmap>::call;
  return methods;
}

int faulty_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& opened = faulty(file);
  opened.is_log = (flags & SQLITE_OPEN_WAL) != 0;
  opened.is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  opened.methods = faulty_methods();
  const int outcome = real_vfs()->xOpen(real_vfs(), name, opened.real(), flags, out_flags);
  opened.base.pMethods = opened.real()->pMethods == nullptr ? nullptr : &opened.methods;
  return outcome;
}

/// The default file system while a test runs.
class FaultyDisk : public ::testing::Test {
 protected:
  FaultyDisk() {
    vfs_ = *real_vfs();
    vfs_.zName = "faulty";
    vfs_.szOsFile += static_cast<int>(sizeof(FaultyFile));
    vfs_.xOpen = &faulty_open;
    sqlite3_vfs_register(&vfs_, 1);
    open();
    EXPECT_EQ(code_of(database_->exclusive(script("CREATE TABLE t(x INTEGER PRIMARY KEY, filling)"))), "ok");
  }
  ~FaultyDisk() override {
    disk.fsync_fails = false;
    disk.fsync_of_database_fails = false;
    disk.is_full = false;
    database_.reset();
    sqlite3_vfs_unregister(&vfs_);
  }
  void open() {
    database_.reset();
    auto opened = open_sqlite({.file = folder_.file(), .setups = {}, .checkpoint_pages = 50});
    ASSERT_TRUE(opened.ok()) << opened.error().to_string();
    database_ = *std::move(opened);
  }
  Result<Committed> write(const std::string& sql) { return database_->write(system_session(), script(sql)); }

  testing::TemporaryFolder folder_;
  sqlite3_vfs vfs_{};
  std::unique_ptr<Database> database_;
};

TEST_F(FaultyDisk, acknowledges_nothing_before_the_disk_has_it) {
  const int before = disk.fsyncs;
  ASSERT_EQ(code_of(write("INSERT INTO t(x) VALUES(1)")), "ok");
  EXPECT_GT(disk.fsyncs, before);
}

TEST_F(FaultyDisk, says_that_a_commit_is_in_doubt_and_never_tries_the_fsync_again) {
  ASSERT_EQ(code_of(write("INSERT INTO t(x) VALUES(1)")), "ok");
  disk.fsync_fails = true;
  OneBatch batch(*database_);
  batch.add(script("INSERT INTO t(x) VALUES(2)"));
  batch.add(script("INSERT INTO t(x) VALUES(3)"));
  for (const auto& answer : batch.run()) {
    EXPECT_EQ(code_of(answer), "58030");
    EXPECT_TRUE(answer.error().in_doubt);
  }
  disk.fsync_fails = false;
  const int fsyncs = disk.fsyncs;
  const auto later = write("INSERT INTO t(x) VALUES(4)");
  EXPECT_EQ(code_of(later), "58030");
  EXPECT_FALSE(later.error().in_doubt);
  EXPECT_EQ(code_of(database_->exclusive(script("CREATE TABLE u(x)"))), "58030");
  EXPECT_EQ(rows_of(*database_, "SELECT x FROM t WHERE x < 2"), Strings{"1"});
  database_.reset();
  EXPECT_EQ(disk.fsyncs, fsyncs);
}

TEST_F(FaultyDisk, has_every_acknowledged_row_after_the_disk_failed) {
  ASSERT_EQ(code_of(write("INSERT INTO t(x) VALUES(1)")), "ok");
  disk.fsync_fails = true;
  EXPECT_EQ(code_of(write("INSERT INTO t(x) VALUES(2)")), "58030");
  disk.fsync_fails = false;
  open();
  EXPECT_EQ(rows_of(*database_, "SELECT x FROM t WHERE x = 1"), Strings{"1"});
  EXPECT_EQ(code_of(write("INSERT INTO t(x) VALUES(9)")), "ok");
}

TEST_F(FaultyDisk, refuses_commits_while_the_disk_is_full_and_serves_again_when_it_is_not) {
  disk.is_full = true;
  const auto refused = write("INSERT INTO t(x) VALUES(1)");
  EXPECT_EQ(code_of(refused), "53100");
  EXPECT_FALSE(refused.error().in_doubt);
  EXPECT_TRUE(rows_of(*database_, "SELECT x FROM t").empty());
  disk.is_full = false;
  EXPECT_EQ(code_of(write("INSERT INTO t(x) VALUES(2)")), "ok");
  open();
  EXPECT_EQ(rows_of(*database_, "SELECT x FROM t"), Strings{"2"});
}

TEST_F(FaultyDisk, copies_the_log_into_the_database_and_begins_it_anew) {
  const int before = disk.fsyncs_of_database;
  while (disk.fsyncs_of_database < before + 3) ASSERT_EQ(code_of(write(kSomePages)), "ok");
  EXPECT_LT(std::filesystem::file_size(folder_.file().string() + "-wal"), 50U * 4096 * 16);
}

TEST_F(FaultyDisk, writes_nothing_more_after_a_checkpoint_failed_to_reach_the_disk) {
  ASSERT_EQ(code_of(write("INSERT INTO t(x) VALUES(1)")), "ok");
  disk.fsync_of_database_fails = true;
  int acknowledged = 1;
  while (code_of(write(kSomePages)) == "ok") ++acknowledged;
  disk.fsync_of_database_fails = false;
  EXPECT_EQ(code_of(write(kSomePages)), "58030");
  EXPECT_EQ(code_of(database_->exclusive(script("CREATE TABLE u(x)"))), "58030");
  const int fsyncs = disk.fsyncs;
  database_.reset();
  EXPECT_EQ(disk.fsyncs, fsyncs);
  open();
  EXPECT_GE(std::stoi(rows_of(*database_, "SELECT count(*) FROM t").front()), acknowledged);
  EXPECT_EQ(code_of(write(kSomePages)), "ok");
}

}  // namespace
}  // namespace holdfast::sql
