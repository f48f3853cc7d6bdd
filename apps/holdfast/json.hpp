#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cli {

/// A verb's result, taken apart for printing. Numbers keep their text.
struct Json {
  enum class Kind { null, scalar, array, object };
  Kind kind = Kind::null;
  std::string text;  ///< a scalar: the string itself, or the number or boolean as written
  std::vector<Json> items;
  struct Member;
  std::vector<Member> members;

  /// Of text that a verb gave; a null where it is no JSON.
  [[nodiscard]] static Json parse(std::string_view text);
  /// The member of this name; a null where there is none.
  [[nodiscard]] const Json& operator[](std::string_view name) const;
  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
};
struct Json::Member {
  std::string name;
  Json value;
};

/// `{"a":"b", ...}` of texts, numbers and booleans, for a verb's arguments.
class Arguments {
 public:
  Arguments& text(std::string_view name, std::string_view value);
  Arguments& number(std::string_view name, long long value);
  Arguments& flag(std::string_view name, bool value);
  Arguments& texts(std::string_view name, const std::vector<std::string>& values);
  [[nodiscard]] std::string json() const { return "{" + members_ + "}"; }

 private:
  Arguments& member(std::string_view name, std::string_view json);
  std::string members_;
};

}  // namespace holdfast::cli
