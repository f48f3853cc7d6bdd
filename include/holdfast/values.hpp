#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "holdfast/result.hpp"

HOLDFAST_NAMESPACE_BEGIN

/// A place in the log of commits: 0 is before the first, and there are no gaps.
using Position = std::int64_t;
/// timestamptz and timestamp: microseconds since 1970-01-01 00:00 UTC. PostgreSQL's `infinity` is max().
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
/// date.
using Date = std::chrono::sys_days;
/// bytea.
using Bytes = std::vector<std::byte>;

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Any form that PostgreSQL reads. 22P02.
  static HOLDFAST_API Result<Uuid> parse(std::string_view text);
  /// Version 4, from the system's random source.
  static HOLDFAST_API Uuid random();
  /// 36 lower-case characters.
  [[nodiscard]] HOLDFAST_API std::string to_string() const;
  auto operator<=>(const Uuid&) const = default;
};

/// numeric, exactly, in PostgreSQL's text form: `-12.50`, `NaN`.
struct Decimal {
  std::string text{};
  bool operator==(const Decimal&) const = default;
};

/// json and jsonb, as text. jsonb comes back with its keys sorted and without blanks.
struct Json {
  std::string text{};
  bool operator==(const Json&) const = default;
};

/// A value for a parameter, as a view: what it was made of must live until the call returns. A value converts
/// to the parameter's type as PostgreSQL reads its text form: an integer fits a numeric parameter, a string
/// any type whose input form it is (22P02 where it is not).
class Argument {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, uuid, timestamp, date, bytes, array };

  Argument(std::nullptr_t) {}                                                 // NOLINT
  Argument(std::nullopt_t) {}                                                 // NOLINT
  Argument(std::same_as<bool> auto v) : kind_(Kind::boolean), integer_(v) {}  // NOLINT
  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  Argument(T v) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(v)) {  // NOLINT
    static_assert(std::is_signed_v<T> || sizeof(T) < sizeof(std::int64_t),
                  "give a Decimal for what is larger");
  }
  template <std::floating_point T>
  Argument(T v) : kind_(Kind::real), real_(static_cast<double>(v)) {}  // NOLINT
  template <class T>
    requires std::convertible_to<const T&, std::string_view>
  Argument(const T& v) : Argument(Kind::text, std::string_view(v)) {}                               // NOLINT
  Argument(const Decimal& v) : Argument(Kind::text, v.text) {}                                      // NOLINT
  Argument(const Json& v) : Argument(Kind::text, v.text) {}                                         // NOLINT
  Argument(const Uuid& v) : kind_(Kind::uuid), data_(v.bytes.data()), size_(16) {}                  // NOLINT
  Argument(std::span<const std::byte> v) : kind_(Kind::bytes), data_(v.data()), size_(v.size()) {}  // NOLINT
  Argument(const Bytes& v) : Argument(std::span<const std::byte>(v)) {}                             // NOLINT
  Argument(Timestamp v) : kind_(Kind::timestamp), integer_(v.time_since_epoch().count()) {}         // NOLINT
  Argument(Date v) : kind_(Kind::date), integer_(v.time_since_epoch().count()) {}                   // NOLINT
  Argument(std::span<const Argument> elements)                                                      // NOLINT
      : kind_(Kind::array), data_(elements.data()), size_(elements.size()) {}
  template <class T>
  Argument(const std::optional<T>& v) : Argument(v ? Argument(*v) : Argument(nullptr)) {}  // NOLINT

  [[nodiscard]] Kind kind() const { return kind_; }
  /// boolean, integer; microseconds of a timestamp, days of a date.
  [[nodiscard]] std::int64_t integer() const { return integer_; }
  [[nodiscard]] double real() const { return real_; }
  /// text, bytes, the 16 bytes of a uuid.
  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }
  [[nodiscard]] std::span<const Argument> elements() const {
    return {static_cast<const Argument*>(data_), size_};
  }

 private:
  Argument(Kind kind, std::string_view text) : kind_(kind), data_(text.data()), size_(text.size()) {}

  Kind kind_ = Kind::null;
  union {
    std::int64_t integer_ = 0;
    double real_;
  };
  const void* data_ = nullptr;
  std::size_t size_ = 0;
};

namespace detail {

/// Keeps an array's elements while the call runs.
template <class T>
struct Held {
  explicit Held(const T& value) : argument(value) {}
  Argument argument;
};

template <class T>
  requires(!std::same_as<T, std::byte>)
struct Held<std::vector<T>> {
  explicit Held(const std::vector<T>& values) : elements(values.begin(), values.end()) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  std::vector<Argument> elements;
  Argument argument{std::span<const Argument>(elements)};
};

template <class T>
  requires(!std::same_as<T, std::byte>)
struct Held<std::optional<std::vector<T>>> {
  explicit Held(const std::optional<std::vector<T>>& values) {
    if (values) argument = held.emplace(*values).argument;
  }
  std::optional<Held<std::vector<T>>> held;
  Argument argument{nullptr};
};

}  // namespace detail

HOLDFAST_NAMESPACE_END
