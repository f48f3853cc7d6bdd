#include "types/array.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/json_reader.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

Error malformed(std::string_view text, std::string details) {
  Error error = failure("22P02", "malformed array literal: \"" + std::string(text.substr(0, 200)) + '"',
                        std::move(details));
  return error;
}

Error ragged() {
  return failure("22P02", "malformed array literal",
                 "Multidimensional arrays must have sub-arrays with matching dimensions.");
}

/// All sub-arrays of a dimension must have the same length, and elements stand at one depth only.
class Shape {
 public:
  /// A sub-array at `depth` (0 is the outermost) ended with `count` items.
  bool close(std::size_t depth, std::size_t count) {
    if (lengths_.size() <= depth) lengths_.resize(depth + 1, kUnknown);
    if (lengths_[depth] == kUnknown) lengths_[depth] = count;
    return lengths_[depth] == count;
  }
  bool element(std::size_t depth) {
    if (element_depth_ == kUnknown) element_depth_ = depth;
    return element_depth_ == depth;
  }
  [[nodiscard]] bool has_elements() const { return element_depth_ != kUnknown; }

 private:
  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
  std::vector<std::size_t> lengths_;
  std::size_t element_depth_ = kUnknown;
};

class ArrayReader {
 public:
  ArrayReader(const Type& element, std::string_view text) : element_(element), text_(text), rest_(text) {}

  Result<std::string> read() {
    skip_space();
    HF_CHECK(skip_bounds());
    HF_CHECK(read_braces(0));
    skip_space();
    if (!rest_.empty()) return malformed(text_, "Junk after closing right brace.");
    if (!shape_.has_elements()) return std::string("[]");
    return std::move(out_);
  }

 private:
  void skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }

  /// `[1:3]=`; other lower bounds cannot be kept.
  Result<void> skip_bounds() {
    if (!rest_.starts_with('[')) return {};
    const std::size_t equals = rest_.find('=');
    if (equals == std::string_view::npos) return malformed(text_, "Missing \"=\" after array dimensions.");
    std::string_view bounds = rest_.substr(0, equals);
    while (take(bounds, '[')) {
      if (!bounds.starts_with("1:")) {
        return failure("0A000", "arrays that do not begin at 1 are not supported", {},
                       "Leave out the bounds.");
      }
      bounds.remove_prefix(2);
      take_digits(bounds);
      if (!take(bounds, ']')) return malformed(text_, "Missing array dimension value.");
    }
    rest_.remove_prefix(equals + 1);
    skip_space();
    return {};
  }

  Result<void> read_braces(std::size_t depth) {
    constexpr std::size_t kMostDimensions = 6;
    if (!take(rest_, '{'))
      return malformed(text_, "Array value must start with \"{\" or dimension information.");
    if (depth >= kMostDimensions)
      return failure("54000", "number of array dimensions exceeds the maximum allowed (6)");
    out_ += '[';
    std::size_t count = 0;
    skip_space();
    if (depth > 0 && rest_.starts_with('}')) return malformed(text_, "Unexpected \"}\" character.");
    if (!take(rest_, '}')) {
      do {
        if (count++ > 0) out_ += ',';
        HF_CHECK(read_item(depth));
        skip_space();
      } while (take(rest_, ','));
      if (!take(rest_, '}')) return malformed(text_, "Unexpected end of input.");
    }
    out_ += ']';
    if (!shape_.close(depth, count)) return ragged();
    return {};
  }

  Result<void> read_item(std::size_t depth) {
    skip_space();
    if (rest_.starts_with('{')) return read_braces(depth + 1);
    if (!shape_.element(depth)) return ragged();
    std::string item;
    bool quoted = false;
    if (take(rest_, '"')) {
      quoted = true;
      HF_CHECK(read_quoted(item));
    } else {
      HF_CHECK(read_bare(item));
    }
    if (!quoted && equal_ignoring_case(item, "null")) {
      out_ += "null";
      return {};
    }
    HF_TRY(const Stored value, parse(element_, item));
    append_element(out_, view_of(value));
    return {};
  }

  Result<void> read_quoted(std::string& item) {
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') {
        skip_space();
        const char next = rest_.empty() ? '\0' : rest_.front();
        if (next != ',' && next != '}') return malformed(text_, "Unexpected array element.");
        return {};
      }
      if (c == '\\') {
        if (rest_.empty()) break;
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      item += c;
    }
    return malformed(text_, "Unexpected end of input.");
  }

  Result<void> read_bare(std::string& item) {
    std::size_t keep = 0;
    while (!rest_.empty()) {
      char c = rest_.front();
      if (c == ',' || c == '}') {
        item.resize(keep);
        if (item.empty()) return malformed(text_, "Unexpected \"" + std::string(1, c) + "\" character.");
        return {};
      }
      if (c == '{' || c == '"') return malformed(text_, "Unexpected array element.");
      rest_.remove_prefix(1);
      const bool escaped = c == '\\';
      if (escaped) {
        if (rest_.empty()) break;
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      item += c;
      if (escaped || !is_space(c)) keep = item.size();
    }
    return malformed(text_, "Unexpected end of input.");
  }

  const Type& element_;
  std::string_view text_;
  std::string_view rest_;
  std::string out_;
  Shape shape_;
};

class JsonArrayReader {
 public:
  JsonArrayReader(const Type& element, std::string_view json) : element_(element), reader_(json) {}

  Result<std::string> read() {
    HF_CHECK(read_array(0));
    HF_CHECK(reader_.finish());
    if (!shape_.has_elements()) return std::string("[]");
    return std::move(out_);
  }

 private:
  Result<void> read_array(std::size_t depth) {
    if (depth > static_cast<std::size_t>(kMostNesting)) return nested_too_deeply("the array");
    if (!reader_.take('[')) return failure("22P02", "expected JSON array");
    out_ += '[';
    std::size_t count = 0;
    if (!reader_.take(']')) {
      do {
        if (count++ > 0) out_ += ',';
        HF_CHECK(read_item(depth));
      } while (reader_.take(','));
      if (!reader_.take(']')) return reader_.error();
    }
    out_ += ']';
    if (!shape_.close(depth, count)) return ragged();
    return {};
  }

  Result<void> read_item(std::size_t depth) {
    const bool holds_json = element_.kind == Kind::json || element_.kind == Kind::jsonb;
    if (reader_.peek() == '[' && !holds_json) return read_array(depth + 1);
    if (!shape_.element(depth)) return ragged();
    HF_TRY(const std::string_view raw, reader_.skip_value());
    HF_TRY(const Stored value, parse_json(element_, raw));
    append_element(out_, view_of(value));
    return {};
  }

  const Type& element_;
  JsonReader reader_;
  std::string out_;
  Shape shape_;
};

}  // namespace

Result<std::string> parse_array(const Type& element, std::string_view text) {
  return ArrayReader(element, text).read();
}

Result<std::string> parse_json_array(const Type& element, std::string_view json) {
  return JsonArrayReader(element, json).read();
}

}  // namespace holdfast::types
