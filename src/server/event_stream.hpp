#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "log/change_feed.hpp"
#include "server/http.hpp"

namespace holdfast::server {

/// A stream of the commit log as the body of an answer: https://html.spec.whatwg.org/#server-sent-events
///
/// An event that cannot be finished is left unfinished, which clients drop: one that reconnects with the id
/// of the last event it got is sent that commit whole.
class EventStream final : public BodySource {
 public:
  struct Options {
    std::chrono::milliseconds heartbeat{15'000};
    /// Whether the caller may still see what it sees; asked again when this long has passed.
    std::function<Result<void>()> still_allowed{};
    std::chrono::milliseconds ask_again{1000};
  };

  /// The feed is shared with the routes.
  EventStream(std::shared_ptr<log::ChangeFeed> feed, std::unique_ptr<log::ChangeStream> stream,
              Options options);

  State pull(std::string& out) override;
  void on_news(std::function<void()> wake) override;
  void drain() override { draining_ = true; }

 private:
  using Clock = std::chrono::steady_clock;

  State fail(std::string& out, const Error& error);
  void greet(std::string& out);
  Result<void> write_events(std::string& out);
  void beat(std::string& out, Clock::time_point now);

  std::shared_ptr<log::ChangeFeed> feed_;
  std::unique_ptr<log::ChangeStream> stream_;
  Options options_;
  std::function<void()> wake_;
  bool greeted_ = false;
  bool draining_ = false;
  bool ended_ = false;
  Clock::time_point sent_at_;
  Clock::time_point allowed_at_;
};

}  // namespace holdfast::server
