#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::engine::detail {

/// A connected or listening Unix socket, closed with its owner.
class UnixSocket {
 public:
  /// Mode 0600 from the first moment. Replaces a socket that a dead process left; call with the folder's lock
  /// held. 58030.
  static Result<UnixSocket> listen(const std::filesystem::path& path);
  /// Nothing when nobody listens there.
  static Result<std::optional<UnixSocket>> connect(const std::filesystem::path& path);

  explicit UnixSocket(int descriptor) : descriptor_(descriptor) {}
  ~UnixSocket();
  UnixSocket(UnixSocket&& other) noexcept;
  UnixSocket& operator=(UnixSocket&& other) noexcept;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// The next connection; nothing when the peer was gone already.
  [[nodiscard]] std::optional<UnixSocket> accept() const;
  /// Whether the process at the other end belongs to us or to root.
  [[nodiscard]] bool peer_is_owner() const;
  /// Lets the peer know that nothing more comes, while the descriptor stays ours.
  void hang_up() const;
  /// Ends reading, from any thread: who waits in it returns. What is to be written can be.
  void stop_reading() const;

  /// All of `text` and a line end. False when the peer is gone.
  [[nodiscard]] bool write_line(std::string_view text) const;
  /// Without its line end; nothing at the end of the stream or past `most_bytes`.
  [[nodiscard]] std::optional<std::string> read_line(std::size_t most_bytes);

 private:
  int descriptor_;
  std::string pending_;  ///< read, and behind the line that was given last
};

}  // namespace holdfast::engine::detail
