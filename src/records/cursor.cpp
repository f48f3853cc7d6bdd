#include "records/cursor.hpp"

namespace holdfast::records {
namespace {

// Enough for every query that a person writes, and far from the end of the stack.
constexpr int kMaxDepth = 64;

}  // namespace

Error Cursor::expected(std::string_view what) const {
  std::string met = at_end() ? "end of input" : std::string("\"") + peek() + "\"";
  return {.code = "PGRST100",
          .message = "\"failed to parse " + what_ + "\" (line 1, column " + std::to_string(at_ + 1) + ")",
          .details = "unexpected " + met + " expecting " + std::string(what)};
}

Result<void> Cursor::enter() {
  if (++depth_ > kMaxDepth) return expected("no more than 64 nested parentheses");
  return {};
}

}  // namespace holdfast::records
