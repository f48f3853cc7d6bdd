#include "log/record_format.hpp"

#include <bit>
#include <cstring>

namespace holdfast::log {
namespace {

enum Tag : std::uint64_t { kNull = 0, kSecret = 1, kInteger = 2, kReal = 3, kFirstText = 8 };

constexpr int kLastVarintShift = 63;

std::uint64_t zigzag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63);
}

std::int64_t unzigzag(std::uint64_t code) {
  return static_cast<std::int64_t>(code >> 1U) ^ -static_cast<std::int64_t>(code & 1U);
}

void append_real(std::string& out, double number) {
  auto bits = std::bit_cast<std::uint64_t>(number);
  for (int i = 0; i < 8; ++i, bits >>= 8U) out += static_cast<char>(bits & 0xffU);
}

double read_real(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 8; i-- > 0;) bits = bits << 8U | static_cast<unsigned char>(bytes[i]);
  return std::bit_cast<double>(bits);
}

}  // namespace

Error damaged_log(std::string_view what) {
  return {.code = "HF012",
          .message = "the commit log is damaged or of an unknown version",
          .details = std::string(what),
          .hint = "Restore from a backup, or use the version of Holdfast that wrote it."};
}

void append_varint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80U; number >>= 7U) out += static_cast<char>(number | 0x80U);
  out += static_cast<char>(number);
}

void append_secret(std::string& out) { append_varint(out, kSecret); }

void append_value(std::string& out, sql::ValueView value) {
  switch (value.kind) {
    case sql::ValueKind::null:
      return append_varint(out, kNull);
    case sql::ValueKind::integer:
      append_varint(out, kInteger);
      return append_varint(out, zigzag(value.integer));
    case sql::ValueKind::real:
      append_varint(out, kReal);
      return append_real(out, value.real);
    case sql::ValueKind::text:
    case sql::ValueKind::blob:
      const std::uint64_t is_blob = value.kind == sql::ValueKind::blob ? 1 : 0;
      append_varint(out, kFirstText + 2 * value.bytes.size() + is_blob);
      out.append(value.bytes);
      return;
  }
}

Result<std::uint64_t> RecordCursor::varint() {
  std::uint64_t number = 0;
  for (int shift = 0; shift <= kLastVarintShift && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7fU) << static_cast<unsigned>(shift);
    if (byte < 0x80U) return number;
  }
  return damaged_log("a number has no end");
}

Result<std::string_view> RecordCursor::bytes(std::uint64_t count) {
  if (count > rest_.size()) return damaged_log("a record is shorter than its length");
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

Result<sql::ValueView> RecordCursor::value() {
  HF_TRY(const auto tag, varint());
  if (tag >= kFirstText) {
    HF_TRY(const auto content, bytes((tag - kFirstText) / 2));
    return (tag & 1U) != 0 ? sql::ValueView::of_blob(content) : sql::ValueView::of(content);
  }
  if (tag == kNull || tag == kSecret) return sql::ValueView::of_null();
  if (tag == kInteger) {
    HF_TRY(const auto code, varint());
    return sql::ValueView::of(unzigzag(code));
  }
  if (tag != kReal) return damaged_log("a value of an unknown kind");
  HF_TRY(const auto content, bytes(8));
  return sql::ValueView::of(read_real(content));
}

Result<sql::Operation> RecordCursor::operation() {
  HF_TRY(const auto byte, bytes(1));
  const auto code = static_cast<unsigned char>(byte.front());
  if (code < 1 || code > 3) return damaged_log("an operation of an unknown kind");
  return static_cast<sql::Operation>(code);
}

Result<std::vector<std::string_view>> split_parts(std::string_view records) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  std::size_t end = 0;
  while (end < records.size()) {
    const auto rest = records.substr(end);
    RecordCursor cursor(rest);
    HF_TRY(const auto length, cursor.varint());
    HF_TRY(const auto body, cursor.bytes(length));
    end = static_cast<std::size_t>(body.data() + body.size() - records.data());
    if (end - start < kPartBytes && end < records.size()) continue;
    parts.push_back(records.substr(start, end - start));
    start = end;
  }
  return parts;
}

}  // namespace holdfast::log
