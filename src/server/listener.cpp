#include "server/listener.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <deque>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "server/detail/io_thread.hpp"
#include "server/response_writer.hpp"

// The parts of the one translation unit that sees Asio.
#include "server/detail/connection.ipp"
#include "server/detail/io_thread.ipp"

namespace holdfast::server {
namespace {

using namespace detail;

Result<Tcp::endpoint> parse_address(std::string_view text) {
  const Error wrong{.code = "HF001",
                    .message = "'" + std::string(text) + "' is no address to listen on",
                    .hint = "Write it as 127.0.0.1:8420, 0.0.0.0:80 or [::1]:8420."};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  auto host = text.substr(0, colon);
  const auto port_text = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  unsigned short port = 0;
  const auto [end, parsed] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (parsed != std::errc{} || end != port_text.data() + port_text.size()) return wrong;
  error_code code;
  const auto address = asio::ip::make_address(std::string(host), code);
  if (code) return wrong;
  return Tcp::endpoint(address, port);
}

std::string to_text(const Tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  const auto port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

std::deque<IoThread> make_threads(Shared& shared) {
  std::deque<IoThread> threads;
  for (int i = 0; i < std::max(1, shared.options.threads); ++i) threads.emplace_back(shared);
  return threads;
}

class AsioListener final : public Listener {
 public:
  AsioListener(const ListenOptions& options, HttpHandler handler)
      : shared_(options, std::move(handler)), threads_(make_threads(shared_)) {
    shared_.on_empty = [this] { threads_.front().post([this] { end_drain(); }); };
  }

  Result<void> bind() {
    HF_TRY(const auto endpoint, parse_address(shared_.options.address));
    error_code code;
    acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(Acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (!code) address_ = to_text(acceptor_.local_endpoint(code));
    if (code) {
      return Error{.code = "58030",
                   .message = "Cannot listen on " + shared_.options.address + ": " + code.message(),
                   .hint = "Stop what listens there, or choose another address with --listen ADDR:PORT."};
    }
    // Before anybody is told that we listen: a signal that comes then ends run() as soon as it begins.
    if (shared_.options.stop_on_signals) await_signal();
    return {};
  }

  void run() override {
    accept();
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads_.size(); ++i) others.emplace_back([this, i] { threads_[i].run(); });
    threads_.front().run();
    for (auto& other : others) other.join();
  }

  void stop() override {
    threads_.front().post([this] { begin_drain(); });
  }
  [[nodiscard]] bool draining() const override { return shared_.draining; }
  [[nodiscard]] std::size_t connections() const override { return shared_.connections; }
  [[nodiscard]] std::string address() const override { return address_; }

 private:
  void await_signal() {
    signals_.emplace(threads_.front().context(), SIGTERM, SIGINT);
    signals_->async_wait([this](const error_code& error, int /*number*/) {
      if (error) return;
      if (shared_.draining) return close_all();
      await_signal();
      begin_drain();
    });
  }

  void accept() {
    auto& thread = threads_[next_thread_];
    next_thread_ = (next_thread_ + 1) % threads_.size();
    acceptor_.async_accept(thread.context(), [this, &thread](const error_code& error, Socket socket) {
      if (shared_.draining) return;
      if (error) return pause_accepting(error);
      if (shared_.connections >= shared_.options.max_connections) {
        turn_away(socket);
      } else {
        ++shared_.connections;
        thread.post([&thread, s = std::move(socket)]() mutable { thread.adopt(std::move(s)); });
      }
      accept();
    });
  }

  /// Out of descriptors or memory: what is connected goes on, and a little later there may be room.
  void pause_accepting(const error_code& error) {
    base::log_warning("cannot accept connections for a moment", {{"error", error.message()}});
    accept_pause_.expires_after(std::chrono::milliseconds(100));
    accept_pause_.async_wait([this](const error_code& cancelled) {
      if (!cancelled && !shared_.draining) accept();
    });
  }

  static void turn_away(Socket& socket) {
    std::string bytes;
    append_response(
        bytes, error_answer({.code = "53300", .message = "Too many connections", .hint = "Try again later."}),
        {.keep_alive = false, .date = http_date()});
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(bytes), ignored);
    socket.shutdown(Socket::shutdown_send, ignored);
  }

  void begin_drain() {
    if (shared_.draining.exchange(true)) return;
    base::log_info("stopping: requests under way are answered");
    error_code ignored;
    acceptor_.close(ignored);
    accept_pause_.cancel();
    drain_end_.expires_after(shared_.options.drain_timeout);
    drain_end_.async_wait([this](const error_code& cancelled) {
      if (!cancelled) close_all();
    });
    for (auto& thread : threads_) thread.post([&thread] { thread.drain(); });
    if (shared_.connections == 0) end_drain();
  }

  /// What keeps the first thread's loop alive until every connection has ended.
  void end_drain() {
    drain_end_.cancel();
    if (signals_) signals_->cancel();
  }

  void close_all() {
    for (auto& thread : threads_) thread.post([&thread] { thread.close_all(); });
  }

  Shared shared_;
  std::deque<IoThread> threads_;
  Acceptor acceptor_{threads_.front().context()};
  Timer accept_pause_{threads_.front().context()};
  Timer drain_end_{threads_.front().context()};
  std::optional<asio::basic_signal_set<Executor>> signals_;
  std::size_t next_thread_ = 0;
  std::string address_;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::bind(const ListenOptions& options, HttpHandler handler) {
  auto listener = std::make_unique<AsioListener>(options, std::move(handler));
  HF_CHECK(listener->bind());
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace holdfast::server
