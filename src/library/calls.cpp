#include "library/calls.hpp"

namespace holdfast::library {
namespace {

thread_local const Calls::Guard* innermost = nullptr;

}  // namespace

Calls::Guard::Guard(Calls& calls, bool in_work) : calls_(calls), outer_(innermost), in_work_(in_work) {
  innermost = this;
  if (in_work_) return;
  counted_ = (calls_.inside_.fetch_add(1) & kClosing) == 0;
  if (!counted_) calls_.leave();
}

Calls::Guard::~Guard() {
  innermost = outer_;
  if (counted_) calls_.leave();
}

bool Calls::on_this_thread() const {
  for (const auto* guard = innermost; guard != nullptr; guard = guard->outer_)
    if (&guard->calls_ == this) return true;
  return false;
}

bool Calls::working_on_this_thread() const {
  for (const auto* guard = innermost; guard != nullptr; guard = guard->outer_)
    if (&guard->calls_ == this && guard->in_work_) return true;
  return false;
}

void Calls::leave() {
  if (inside_.fetch_sub(1) != (kClosing | 1U)) return;
  // Under the lock, so that close() cannot miss it between its look and its sleep.
  const base::MutexLock lock(mutex_);
  left_.notify_all();
}

bool Calls::close() {
  const bool first = (inside_.fetch_or(kClosing) & kClosing) == 0;
  base::MutexLock lock(mutex_);
  while (inside_.load() != kClosing) left_.wait(lock);
  return first;
}

base::Error Calls::closed_error() { return {.code = "HF005", .message = "the store is closed"}; }

base::Error Calls::misplaced(const char* what, const char* hint) {
  return {.code = "HF020", .message = what, .hint = hint};
}

}  // namespace holdfast::library
