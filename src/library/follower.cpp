#include "library/follower_inside.hpp"
#include "library/outward.hpp"
#include "library/store_inside.hpp"

namespace holdfast::v0::detail {
namespace {

thread_local const StoreInside* followed = nullptr;

/// A follower wakes when there is something; this only bounds one wait.
constexpr std::chrono::hours kOneWait{1};

}  // namespace

FollowerInside::FollowerInside(StoreInside& store, std::shared_ptr<library::CommitSignal> signal,
                               const Principal& as, ChangeQuery query, OnPage on_page)
    : store_(store),
      signal_(std::move(signal)),
      as_(as),
      query_(std::move(query)),
      on_page_(std::move(on_page)),
      position_(query_.since) {
  query_.wait = kOneWait;
}

void FollowerInside::start() {
  const base::MutexLock lock(join_mutex_);
  thread_ = std::thread([this] { follow(); });
}

bool FollowerInside::on_this_thread(const StoreInside& store) { return followed == &store; }

void FollowerInside::follow() {
  id_.store(std::this_thread::get_id());
  followed = &store_;
  auto outcome = library::guarded([this] { return follow_until_stopped(); });
  if (!outcome.ok()) {
    const base::MutexLock lock(mutex_);
    failure_ = std::move(outcome).error();
  }
  running_.store(false);
}

base::Result<void> FollowerInside::follow_until_stopped() {
  while (!stopping_.load()) {
    HF_TRY(const auto page, store_.changes(as_, query_, &stopping_));
    if (stopping_.load()) break;
    if (!page.changes.empty()) HF_CHECK(library::inward(on_page_(page)));
    query_.since = page.position;
    position_.store(page.position);
  }
  return {};
}

void FollowerInside::stop() {
  stopping_.store(true);
  signal_->wake();
  join();
}

void FollowerInside::join() {
  if (id_.load() == std::this_thread::get_id()) return;
  const base::MutexLock lock(join_mutex_);
  if (thread_.joinable()) thread_.join();
}

base::Result<void> FollowerInside::outcome() {
  const base::MutexLock lock(mutex_);
  if (failure_) return *failure_;
  return {};
}

}  // namespace holdfast::v0::detail

namespace holdfast::v0 {

Follower::Follower(std::shared_ptr<detail::FollowerInside> inside) : inside_(std::move(inside)) {}
Follower::Follower(Follower&&) noexcept = default;

Follower& Follower::operator=(Follower&& other) noexcept {
  if (this == &other) return *this;
  if (inside_) inside_->stop();
  inside_ = std::move(other.inside_);
  return *this;
}

Follower::~Follower() {
  if (inside_) inside_->stop();
}

Position Follower::position() const { return inside_ ? inside_->position() : 0; }
bool Follower::running() const { return inside_ && inside_->running(); }

Result<void> Follower::stop() {
  if (!inside_) return {};
  inside_->stop();
  return library::outward(inside_->outcome());
}

}  // namespace holdfast::v0
