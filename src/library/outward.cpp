#include "library/outward.hpp"

#include <cstdio>
#include <cstdlib>

namespace holdfast::library {

v0::Error outward(base::Error error) {
  return {.code = std::move(error.code),
          .message = std::move(error.message),
          .details = std::move(error.details),
          .hint = std::move(error.hint),
          .retryable = error.retryable,
          .in_doubt = error.in_doubt};
}

base::Error inward(v0::Error error) {
  return {.code = std::move(error.code),
          .message = std::move(error.message),
          .details = std::move(error.details),
          .hint = std::move(error.hint),
          .retryable = error.retryable,
          .in_doubt = error.in_doubt};
}

base::Error thrown(const std::exception* what) {
  return {.code = "XX000",
          .message = "an exception left a function that was given to the library",
          .details = what == nullptr ? "It is no std::exception." : what->what()};
}

}  // namespace holdfast::library

namespace holdfast::v0 {

std::string Error::to_string() const { return library::inward(*this).to_string(); }

namespace detail {

void no_value(const Error& error) {
  std::fprintf(stderr, "holdfast: the value of an error was asked for: %s\n", error.to_string().c_str());
  std::abort();
}

void no_error() {
  std::fputs("holdfast: the error of a value was asked for\n", stderr);
  std::abort();
}

}  // namespace detail
}  // namespace holdfast::v0
