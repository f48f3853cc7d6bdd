#include "sql/sqlite/sqlite_statement.hpp"

#include "sql/sqlite/test_database.hpp"

namespace holdfast::sql {
namespace {

using testing::code_of;
using testing::rows_on;
using testing::script;
using testing::system_session;
using Strings = std::vector<std::string>;

class SqliteStatements : public ::testing::Test {
 protected:
  SqliteStatements() {
    auto opened = open_sqlite({.file = folder_.file(), .setups = {}, .statements_per_connection = 4});
    EXPECT_TRUE(opened.ok());
    database_ = *std::move(opened);
    on_writer(script("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT)"));
  }
  void on_writer(const Database::Work& work) {
    EXPECT_EQ(code_of(database_->write(system_session(), work)), "ok");
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteStatements, number_placeholders_by_name_as_postgresql_does) {
  on_writer([](Connection& connection) -> Result<void> {
    HF_TRY(auto statement, connection.prepare("SELECT $2, $1, $2, $4"));
    EXPECT_EQ(statement->parameter_count(), 4);
    HF_CHECK(statement->bind(1, ValueView::of(std::int64_t{1})));
    HF_CHECK(statement->bind(2, ValueView::of(std::int64_t{2})));
    HF_CHECK(statement->bind(3, ValueView::of(std::int64_t{3})));  // a number that the text skips
    HF_CHECK(statement->bind(4, ValueView::of(std::int64_t{4})));
    EXPECT_TRUE(statement->step().value());
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(statement->column(i).integer, (std::vector{2, 1, 2, 4})[static_cast<std::size_t>(i)]);
    EXPECT_EQ(code_of(statement->bind(5, ValueView::of_null())), "08P01");
    EXPECT_EQ(code_of(statement->bind(0, ValueView::of_null())), "08P01");
    return {};
  });
}

TEST_F(SqliteStatements, refuse_other_placeholders_and_several_statements) {
  on_writer([](Connection& connection) -> Result<void> {
    for (const auto* sql : {"SELECT ?", "SELECT ?1", "SELECT :a", "SELECT $a", "SELECT $0",
                            "SELECT 1; SELECT 2", "", " ; ", "-- nothing"})
      EXPECT_EQ(code_of(connection.prepare(sql)), "42601") << sql;
    EXPECT_EQ(code_of(connection.prepare("SELECT 1 ;\n")), "ok");
    return {};
  });
}

TEST_F(SqliteStatements, carry_every_kind_of_value_there_and_back) {
  on_writer([](Connection& connection) -> Result<void> {
    HF_TRY(auto statement, connection.prepare("SELECT $1, $2, $3, $4, $5, $6"));
    const std::string text("a\0b", 3);
    HF_CHECK(statement->bind(1, ValueView::of_null()));
    HF_CHECK(statement->bind(2, ValueView::of(std::numeric_limits<std::int64_t>::min())));
    HF_CHECK(statement->bind(3, ValueView::of(0.1)));
    HF_CHECK(statement->bind(4, ValueView::of(text)));
    HF_CHECK(statement->bind(5, ValueView::of(std::string_view())));
    HF_CHECK(statement->bind(6, ValueView::of_blob(std::string_view())));
    EXPECT_TRUE(statement->step().value());
    EXPECT_TRUE(statement->column(0).is_null());
    EXPECT_EQ(statement->column(1).integer, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(statement->column(2).real, 0.1);
    EXPECT_EQ(statement->column(3).bytes, text);
    EXPECT_EQ(statement->column(4).kind, ValueKind::text);
    EXPECT_EQ(statement->column(5).kind, ValueKind::blob);
    return {};
  });
}

TEST_F(SqliteStatements, count_the_rows_that_they_changed) {
  on_writer([](Connection& connection) -> Result<void> {
    HF_TRY(auto insert, connection.prepare("INSERT INTO t(id) VALUES(1), (2), (3) RETURNING id"));
    int rows = 0;
    while (insert->step().value()) ++rows;
    EXPECT_EQ(rows, 3);
    EXPECT_EQ(insert->affected_rows(), 3);
    EXPECT_FALSE(insert->step().value());  // done stays done
    HF_TRY(auto update, connection.prepare("UPDATE t SET x = 'y' WHERE id > $1"));
    HF_CHECK(update->bind(1, ValueView::of(std::int64_t{1})));
    HF_CHECK(update->step());
    EXPECT_EQ(update->affected_rows(), 2);
    HF_TRY(auto select, connection.prepare("SELECT 1"));
    while (select->step().value()) {
    }
    EXPECT_EQ(select->affected_rows(), 0);
    return {};
  });
}

TEST_F(SqliteStatements, forget_their_bindings_when_they_are_given_back) {
  on_writer([](Connection& connection) -> Result<void> {
    constexpr std::string_view kSql = "SELECT $1 IS NULL";
    const void* first = nullptr;
    {
      HF_TRY(auto statement, connection.prepare(kSql));
      first = &*statement;
      HF_CHECK(statement->bind(1, ValueView::of(std::int64_t{7})));
      HF_CHECK(statement->step());
    }
    HF_TRY(auto again, connection.prepare(kSql));
    EXPECT_EQ(first, &*again);  // out of the cache
    HF_CHECK(again->step());
    EXPECT_EQ(again->column(0).integer, 1);
    return {};
  });
}

TEST_F(SqliteStatements, can_be_out_twice_with_the_same_text) {
  on_writer([](Connection& connection) -> Result<void> {
    HF_TRY(auto outer, connection.prepare("SELECT value FROM json_each('[1,2,3]')"));
    int pairs = 0;
    while (outer->step().value()) {
      HF_TRY(auto inner, connection.prepare("SELECT value FROM json_each('[1,2,3]')"));
      EXPECT_NE(&*outer, &*inner);
      while (inner->step().value()) ++pairs;
    }
    EXPECT_EQ(pairs, 9);
    return {};
  });
}

TEST_F(SqliteStatements, stay_valid_while_they_are_out_however_many_others_come) {
  on_writer([](Connection& connection) -> Result<void> {
    HF_TRY(auto held, connection.prepare("SELECT 'held'"));
    for (int i = 0; i < 50; ++i) {
      HF_TRY(const auto rows, rows_on(connection, "SELECT " + std::to_string(i)));
      EXPECT_EQ(rows, Strings{std::to_string(i)});
    }
    EXPECT_TRUE(held->step().value());
    EXPECT_EQ(held->column(0).bytes, "held");
    return {};
  });
}

TEST_F(SqliteStatements, see_a_table_that_changed_since_they_were_prepared) {
  const auto columns = [&] {
    int count = 0;
    on_writer([&](Connection& connection) -> Result<void> {
      HF_TRY(auto statement, connection.prepare("SELECT * FROM t"));
      HF_CHECK(statement->step());
      count = statement->column_count();
      return {};
    });
    return count;
  };
  EXPECT_EQ(columns(), 2);
  EXPECT_EQ(code_of(database_->exclusive(script("ALTER TABLE t ADD COLUMN y TEXT"))), "ok");
  EXPECT_EQ(columns(), 3);
}

}  // namespace
}  // namespace holdfast::sql
