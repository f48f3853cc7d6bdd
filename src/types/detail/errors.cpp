#include "types/detail/errors.hpp"

#include <utility>

namespace holdfast::types {
namespace {

constexpr std::size_t kMostQuoted = 200;

std::string quoted(std::string_view text) {
  if (text.size() <= kMostQuoted) return '"' + std::string(text) + '"';
  std::size_t end = kMostQuoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return '"' + std::string(text.substr(0, end)) + "...\"";
}

}  // namespace

Error failure(std::string_view code, std::string message, std::string details, std::string hint) {
  return {.code = std::string(code),
          .message = std::move(message),
          .details = std::move(details),
          .hint = std::move(hint)};
}

Error invalid_syntax(std::string_view type, std::string_view text) {
  return failure("22P02", "invalid input syntax for type " + std::string(type) + ": " + quoted(text));
}

Error out_of_range(std::string_view type, std::string_view text) {
  return failure("22003", "value " + quoted(text) + " is out of range for type " + std::string(type));
}

Error nested_too_deeply(std::string_view what) {
  return failure("54001", std::string(what) + " is nested too deeply", {},
                 "At most " + std::to_string(kMostNesting) + " levels are read.");
}

}  // namespace holdfast::types
