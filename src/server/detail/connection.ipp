// Part of listener.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

namespace holdfast::server::detail {

/// Pipelined answers are collected up to here before they are sent.
inline constexpr std::size_t kFlushBytes = 64U << 10U;
/// An output buffer beyond this is given back once it was sent.
inline constexpr std::size_t kKeepOutputBytes = 256U << 10U;
inline constexpr std::size_t kMostLingeredBytes = 4U << 20U;
inline constexpr std::chrono::milliseconds kLingerTime{1000};
/// After so long the next look at the clock asks a source again. Looks are a second apart at most.
inline constexpr std::chrono::milliseconds kPullPause{900};

inline void InputBuffer::consume(std::size_t count) {
  begin_ += count;
  if (begin_ == end_) begin_ = end_ = 0;
}

inline asio::mutable_buffer InputBuffer::room() {
  if (end_ == storage_.size() && begin_ > 0) {
    std::memmove(storage_.data(), storage_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == storage_.size()) {
    storage_.resize(std::min(std::max(kSmallBytes, storage_.size() * 2), limit_bytes_));
  }
  return {storage_.data() + end_, storage_.size() - end_};
}

inline void InputBuffer::commit(std::size_t count) {
  end_ += count;
  // Whoever fills the buffer sends a body: larger reads are fewer.
  if (end_ == storage_.size() && storage_.size() < limit_bytes_) {
    storage_.resize(std::min(storage_.size() * 2, limit_bytes_));
  }
}

inline void InputBuffer::shrink() {
  if (storage_.size() > 4 * kSmallBytes) storage_ = std::vector<char>(kSmallBytes);
}

inline Connection::Connection(Socket socket, IoThread& thread)
    : thread_(thread),
      socket_(std::move(socket)),
      parser_(thread.options().limits),
      input_(std::max<std::size_t>(thread.options().limits.header_bytes + 4096, kFlushBytes)) {}

inline void Connection::start() {
  error_code code;
  socket_.non_blocking(true, code);
  if (!code) socket_.set_option(Tcp::no_delay(true), code);
  const auto peer = code ? Tcp::endpoint{} : socket_.remote_endpoint(code);
  if (code) return close();
  remote_address_ = peer.address().to_string();
  wait_for_bytes();
}

inline void Connection::enter(Phase phase) {
  const auto& options = thread_.options();
  const bool begins = phase_ == Phase::idle && (phase == Phase::header || phase == Phase::body);
  if (begins) request_began_ = Clock::now();
  switch (phase_ = phase) {
    case Phase::idle:
      expires_at_ = Clock::now() + options.idle_timeout;
      break;
    case Phase::header:
      expires_at_ = request_began_ + options.header_timeout;
      break;
    case Phase::body:
      expires_at_ = request_began_ + options.request_timeout;
      break;
    case Phase::lingering:
      expires_at_ = Clock::now() + (thread_.draining() ? options.drain_grace : kLingerTime);
      break;
    case Phase::working:
    case Phase::streaming:
    case Phase::closed:
      expires_at_ = Clock::time_point::max();
      break;
  }
}

inline void Connection::read() {
  const auto room = input_.room();
  if (room.size() == 0) {  // a chunk header or trailer without end
    return fail({.code = "HF017", .message = "A chunk's header or the trailers are too large"});
  }
  socket_.async_read_some(room, [self = shared_from_this()](const error_code& error, std::size_t count) {
    self->on_read(error, count);
  });
}

inline void Connection::on_read(const error_code& error, std::size_t count) {
  if (phase_ == Phase::closed) return;
  if (timed_out_) {
    timed_out_ = false;
    return fail({.code = "HF015", .message = "The request did not arrive in time"});
  }
  if (error) return close();
  if (phase_ == Phase::lingering) {
    lingered_bytes_ += count;
    return lingered_bytes_ > kMostLingeredBytes ? close() : read();
  }
  input_.commit(count);
  if (phase_ == Phase::idle) enter(Phase::header);
  advance();
}

inline void Connection::advance() {
  while (phase_ != Phase::closed && !writing_) {
    if (close_after_flush_) return flush();
    const auto bytes = input_.bytes();
    if (!bytes.empty()) input_.consume(parser_.feed(bytes));
    if (!hold_memory()) return fail(base::request_memory().exhausted(parser_.body_bytes()));
    switch (parser_.state()) {
      case RequestParser::State::failed:
        return fail(parser_.error());
      case RequestParser::State::complete:
        if (!dispatch()) return flush();
        if (output_.size() > kFlushBytes) flush();
        break;
      case RequestParser::State::header:
      case RequestParser::State::body:
        return wait_for_bytes();
    }
  }
}

inline void Connection::wait_for_bytes() {
  const bool in_body = parser_.state() == RequestParser::State::body;
  if (in_body && parser_.expects_continue() && !promised_continue_) {
    promised_continue_ = true;
    output_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  flush();
  if (writing_ || phase_ == Phase::closed) return;
  const bool quiet = !parser_.started() && input_.bytes().empty();
  const auto next = quiet ? Phase::idle : in_body ? Phase::body : Phase::header;
  if (quiet) input_.shrink();
  if (next != phase_ || quiet) enter(next);
  read();
}

inline bool Connection::dispatch() {
  keep_alive_ = parser_.keep_alive();
  http_1_0_ = parser_.is_http_1_0();
  HttpRequest request = parser_.take();
  hold_memory();
  answers_head_ = request.method == "HEAD";
  only_reads_ = answers_head_ || request.method == "GET";
  request.remote_address = remote_address_;
  request.deadline = base::Deadline::after(thread_.options().request_timeout);
  promised_continue_ = false;
  enter(Phase::working);
  dispatching_ = true;
  answered_at_once_ = false;
  thread_.handler()(std::move(request),
                    [connection = weak_from_this(), queue = thread_.answers()](HttpResponse r) {
                      if (!queue->is_on_its_thread())
                        return AnswerQueue::push(queue, connection, std::move(r));
                      if (const auto self = connection.lock()) self->on_answer(std::move(r));
                    });
  dispatching_ = false;
  return answered_at_once_;
}

inline void Connection::on_answer(HttpResponse response) {
  if (phase_ == Phase::closed) return;
  const std::size_t with_its_copy = 2 * response.body.size();
  // A write is done by now: its answer goes out in any case.
  if (!hold_memory(with_its_copy) && only_reads_)
    response = error_answer(base::request_memory().exhausted(response.body.size()));
  if (append_answer(response)) return begin_stream(std::move(response.source));
  finish_answer();
}

inline void Connection::finish_answer() {
  phase_ = Phase::idle;
  close_after_flush_ = close_after_flush_ || !keep_alive_;
  if (dispatching_) {
    answered_at_once_ = true;
  } else {
    advance();
  }
}

inline bool Connection::append_answer(const HttpResponse& response) {
  const bool until_close = response.source != nullptr && http_1_0_;
  keep_alive_ = keep_alive_ && !thread_.draining() && !until_close;
  return append_response(output_, response,
                         {.answers_head = answers_head_,
                          .keep_alive = keep_alive_,
                          .http_1_0 = http_1_0_,
                          .date = thread_.date()});
}

inline void Connection::begin_stream(std::unique_ptr<BodySource> source) {
  enter(Phase::streaming);
  source_ = std::move(source);
  source_drains_ = false;
  bell_ = std::make_shared<Bell>(weak_from_this());
  source_->on_news([queue = thread_.answers(), bell = bell_] { AnswerQueue::ring(queue, bell); });
  thread_.draining() ? drain({}) : pump();
  if (phase_ == Phase::streaming) watch_client();
}

inline void Connection::pump() {
  if (phase_ != Phase::streaming || writing_) return;
  next_pull_at_ = Clock::now() + kPullPause;
  std::string piece;
  const auto state = source_->pull(piece);
  append_piece(output_, piece, http_1_0_);
  if (state == BodySource::State::ended) return end_stream();
  flush();
  // There may be more. The other connections come first.
  if (!piece.empty() && phase_ == Phase::streaming && !writing_) AnswerQueue::ring(thread_.answers(), bell_);
}

inline void Connection::end_stream() {
  append_end(output_, http_1_0_);
  source_.reset();
  keep_alive_ = keep_alive_ && !thread_.draining();
  finish_answer();
}

inline void Connection::watch_client() {
  if (std::exchange(watching_, true)) return;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->watching_ = false;
    self->on_readable(error);
  });
}

inline void Connection::on_readable(const error_code& error) {
  if (phase_ != Phase::streaming) return;  // the answer is complete, and read() has taken over
  if (error) return close();
  const auto room = input_.room();
  if (room.size() == 0) return;  // so many requests wait that only writing will show that the client left
  error_code code;
  const auto count = socket_.read_some(room, code);
  if (code && code != asio::error::would_block) return close();
  if (!code) input_.commit(count);
  watch_client();
}

inline bool Connection::hold_memory(std::size_t more) {
  const std::size_t unsent = output_.size() + (writing_ ? sending_.capacity() : 0);
  return memory_.resize(parser_.body_bytes() + unsent + more);
}

inline void Connection::fail(const Error& error) {
  answers_head_ = false;
  keep_alive_ = false;
  append_answer(error_answer(error));
  close_after_flush_ = true;
  flush();
}

inline void Connection::flush() {
  while (!writing_ && !output_.empty() && phase_ != Phase::closed) {
    sending_.swap(output_);
    output_.clear();
    sent_ = 0;
    error_code code;
    const auto count = socket_.write_some(asio::buffer(sending_), code);
    if (code && code != asio::error::would_block) return close();
    if (!code) sent_ = count;
    if (sent_ < sending_.size()) return await_writable();
    if (sending_.capacity() > kKeepOutputBytes) std::string{}.swap(sending_);
  }
  hold_memory();
  if (!writing_ && close_after_flush_) linger();
}

inline void Connection::await_writable() {
  writing_ = true;
  write_expires_at_ = Clock::now() + thread_.options().request_timeout;
  socket_.async_write_some(asio::buffer(sending_) + sent_,
                           [self = shared_from_this()](const error_code& error, std::size_t count) {
                             self->on_written(error, count);
                           });
}

inline void Connection::on_written(const error_code& error, std::size_t count) {
  if (phase_ == Phase::closed) return;
  if (error) return close();
  sent_ += count;
  if (sent_ < sending_.size()) return await_writable();
  writing_ = false;
  flush();
  if (phase_ == Phase::streaming) pump();
  if (phase_ == Phase::idle || phase_ == Phase::header || phase_ == Phase::body) advance();
}

inline void Connection::linger() {
  if (phase_ == Phase::lingering || phase_ == Phase::closed) return;
  error_code code;
  socket_.shutdown(Socket::shutdown_send, code);
  if (code) return close();
  input_.consume(input_.bytes().size());
  enter(Phase::lingering);
  read();
}

inline void Connection::check_time(Clock::time_point now) {
  if (writing_ && now >= write_expires_at_) return close();
  if (phase_ == Phase::streaming && now >= next_pull_at_) return pump();
  if (now < expires_at_ || writing_) return;
  switch (phase_) {
    case Phase::header:
    case Phase::body: {
      timed_out_ = true;  // on_read() sees it
      error_code ignored;
      socket_.cancel(ignored);
      break;
    }
    case Phase::idle:
    case Phase::lingering:
      close();
      break;
    case Phase::working:
    case Phase::streaming:
    case Phase::closed:
      break;
  }
}

inline void Connection::drain(Clock::time_point last_call) {
  if (phase_ == Phase::idle) expires_at_ = std::min(expires_at_, last_call);
  if (phase_ != Phase::streaming || std::exchange(source_drains_, true)) return;
  source_->drain();
  pump();
}

inline void Connection::close() {
  if (phase_ == Phase::closed) return;
  enter(Phase::closed);
  source_.reset();
  memory_.resize(0);
  error_code ignored;
  socket_.close(ignored);
  thread_.forget(shared_from_this());
}

}  // namespace holdfast::server::detail
