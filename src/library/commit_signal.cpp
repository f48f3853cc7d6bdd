#include "library/commit_signal.hpp"

namespace holdfast::library {

void CommitSignal::move_to(sql::Position position) {
  const base::MutexLock lock(mutex_);
  position_ = position;
  if (waiting_ > 0) changed_.notify_all();
}

void CommitSignal::close() {
  const base::MutexLock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void CommitSignal::wake() {
  const base::MutexLock lock(mutex_);
  changed_.notify_all();
}

CommitSignal::Outcome CommitSignal::wait_beyond(sql::Position position, base::Deadline deadline,
                                                const std::atomic<bool>* cancelled) {
  base::MutexLock lock(mutex_);
  ++waiting_;
  auto outcome = Outcome::moved;
  while (true) {
    if (closed_)
      outcome = Outcome::closed;
    else if (cancelled != nullptr && cancelled->load())
      outcome = Outcome::cancelled;
    else if (position_ > position)
      outcome = Outcome::moved;
    else if (changed_.wait_until(lock, deadline))
      continue;
    else
      outcome = position_ > position ? Outcome::moved : Outcome::late;
    break;
  }
  --waiting_;
  return outcome;
}

}  // namespace holdfast::library
