#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::records {

/// The media types that the dialect speaks; everything else keeps its text.
struct MediaType {
  enum class Kind : std::uint8_t {
    any,
    json,
    json_object,  ///< application/vnd.pgrst.object+json
    json_array,   ///< application/vnd.pgrst.array+json; nulls=stripped
    csv,
    form,
    text,
    octets,
    xml,
    openapi,
    other,
  };
  Kind kind = Kind::json;
  bool strip_nulls = false;
  std::string text{};  ///< as given, for messages
};

/// One media type with its parameters: `application/vnd.pgrst.object+json;nulls=stripped`.
[[nodiscard]] MediaType parse_media_type(std::string_view text);
/// An Accept header, best first; `*/*` where it is empty.
[[nodiscard]] std::vector<MediaType> parse_accept(std::string_view header);
/// The Content-Type of an answer: `application/json; charset=utf-8`.
[[nodiscard]] std::string content_type(const MediaType& type);

}  // namespace holdfast::records
