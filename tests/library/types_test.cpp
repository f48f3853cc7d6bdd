#include <cmath>
#include <limits>

#include "fixture.hpp"

namespace holdfast::testing {
namespace {

using namespace std::chrono_literals;

class LibraryTypes : public LibraryTest {
 protected:
  /// Writes `value` into `column` and reads it back as `T`.
  template <class T, class V>
  Result<T> round(const std::string& column, const V& value) {
    HOLDFAST_CHECK(store().execute(system_, "DELETE FROM everything"));
    HOLDFAST_CHECK(
        store().execute(system_, "INSERT INTO everything (id, " + column + ") VALUES (1, $1)", value));
    HOLDFAST_TRY(const auto rows, store().query(system_, "SELECT " + column + " FROM everything"));
    return rows.template one<T>();
  }
  template <class T>
  void keeps(const std::string& column, const T& value) {
    const auto back = round<T>(column, value);
    ASSERT_TRUE(back.ok()) << column << ": " << back.error().to_string();
    EXPECT_EQ(*back, value) << column;
  }
};

TEST_F(LibraryTypes, booleans_and_integers_come_back) {
  keeps("b", true);
  keeps("b", false);
  keeps("i2", std::int16_t{-32768});
  keeps("i4", 2147483647);
  keeps("i8", std::numeric_limits<std::int64_t>::min());
  keeps("i8", std::numeric_limits<std::int64_t>::max());
  keeps("i8", std::uint32_t{4294967295});
}

TEST_F(LibraryTypes, floating_point_numbers_come_back_bit_by_bit) {
  keeps("f8", 0.1);
  keeps("f8", 1e300);
  keeps("f8", -0.0);
  keeps("f8", std::numeric_limits<double>::infinity());
  keeps("f4", 0.1F);
  keeps("f8", 3.0);
}

TEST_F(LibraryTypes, decimals_keep_every_digit) {
  keeps("n", Decimal{"123456789012345678901234567890.1234567890123456789"});
  keeps("n2", Decimal{"1.50"});
  const auto rounded = round<Decimal>("n2", "2.005");
  ASSERT_TRUE(rounded.ok());
  EXPECT_EQ(rounded->text, "2.01");
  EXPECT_EQ(round<Decimal>("n", 7).value().text, "7");
  EXPECT_EQ(code_of(round<Decimal>("n2", "123456789")), "22003");
}

TEST_F(LibraryTypes, texts_come_back_whole) {
  keeps("t", std::string("gr\u00fc\u00df, \U0001F600"));
  keeps("t", std::string());
  keeps("t", std::string(1 << 20, 'x'));
  keeps("e", std::string("happy"));
  keeps("v", std::string("12345"));
  EXPECT_EQ(code_of(round<std::string>("v", "123456")), "22001");
  EXPECT_EQ(code_of(round<std::string>("e", "angry")), "22P02");
  EXPECT_EQ(code_of(round<std::string>("t", "\xff")), "22021");
  EXPECT_EQ(code_of(round<std::string>("t", std::string_view("a\0b", 3))), "22021");
}

TEST_F(LibraryTypes, uuids_are_read_in_every_form_and_printed_in_one) {
  keeps("u", Uuid::random());
  const auto upper = Uuid::parse("{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}");
  ASSERT_TRUE(upper.ok());
  EXPECT_EQ(upper->to_string(), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  EXPECT_EQ(round<Uuid>("u", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11").value(), *upper);
  EXPECT_EQ(code_of(Uuid::parse("no")), "22P02");
  EXPECT_EQ(code_of(round<Uuid>("u", "no")), "22P02");
  EXPECT_EQ(Uuid::random().to_string()[14], '4');
}

TEST_F(LibraryTypes, times_come_back_to_the_microsecond) {
  keeps("tz", Timestamp(1769860800123456us));
  keeps("ts", Timestamp(-1us));
  keeps("d", Date(std::chrono::year(2026) / 2 / 28));
  keeps("d", Date(std::chrono::year(1969) / 12 / 31));
  EXPECT_EQ(round<std::chrono::microseconds>("ti", "12:34:56.5").value(), 12h + 34min + 56s + 500ms);
  EXPECT_EQ(round<Date>("d", Timestamp(86400000001us)).value(), Date(std::chrono::days(1)));
  EXPECT_EQ(round<Timestamp>("tz", Date(std::chrono::days(2))).value(), Timestamp(48h));
  EXPECT_EQ(round<std::string>("tz", Timestamp(1s)).value(), "1970-01-01 00:00:01+00");
  EXPECT_EQ(round<std::string>("iv", "1 day 2 hours").value(), "1 day 02:00:00");
}

TEST_F(LibraryTypes, json_and_bytes_come_back) {
  keeps("j", Json{R"({"b": 1,  "a": [1, 2]})"});
  EXPECT_EQ(round<Json>("jb", Json{R"({"b": 1,  "a": [1, 2]})"}).value().text, R"({"a": [1, 2], "b": 1})");
  EXPECT_EQ(code_of(round<Json>("jb", Json{"{"})), "22P02");
  keeps("by", Bytes{std::byte{0}, std::byte{255}, std::byte{39}});
  keeps("by", Bytes{});
  EXPECT_EQ(round<Json>("i8", 5).value().text, "5");
}

TEST_F(LibraryTypes, arrays_come_back_element_by_element) {
  keeps("ta", std::vector<std::string>{"a", "b,c", "\"", "", "NULL"});
  keeps("ta", std::vector<std::string>{});
  keeps("ta", std::vector<std::optional<std::string>>{"a", std::nullopt});
  keeps("ia", std::vector<std::int64_t>{1, -2, std::numeric_limits<std::int64_t>::max()});
  keeps("ua", std::vector<Uuid>{Uuid::random(), Uuid::random()});
  keeps("ba", std::vector<Bytes>{{std::byte{0}}, {}});
  keeps("fa", std::vector<double>{0.5, 2, 1e300});
  keeps("na", std::vector<Decimal>{{"1.50"}, {"-3"}});
  EXPECT_EQ(code_of(round<std::vector<std::string>>("ia", std::vector<std::string>{"x"})), "22P02");
  EXPECT_EQ(round<std::string>("ta", std::vector<std::string>{"a b", "c"}).value(), "{\"a b\",c}");
}

TEST_F(LibraryTypes, null_is_read_where_there_is_a_place_for_it) {
  keeps("t", std::optional<std::string>());
  keeps("i4", std::optional<int>(3));
  keeps("ta", std::optional<std::vector<std::string>>());
  keeps("ta", std::optional<std::vector<std::string>>({"x"}));
  EXPECT_EQ(code_of(round<std::string>("t", nullptr)), "22002");
  EXPECT_EQ(code_of(round<std::vector<std::string>>("ta", nullptr)), "22002");
}

TEST_F(LibraryTypes, what_does_not_fit_is_an_error_and_not_another_value) {
  EXPECT_EQ(code_of(round<std::int16_t>("i2", 40000)), "22003");
  EXPECT_EQ(code_of(round<std::int16_t>("i8", 40000)), "22003");
  EXPECT_EQ(code_of(round<unsigned>("i8", -1)), "22003");
  EXPECT_EQ(code_of(round<int>("t", "5")), "42804");
  EXPECT_EQ(code_of(round<double>("n", "5")), "42804");
  EXPECT_EQ(code_of(round<bool>("i4", 1)), "42804");
  EXPECT_EQ(code_of(round<int>("i4", Bytes{std::byte{1}})), "42804");
  EXPECT_EQ(code_of(round<Bytes>("t", Bytes{std::byte{1}})), "42804");
  EXPECT_EQ(code_of(round<std::string>("t", std::vector<int>{1})), "42804");
}

struct Parent {
  int id = 0;
  std::string name;
};

}  // namespace
}  // namespace holdfast::testing

template <>
struct holdfast::Mapping<holdfast::testing::Parent> {
  static constexpr auto columns =
      std::tuple{column("id", &testing::Parent::id), column("name", &testing::Parent::name)};
};

namespace holdfast::testing {
namespace {

TEST_F(LibraryTypes, rows_become_tuples_and_structs) {
  ASSERT_OK(store().execute(system_, "INSERT INTO parents VALUES (1, 'one'), (2, 'two')"));
  ASSERT_VALUE(const auto rows, store().query(system_, "SELECT name, id FROM parents ORDER BY id"));
  ASSERT_VALUE(const auto parents, rows.as<Parent>());
  ASSERT_EQ(parents.size(), 2U);
  EXPECT_EQ(parents[1].id, 2);
  EXPECT_EQ(parents[1].name, "two");
  using Pair = std::tuple<std::string, int>;
  ASSERT_VALUE(const auto pairs, rows.as<Pair>());
  EXPECT_EQ(pairs[0], Pair("one", 1));
  EXPECT_EQ(rows[0].get<std::string_view>("name").value(), "one");
  EXPECT_EQ(rows.columns()[1].type(), "integer");
  EXPECT_EQ(code_of(rows[0].get<int>("nothing")), "42703");
  EXPECT_EQ(code_of(rows[0].get<int>(2)), "42703");
  EXPECT_EQ(code_of(rows.one<Parent>()), "P0003");
  ASSERT_VALUE(const auto none, store().query(system_, "SELECT id, name FROM parents WHERE id = 3"));
  EXPECT_EQ(code_of(none.one<Parent>()), "P0002");
  EXPECT_FALSE(none.first<Parent>().value().has_value());
  std::size_t count = 0;
  for (const auto row : rows) count += row.size();
  EXPECT_EQ(count, 4U);
}

}  // namespace
}  // namespace holdfast::testing
