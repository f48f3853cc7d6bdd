// Holds to: no line crashes the reader of control requests and replies, and a request that is read reads back
// the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/detail/control_line.hpp"

using namespace holdfast::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  static_cast<void>(detail::parse_reply(line).ok());
  const auto request = detail::parse_request(line);
  if (!request.ok()) return 0;
  static_cast<void>(VerbArguments::parse(request->arguments_json).ok());
  const auto again = detail::parse_request(detail::request_line(*request));
  if (!again.ok() || again->verb != request->verb || again->arguments_json != request->arguments_json)
    std::abort();
  return 0;
}
