#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/change_observer.hpp"
#include "sql/value.hpp"

namespace holdfast::log {

/// The bytes of docs/formats/commit-log.md: this file and that page change together.

/// A part of a commit is closed when a record makes it this large.
inline constexpr std::size_t kPartBytes = 256U << 10U;

void append_varint(std::string& out, std::uint64_t number);
void append_value(std::string& out, sql::ValueView value);
void append_secret(std::string& out);

/// Reads what append_* wrote. Every read is checked against the end: HF012 where the bytes are damaged.
class RecordCursor {
 public:
  explicit RecordCursor(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  Result<std::uint64_t> varint();
  Result<std::string_view> bytes(std::uint64_t count);
  /// A secret reads as null: its column's layout says that it is one.
  Result<sql::ValueView> value();
  Result<sql::Operation> operation();

 private:
  std::string_view rest_;
};

/// Cuts a commit's records into parts: whole records, at most one of them beyond kPartBytes.
Result<std::vector<std::string_view>> split_parts(std::string_view records);

[[nodiscard]] Error damaged_log(std::string_view what);

}  // namespace holdfast::log
