#include "log/record_format.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace holdfast::log {
namespace {

using sql::ValueKind;
using sql::ValueView;

std::string bytes_of(ValueView value) {
  std::string out;
  append_value(out, value);
  return out;
}

TEST(RecordFormat, has_the_bytes_of_its_page) {
  EXPECT_EQ(bytes_of(ValueView::of_null()), std::string("\x00", 1));
  EXPECT_EQ(bytes_of(ValueView::of(std::int64_t{0})), std::string("\x02\x00", 2));
  EXPECT_EQ(bytes_of(ValueView::of(std::int64_t{-1})), "\x02\x01");
  EXPECT_EQ(bytes_of(ValueView::of(std::int64_t{64})), "\x02\x80\x01");
  EXPECT_EQ(bytes_of(ValueView::of(1.0)), std::string("\x03\x00\x00\x00\x00\x00\x00\xf0\x3f", 9));
  EXPECT_EQ(bytes_of(ValueView::of("ab")),
            "\x0c"
            "ab");
  EXPECT_EQ(bytes_of(ValueView::of_blob("ab")),
            "\x0d"
            "ab");
  std::string secret;
  append_secret(secret);
  EXPECT_EQ(secret, "\x01");
}

TEST(RecordFormat, gives_back_every_value) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const auto number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{127}, Limits::min(), Limits::max()}) {
    const auto bytes = bytes_of(ValueView::of(number));
    EXPECT_EQ(RecordCursor(bytes).value()->integer, number);
  }
  for (const auto number : {0.0, -0.0, 1.5, -1e300, std::numeric_limits<double>::infinity()}) {
    const auto bytes = bytes_of(ValueView::of(number));
    const auto value = RecordCursor(bytes).value();
    EXPECT_EQ(value->real, number);
    EXPECT_EQ(std::signbit(value->real), std::signbit(number));
  }
  for (const std::size_t size : {0U, 1U, 59U, 60U, 100000U}) {
    const std::string text(size, 'x');
    const auto bytes = bytes_of(ValueView::of_blob(text));
    const auto value = RecordCursor(bytes).value();
    EXPECT_EQ(value->kind, ValueKind::blob);
    EXPECT_EQ(value->bytes, text);
  }
}

TEST(RecordFormat, reports_damage_instead_of_reading_beyond_the_end) {
  const auto whole = bytes_of(ValueView::of("a text of some length")) + bytes_of(ValueView::of(2.5)) +
                     bytes_of(ValueView::of(std::int64_t{1} << 60));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    RecordCursor cursor(std::string_view(whole).substr(0, length));
    Result<ValueView> value = ValueView();
    for (int i = 0; i < 3 && value.ok(); ++i) value = cursor.value();
    ASSERT_FALSE(value.ok()) << length;
    EXPECT_EQ(value.error().code, "HF012");
  }
  EXPECT_EQ(RecordCursor("\x05").value().error().code, "HF012");
  EXPECT_EQ(RecordCursor("\x04").operation().error().code, "HF012");
  EXPECT_EQ(RecordCursor(std::string(11, '\xff')).varint().error().code, "HF012");
}

TEST(RecordFormat, cuts_parts_between_records) {
  std::string records;
  for (int i = 0; i < 10; ++i) {
    append_varint(records, kPartBytes / 3);
    records.append(kPartBytes / 3, 'x');
  }
  const auto parts = split_parts(records);
  ASSERT_TRUE(parts.ok());
  std::string joined;
  for (const auto part : *parts) joined += part;
  EXPECT_EQ(joined, records);
  EXPECT_EQ(parts->size(), 4U);
  for (std::size_t i = 0; i + 1 < parts->size(); ++i) EXPECT_GE((*parts)[i].size(), kPartBytes);
}

}  // namespace
}  // namespace holdfast::log
