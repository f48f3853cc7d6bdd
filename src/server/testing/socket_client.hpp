#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::server::testing {

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// A blocking HTTP client on a plain socket, for tests that mind the bytes. Waits 20 s at most, then gives
/// status 0.
class SocketClient {
 public:
  explicit SocketClient(std::string_view address);
  ~SocketClient();
  SocketClient(SocketClient&& other) noexcept;
  SocketClient& operator=(SocketClient&&) = delete;

  [[nodiscard]] static bool can_connect(std::string_view address);

  void send(std::string_view bytes) const;
  ClientResponse read_response(bool of_head = false);
  /// The next piece of a chunked body: its data, empty for the last one or when the stream ends.
  std::string read_chunk();
  /// All that comes until the end of the stream.
  std::string read_to_end();
  /// Says that nothing more will be sent.
  void finish_sending() const;
  /// Waits for the end of the stream.
  bool is_closed_by_peer();
  /// Leaves without a goodbye: the peer sees a reset.
  void reset();

 private:
  bool fill();

  int descriptor_ = -1;
  std::string pending_;
};

}  // namespace holdfast::server::testing
