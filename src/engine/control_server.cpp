#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <thread>

#include "base/log.hpp"
#include "engine/control.hpp"
#include "engine/data_folder.hpp"
#include "engine/detail/control_line.hpp"
#include "engine/detail/unix_socket.hpp"

namespace holdfast::engine {
namespace {

using detail::UnixSocket;

constexpr std::size_t kLongestRequestBytes = 4U << 20U;
constexpr std::size_t kMostConversations = 32;
constexpr int kPauseWithoutDescriptorsMilliseconds = 100;

/// One request and its replies, on a thread of its own.
class Conversation {
 public:
  Conversation(Engine& engine, const VerbTable& verbs, UnixSocket peer)
      : peer_(std::move(peer)), thread_([this, &engine, &verbs] {
          hold(engine, verbs);
          peer_.hang_up();
          ended_ = true;
        }) {}
  ~Conversation() { thread_.join(); }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  [[nodiscard]] bool ended() const { return ended_; }
  /// Who has not asked yet will not; who has is answered.
  void stop_listening() const { peer_.stop_reading(); }

 private:
  void hold(Engine& engine, const VerbTable& verbs) {
    const auto line = peer_.read_line(kLongestRequestBytes);
    if (!line) return;
    const auto request = detail::parse_request(*line);
    const auto report = [this](const Progress& progress) {
      // A client that went away does not stop the work that it asked for.
      static_cast<void>(peer_.write_line(detail::progress_line(progress)));
    };
    const auto result =
        request.ok() ? run_control(engine, verbs, *request, report) : Result<std::string>(request.error());
    const std::string reply = result.ok() ? detail::result_line(*result) : detail::error_line(result.error());
    if (!peer_.write_line(reply)) base::log_warning("a control client left before its answer");
  }

  UnixSocket peer_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

class Listener final : public ControlServer {
 public:
  Listener(Engine& engine, const VerbTable& verbs, UnixSocket socket, UnixSocket wake)
      : engine_(engine), verbs_(verbs), socket_(std::move(socket)), wake_(std::move(wake)), thread_([this] {
          accept_until_woken();
        }) {}

  ~Listener() override {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_.descriptor(), &one, sizeof one));
    thread_.join();
    ::unlink(socket_file(engine_.settings().data_folder).c_str());
    for (const auto& conversation : conversations_) conversation.stop_listening();
    conversations_.clear();
  }

 private:
  void accept_until_woken() {
    bool pause = false;
    while (true) {
      pollfd waiting[] = {{.fd = wake_.descriptor(), .events = POLLIN, .revents = 0},
                          {.fd = socket_.descriptor(), .events = POLLIN, .revents = 0}};
      // While the process has no descriptor left, the socket stays readable: look at it now and then only.
      const int ready =
          pause ? ::poll(waiting, 1, kPauseWithoutDescriptorsMilliseconds) : ::poll(waiting, 2, -1);
      if (waiting[0].revents != 0) return;
      conversations_.remove_if([](const Conversation& conversation) { return conversation.ended(); });
      pause = !pause && ready > 0 && !accept_one();
    }
  }

  /// False when nobody could be accepted.
  bool accept_one() {
    auto peer = socket_.accept();
    if (!peer) return false;
    greet(*std::move(peer));
    return true;
  }

  void greet(UnixSocket peer) {
    if (!peer.peer_is_owner()) {
      base::log_warning("refused a control client of another user");
      return;
    }
    if (conversations_.size() >= kMostConversations) {
      static_cast<void>(peer.write_line(
          detail::error_line({.code = "53300", .message = "too many verbs run on this server at a time"})));
      return;
    }
    conversations_.emplace_back(engine_, verbs_, std::move(peer));
  }

  Engine& engine_;
  const VerbTable& verbs_;
  UnixSocket socket_;
  UnixSocket wake_;                        // an eventfd: anything in it means stop
  std::list<Conversation> conversations_;  // the accepting thread's, until it was joined
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(Engine& engine, const VerbTable& verbs) {
  HF_TRY(auto socket, UnixSocket::listen(socket_file(engine.settings().data_folder)));
  UnixSocket wake(::eventfd(0, EFD_CLOEXEC));
  if (wake.descriptor() < 0)
    return Error{.code = "53200", .message = "the system has no event descriptor left"};
  return std::unique_ptr<ControlServer>(
      std::make_unique<Listener>(engine, verbs, std::move(socket), std::move(wake)));
}

}  // namespace holdfast::engine
