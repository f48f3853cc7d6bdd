#include "types/codec.hpp"

#include <gtest/gtest.h>

#include <string>

#include "types/cast.hpp"
#include "types/datetime.hpp"

namespace holdfast::types {
namespace {

Type of(Kind kind, int length = -1) {
  Type type;
  type.kind = kind;
  type.length = length;
  return type;
}

std::string code_of(const Result<Stored>& result) { return result ? "" : result.error().code; }

std::string json_of(const Type& type, const Stored& value) {
  std::string out;
  append_json(out, type, {value.storage, value.integer, value.real, value.bytes});
  return out;
}

TEST(Codec, hostile_nesting_is_refused_and_does_not_crash) {
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(code_of(parse(of(Kind::jsonb), deep)), "54001");
  EXPECT_EQ(code_of(parse(of(Kind::json), deep)), "54001");
  EXPECT_EQ(code_of(parse_json(of(Kind::int4).array_of(), deep)), "54001");
  EXPECT_EQ(code_of(parse(of(Kind::int4).array_of(), std::string(1'000'000, '{'))), "54000");
}

TEST(Codec, nesting_up_to_the_limit_is_read) {
  EXPECT_EQ(code_of(parse(of(Kind::jsonb), std::string(900, '[') + std::string(900, ']'))), "");
}

TEST(Codec, bytes_that_are_no_utf8_are_22021) {
  for (const std::string bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82"}) {
    EXPECT_EQ(code_of(parse(of(Kind::text), bad)), "22021");
    EXPECT_EQ(code_of(parse(of(Kind::jsonb), '"' + bad + '"')), "22021");
  }
  EXPECT_EQ(code_of(parse(of(Kind::text), std::string_view("a\0b", 3))), "22021");
  EXPECT_EQ(code_of(parse(of(Kind::text), "ä€😀 plain ascii that is long")), "");
}

TEST(Codec, json_values_are_read_as_json_populate_record_reads_them) {
  EXPECT_EQ(parse_json(of(Kind::int4), "12")->integer, 12);
  EXPECT_EQ(parse_json(of(Kind::int4), " \"12\" ")->integer, 12);
  EXPECT_EQ(parse_json(of(Kind::text), "{\"a\": 1}")->bytes, "{\"a\": 1}");
  EXPECT_EQ(parse_json(of(Kind::jsonb), "\"a\"")->bytes, "\"a\"");
  EXPECT_EQ(parse_json(of(Kind::boolean), "true")->integer, 1);
  EXPECT_EQ(parse_json(of(Kind::text), "null")->storage, Stored::Storage::null);
  EXPECT_EQ(parse_json(of(Kind::text).array_of(), "[\"a\", null, 1]")->bytes, "[\"a\",null,\"1\"]");
  EXPECT_EQ(parse_json(of(Kind::text).array_of(), "\"{a,b}\"")->bytes, "[\"a\",\"b\"]");
  EXPECT_EQ(code_of(parse_json(of(Kind::int4), "1.5")), "22P02");
  EXPECT_EQ(code_of(parse_json(of(Kind::int4), "12 x")), "22P02");
  EXPECT_EQ(code_of(parse_json(of(Kind::text).array_of(), "{\"a\":1}")), "22P02");
  EXPECT_EQ(code_of(parse_json(of(Kind::varchar, 2), "\"abc\"")), "22001");
  EXPECT_EQ(code_of(parse_json(of(Kind::text), "\"\\u0000\"")), "22P05");
}

TEST(Codec, null_is_json_null) { EXPECT_EQ(json_of(of(Kind::uuid), {}), "null"); }

TEST(Codec, a_nan_that_sqlite_cannot_keep_is_refused) {
  EXPECT_EQ(code_of(parse(of(Kind::float8), "NaN")), "0A000");
}

TEST(Codec, now_is_the_moment_that_the_guard_sets) {
  const NowGuard guard(1'000'000);
  EXPECT_EQ(parse(of(Kind::timestamptz), "now")->integer, 1'000'000);
  EXPECT_EQ(parse(of(Kind::date), "tomorrow")->integer, 1);
}

TEST(Codec, years_that_64_bits_cannot_hold_are_22008) {
  EXPECT_EQ(code_of(parse(of(Kind::timestamptz), "294276-12-31")), "22008");
}

TEST(Cast, an_explicit_cast_cuts_what_an_assignment_refuses) {
  const StoredView text{.storage = Stored::Storage::text, .bytes = "abcd"};
  EXPECT_EQ(cast(of(Kind::text), of(Kind::varchar, 3), text, CastKind::explicit_)->bytes, "abc");
  EXPECT_EQ(code_of(cast(of(Kind::text), of(Kind::varchar, 3), text, CastKind::assignment)), "22001");
}

TEST(Type, is_named_as_format_type_names_it) {
  EXPECT_EQ(format_type(of(Kind::varchar, 255)), "character varying(255)");
  EXPECT_EQ(format_type(of(Kind::timestamptz, 3).array_of()), "timestamp(3) with time zone[]");
  EXPECT_EQ(builtin_type("timestamptz")->kind, Kind::timestamptz);
  EXPECT_EQ(builtin_type("nonsense").error().code, "42704");
}

}  // namespace
}  // namespace holdfast::types
