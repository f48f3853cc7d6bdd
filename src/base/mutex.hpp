#pragma once

#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#include "base/deadline.hpp"

/// What clang's -Wthread-safety checks (https://clang.llvm.org/docs/ThreadSafetyAnalysis.html); nothing
/// elsewhere. A member that a mutex guards says so; a function that wants it held says so.
#if defined(__clang__)
#define HF_THREAD_ATTRIBUTE(attribute) __attribute__((attribute))
#else
#define HF_THREAD_ATTRIBUTE(attribute)
#endif
#define HF_CAPABILITY(name) HF_THREAD_ATTRIBUTE(capability(name))
#define HF_SCOPED_CAPABILITY HF_THREAD_ATTRIBUTE(scoped_lockable)
#define HF_GUARDED_BY(mutex) HF_THREAD_ATTRIBUTE(guarded_by(mutex))
/// What a pointer points at, not the pointer.
#define HF_PT_GUARDED_BY(mutex) HF_THREAD_ATTRIBUTE(pt_guarded_by(mutex))
#define HF_REQUIRES(...) HF_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define HF_REQUIRES_SHARED(...) HF_THREAD_ATTRIBUTE(requires_shared_capability(__VA_ARGS__))
/// The function takes the mutex itself, so its caller must not hold it.
#define HF_EXCLUDES(...) HF_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define HF_ACQUIRE(...) HF_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define HF_ACQUIRE_SHARED(...) HF_THREAD_ATTRIBUTE(acquire_shared_capability(__VA_ARGS__))
#define HF_RELEASE(...) HF_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
/// Runs closures of callers who hold what the closure wants held.
#define HF_NO_THREAD_ANALYSIS HF_THREAD_ATTRIBUTE(no_thread_safety_analysis)
#define HF_RELEASE_GENERIC(...) HF_THREAD_ATTRIBUTE(release_generic_capability(__VA_ARGS__))

namespace holdfast::base {

/// std::mutex, as clang's analysis knows one. Held through a MutexLock.
class HF_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;
  std::mutex inner_;
};

class HF_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) HF_ACQUIRE(mutex) : inner_(mutex.inner_) {}
  ~MutexLock() HF_RELEASE() {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  friend class ConditionVariable;
  std::unique_lock<std::mutex> inner_;
};

/// Wait in a loop that tests what is waited for, so that the analysis sees the test made under the lock:
/// `while (queue_.empty()) changed_.wait(lock);`
class ConditionVariable {
 public:
  void notify_one() { inner_.notify_one(); }
  void notify_all() { inner_.notify_all(); }
  void wait(MutexLock& lock) { inner_.wait(lock.inner_); }
  /// False once the deadline has passed.
  [[nodiscard]] bool wait_until(MutexLock& lock, Deadline deadline) {
    if (deadline.is_never()) {
      inner_.wait(lock.inner_);
      return true;
    }
    return inner_.wait_until(lock.inner_, deadline.at()) == std::cv_status::no_timeout;
  }

 private:
  std::condition_variable inner_;
};

/// Many readers or one writer.
class HF_CAPABILITY("mutex") SharedMutex {
 public:
  SharedMutex() = default;
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;

 private:
  friend class ReaderLock;
  friend class WriterLock;
  std::shared_mutex inner_;
};

class HF_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) HF_ACQUIRE_SHARED(mutex) : inner_(mutex.inner_) {}
  ~ReaderLock() HF_RELEASE_GENERIC() {}
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  std::shared_lock<std::shared_mutex> inner_;
};

class HF_SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) HF_ACQUIRE(mutex) : inner_(mutex.inner_) {}
  ~WriterLock() HF_RELEASE() {}
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  std::unique_lock<std::shared_mutex> inner_;
};

}  // namespace holdfast::base
