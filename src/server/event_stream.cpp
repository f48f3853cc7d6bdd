#include "server/event_stream.hpp"

namespace holdfast::server {
namespace {

constexpr std::size_t kBytesAPull = 32U << 10U;
constexpr int kStepsAPull = 8;
/// How long a browser waits before it connects again.
constexpr std::string_view kRetry = "retry: 1000\n";

}  // namespace

EventStream::EventStream(std::shared_ptr<log::ChangeFeed> feed, std::unique_ptr<log::ChangeStream> stream,
                         Options options)
    : feed_(std::move(feed)),
      stream_(std::move(stream)),
      options_(std::move(options)),
      sent_at_(Clock::now()),
      allowed_at_(sent_at_) {}

void EventStream::on_news(std::function<void()> wake) {
  wake_ = wake;
  stream_->on_news(std::move(wake));
}

BodySource::State EventStream::pull(std::string& out) {
  if (draining_ || ended_) return State::ended;
  const auto now = Clock::now();
  if (options_.still_allowed && now - allowed_at_ >= options_.ask_again) {
    const auto allowed = options_.still_allowed();
    if (!allowed.ok()) return fail(out, allowed.error());
    allowed_at_ = now;
  }
  const auto before = out.size();
  if (!greeted_) greet(out);
  const auto written = write_events(out);
  if (!written.ok()) return fail(out, written.error());
  if (out.size() > before)
    sent_at_ = now;
  else
    beat(out, now);
  return State::waiting;
}

/// With the position, so that a client that is cut off before the first event goes on from there.
void EventStream::greet(std::string& out) {
  out.append(kRetry).append("id: ").append(std::to_string(stream_->position())).append("\n\n");
  greeted_ = true;
}

Result<void> EventStream::write_events(std::string& out) {
  const auto before = out.size();
  auto step = log::ChangeStream::Step::more;
  for (int i = 0; i < kStepsAPull && out.size() - before < kBytesAPull; ++i) {
    HF_TRY(step, stream_->next(out));
    if (step == log::ChangeStream::Step::caught_up) return {};
  }
  // Much was looked through and nothing is to be sent that would bring the next pull.
  if (out.size() == before && wake_) wake_();
  return {};
}

/// The position moves past what the caller does not see, too; an event without data only tells it.
void EventStream::beat(std::string& out, Clock::time_point now) {
  if (now - sent_at_ < options_.heartbeat || stream_->amid_event()) return;
  out.append(": heartbeat\nid: ").append(std::to_string(stream_->position())).append("\n\n");
  sent_at_ = now;
}

BodySource::State EventStream::fail(std::string& out, const Error& error) {
  ended_ = true;
  // The empty line before an error would complete the event that has begun.
  if (!stream_->amid_event())
    out.append("event: error\ndata: ").append(error_answer(error).body).append("\n\n");
  return State::ended;
}

}  // namespace holdfast::server
