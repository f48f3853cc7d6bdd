#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace holdfast::demo {

/// The fields of a stanza that are kept; the others are passed over.
enum class Field : std::uint8_t {
  package,
  version,
  maintainer,
  section,
  tag,
  description,
  filename,
  size,
  sha256
};
inline constexpr std::size_t kFieldCount = 9;

/// One paragraph of a Packages file. Values as they stand, continuation lines joined by line breaks.
struct Stanza {
  std::size_t line = 0;  ///< of its first field, from 1
  std::array<std::string, kFieldCount> values;
  [[nodiscard]] std::string_view operator[](Field field) const {
    return values[static_cast<std::size_t>(field)];
  }
};

/// Reads the text of a Packages file piece by piece, a line at a time. A stanza with a line that is none is
/// reported with that line's number and left out whole; reading goes on behind it.
/// Source: https://www.debian.org/doc/debian-policy/ch-controlfields.html
class PackagesParser {
 public:
  using OnStanza = std::function<void(const Stanza&)>;
  using OnMalformed = std::function<void(std::size_t line, std::string message)>;

  PackagesParser(OnStanza on_stanza, OnMalformed on_malformed);

  void feed(std::string_view bytes);
  /// The text is over: gives the last stanza.
  void finish();

 private:
  enum class State { between, in_field, in_other_field, skipping };

  void take_line(std::string_view line);
  void take_field(std::string_view line);
  void end_stanza();
  void refuse(std::string message);

  OnStanza on_stanza_;
  OnMalformed on_malformed_;
  State state_ = State::between;
  Stanza stanza_;
  Field field_ = Field::package;
  std::size_t line_ = 0;
  std::string partial_;
};

/// Orders two version numbers as dpkg does: negative, zero, positive.
/// Source: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
[[nodiscard]] int compare_versions(std::string_view left, std::string_view right);

}  // namespace holdfast::demo
