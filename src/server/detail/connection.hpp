#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory_budget.hpp"
#include "server/detail/answer_queue.hpp"
#include "server/detail/asio.hpp"
#include "server/listener.hpp"
#include "server/request_parser.hpp"

namespace holdfast::server::detail {

class IoThread;

/// Bytes read and not yet parsed. Grows to its limit, and falls back when it runs empty.
class InputBuffer {
 public:
  explicit InputBuffer(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  [[nodiscard]] std::string_view bytes() const { return {storage_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t count);
  /// Room for the next read; empty when the limit is reached.
  asio::mutable_buffer room();
  void commit(std::size_t count);
  /// Gives back what a long request needed. Only when there are no bytes.
  void shrink();

 private:
  static constexpr std::size_t kSmallBytes = 4096;
  std::vector<char> storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t limit_bytes_;
};

/// One client's connection: reads requests, hands one at a time to the handler, writes answers in order.
/// Everything runs on its IoThread.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, IoThread& thread);

  void start();
  /// The answer of the request under way, on this thread.
  void on_answer(HttpResponse response);
  /// Gives the client what the source of its answer has, unless what it was given before has not left.
  void pump();
  /// Called now and then: acts when the phase has lasted too long.
  void check_time(Clock::time_point now);
  /// A quiet connection gets until `last_call`; the others end with their next answer.
  void drain(Clock::time_point last_call);
  void close();

 private:
  enum class Phase { idle, header, body, working, streaming, lingering, closed };

  void enter(Phase phase);
  void read();
  void on_read(const error_code& error, std::size_t count);
  /// Parses and answers as far as the bytes that are here go; then waits for more.
  void advance();
  void wait_for_bytes();
  /// Calls the handler. True when the answer was there at once.
  bool dispatch();
  /// True when its source is to follow.
  bool append_answer(const HttpResponse& response);
  /// The answer under way is complete: on to the next request.
  void finish_answer();
  void begin_stream(std::unique_ptr<BodySource> source);
  void end_stream();
  /// Notices that the client of a streaming answer leaves; what else it sends waits.
  void watch_client();
  void on_readable(const error_code& error);
  void fail(const Error& error);
  /// Counts the body that is read and the answers that have not left, and `more`; false where there is no
  /// room.
  bool hold_memory(std::size_t more = 0);
  /// Sends what was appended: at once as much as the socket takes, the rest when it takes more.
  void flush();
  void await_writable();
  void on_written(const error_code& error, std::size_t count);
  /// Says that no more comes, and lets the client read what did: closing at once may take it from them.
  void linger();

  IoThread& thread_;
  Socket socket_;
  RequestParser parser_;
  InputBuffer input_;
  std::string output_;   ///< appended to
  std::string sending_;  ///< being written, from sent_ on
  std::size_t sent_ = 0;
  bool writing_ = false;
  bool close_after_flush_ = false;
  std::string remote_address_;
  base::MemoryShare memory_;

  Phase phase_ = Phase::idle;
  Clock::time_point request_began_{};
  Clock::time_point expires_at_{};
  Clock::time_point write_expires_at_{};
  bool timed_out_ = false;
  std::size_t lingered_bytes_ = 0;

  /// Of a streaming answer.
  std::unique_ptr<BodySource> source_;
  std::shared_ptr<Bell> bell_;
  Clock::time_point next_pull_at_{};
  bool source_drains_ = false;
  bool watching_ = false;

  /// Of the request under way.
  bool promised_continue_ = false;
  bool dispatching_ = false;
  bool answered_at_once_ = false;
  bool answers_head_ = false;
  bool only_reads_ = false;
  bool keep_alive_ = true;
  bool http_1_0_ = false;
};

}  // namespace holdfast::server::detail
