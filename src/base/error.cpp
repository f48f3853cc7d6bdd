#include "base/error.hpp"

namespace holdfast::base {

std::string Error::to_string() const {
  std::string line = code + ": " + message;
  if (!details.empty()) line += " (" + details + ")";
  if (!hint.empty()) line += " Hint: " + hint;
  return line;
}

}  // namespace holdfast::base
