#include "log/change_log.hpp"

#include <thread>

#include "log/log_test_support.hpp"

namespace holdfast::log {
namespace {

using testing::code_of;
using testing::describe;
using testing::rows_of;
using testing::script;
using testing::system_session;
using Strings = std::vector<std::string>;

class ChangeLogTest : public ::testing::Test {
 protected:
  std::string write(const std::string& sql) { return data_.write(sql); }
  Strings logged(Position since = 0, std::size_t limit = 1000, const ChangeFilter& filter = {}) {
    return describe(data_.changes(since, limit, filter));
  }
  testing::LoggedDatabase data_;
};

schema::Column column(std::string name, types::Kind kind, bool hidden = false) {
  schema::Column made;
  made.name = std::move(name);
  made.type.kind = kind;
  made.hidden = hidden;
  return made;
}

std::shared_ptr<const schema::Catalogue> catalogue_of(const std::string& table,
                                                      std::vector<schema::Column> columns) {
  auto catalogue = std::make_shared<schema::Catalogue>();
  auto& declared = catalogue->tables[{.name = table}];
  declared.name.name = table;
  declared.columns = std::move(columns);
  return catalogue;
}

TEST_F(ChangeLogTest, gives_back_the_rows_before_and_after_every_change) {
  data_.migrate("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, price REAL, data BLOB) STRICT");
  EXPECT_EQ(write("INSERT INTO t VALUES(1, 'one', 1.5, x'0102'), (-2, NULL, 2.0, NULL)"), "1");
  EXPECT_EQ(write("UPDATE t SET name = 'eins', price = 3.0 WHERE id = 1"), "2");
  EXPECT_EQ(write("DELETE FROM t WHERE id = -2"), "3");
  EXPECT_EQ(logged(), (Strings{"1.0 insert t id=1 name='one' price=1.500000r data=x2",
                               "1.1 insert t id=-2 name=null price=2.000000r data=null",
                               "2.0 update t id=1 name='one'->'eins' price=1.500000r->3.000000r data=x2",
                               "3.0 delete t id=-2 name=null price=2.000000r data=null"}));
}

TEST_F(ChangeLogTest, sees_cascades_triggers_and_replaced_rows) {
  data_.migrate(
      "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p ON "
      "DELETE "
      "CASCADE); CREATE TABLE audit(what TEXT);"
      "CREATE TRIGGER tr AFTER INSERT ON p BEGIN INSERT INTO audit VALUES(new.id); END");
  EXPECT_EQ(write("INSERT INTO p VALUES(1)"), "1");
  EXPECT_EQ(write("INSERT INTO c VALUES(10, 1)"), "2");
  EXPECT_EQ(write("DELETE FROM p"), "3");
  EXPECT_EQ(write("INSERT INTO p VALUES(2)"), "4");
  EXPECT_EQ(write("INSERT OR REPLACE INTO c VALUES(5, 2); INSERT OR REPLACE INTO c VALUES(5, NULL)"), "5");
  EXPECT_EQ(logged(), (Strings{"1.0 insert p id=1", "1.1 insert audit what='1'", "2.0 insert c id=10 p=1",
                               "3.0 delete p id=1", "3.1 delete c id=10 p=1", "4.0 insert p id=2",
                               "4.1 insert audit what='2'", "5.0 insert c id=5 p=2", "5.1 delete c id=5 p=2",
                               "5.2 insert c id=5 p=null"}));
}

TEST_F(ChangeLogTest, forgets_the_rows_of_a_statement_that_failed) {
  data_.migrate("CREATE TABLE t(id INTEGER PRIMARY KEY)");
  const auto outcome =
      data_.database().write(system_session(), [](sql::Connection& connection) -> Result<void> {
        HF_CHECK(connection.execute("INSERT INTO t VALUES(1)"));
        EXPECT_EQ(code_of(connection.execute("INSERT INTO t VALUES(2), (3), (1)")), "23505");
        return connection.execute("INSERT INTO t VALUES(4)");
      });
  EXPECT_EQ(outcome.value().position, 1);
  EXPECT_EQ(logged(), (Strings{"1.0 insert t id=1", "1.1 insert t id=4"}));
  EXPECT_EQ(rows_of(data_.database(), "SELECT id FROM t"), (Strings{"1", "4"}));
}

TEST_F(ChangeLogTest, leaves_no_gap_where_members_fail_or_are_dry_runs) {
  data_.migrate("CREATE TABLE t(id INTEGER PRIMARY KEY)");
  sql::testing::OneBatch batch(data_.database());
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO t VALUES(2), (1)"));
  batch.add(script("INSERT INTO t VALUES(3)"), true);
  batch.add(script("SELECT 1"));
  batch.add(script("INSERT INTO t VALUES(4)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "23505", "ok", "ok", "ok"}));
  EXPECT_EQ(rows_of(data_.database(), "SELECT position FROM hf_commits"), (Strings{"1", "2"}));
  EXPECT_EQ(logged(), (Strings{"1.0 insert t id=1", "2.0 insert t id=4"}));
  EXPECT_EQ(data_.log().durable_position(), 2);
}

TEST_F(ChangeLogTest, logs_neither_its_own_tables_nor_full_text_shadows_nor_migrations) {
  data_.migrate(
      "CREATE TABLE hf_mine(x); CREATE VIRTUAL TABLE words USING fts5(text); CREATE TABLE words_data2(x);"
      "INSERT INTO hf_mine VALUES(1); CREATE TABLE t(x); INSERT INTO t VALUES(1)");
  EXPECT_EQ(write("INSERT INTO hf_mine VALUES(2); INSERT INTO words VALUES('hello')"), "0");
  EXPECT_EQ(write("INSERT INTO words_data2 VALUES(1)"), "1");
  EXPECT_EQ(logged(), Strings{"1.0 insert words_data2 x=1"});
}

TEST_F(ChangeLogTest, never_holds_the_value_of_a_secret) {
  data_.migrate("CREATE TABLE developers(id INTEGER PRIMARY KEY, password_hash TEXT, name TEXT) STRICT");
  data_.declare(catalogue_of(
      "developers", {column("id", types::Kind::int8), column("password_hash", types::Kind::text, true),
                     column("name", types::Kind::text)}));
  write("INSERT INTO developers VALUES(1, 'hunter2', 'ann')");
  write("UPDATE developers SET password_hash = 'hunter3'");
  write("UPDATE developers SET name = 'ben'");
  write("DELETE FROM developers");
  EXPECT_EQ(logged(), (Strings{"1.0 insert developers id=1 password_hash=?! name='ann'",
                               "2.0 update developers id=1 password_hash=?! name='ann'",
                               "3.0 update developers id=1 password_hash=? name='ann'->'ben'",
                               "4.0 delete developers id=1 password_hash=?! name='ben'"}));
  EXPECT_EQ(rows_of(data_.database(),
                    "SELECT count(*) FROM hf_commits WHERE instr(records, CAST('hunter' AS BLOB))"),
            Strings{"0"});
}

TEST_F(ChangeLogTest, gives_reals_as_reals_though_sqlite_keeps_them_as_integers) {
  data_.migrate("CREATE TABLE t(r REAL, i INTEGER) STRICT");
  data_.declare(catalogue_of("t", {column("r", types::Kind::float8), column("i", types::Kind::int4)}));
  write("INSERT INTO t VALUES(1, 1)");
  write("UPDATE t SET r = 1.0, i = 2");
  EXPECT_EQ(logged(), (Strings{"1.0 insert t r=1.000000r i=1", "2.0 update t r=1.000000r i=1->2"}));
}

TEST_F(ChangeLogTest, reads_old_records_by_the_columns_of_their_time) {
  data_.migrate("CREATE TABLE t(a INTEGER, b TEXT)");
  write("INSERT INTO t VALUES(1, 'x')");
  data_.migrate("ALTER TABLE t ADD COLUMN c INTEGER");
  write("INSERT INTO t VALUES(2, 'y', 3)");
  data_.migrate("ALTER TABLE t RENAME COLUMN a TO first; ALTER TABLE t DROP COLUMN b");
  write("INSERT INTO t VALUES(4, 5)");
  data_.open();
  write("INSERT INTO t VALUES(6, 7)");
  EXPECT_EQ(logged(), (Strings{"1.0 insert t a=1 b='x'", "2.0 insert t a=2 b='y' c=3",
                               "3.0 insert t first=4 c=5", "4.0 insert t first=6 c=7"}));
  EXPECT_EQ(rows_of(data_.database(), "SELECT count(*) FROM hf_layouts"), Strings{"3"});
}

TEST_F(ChangeLogTest, writes_a_layout_again_when_the_transaction_that_brought_it_was_lost) {
  data_.migrate("CREATE TABLE t(a INTEGER PRIMARY KEY); CREATE TABLE big(b); PRAGMA max_page_count = 60");
  sql::testing::OneBatch batch(data_.database());
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO big VALUES(zeroblob(1000000))"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "53100"}));
  data_.open();
  EXPECT_EQ(logged(), Strings{"1.0 insert t a=1"});
}

TEST_F(ChangeLogTest, names_the_columns_of_a_table_made_in_the_same_transaction) {
  EXPECT_EQ(write("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 2)"), "1");
  EXPECT_EQ(logged(), Strings{"1.0 insert t a=1 b=2"});
}

TEST_F(ChangeLogTest, keeps_commits_that_are_larger_than_one_part) {
  data_.migrate("CREATE TABLE t(n INTEGER PRIMARY KEY, text TEXT)");
  write(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
      "INSERT INTO t SELECT i, hex(zeroblob(150)) FROM n");
  write("INSERT INTO t VALUES(9999, 'last')");
  EXPECT_GE(std::stoi(rows_of(data_.database(), "SELECT count(*) FROM hf_changes").front()), 3);
  const auto changes = data_.changes(0, 10);
  ASSERT_EQ(changes.size(), 3000U);  // whole commits only
  for (int i = 0; i < 3000; ++i) {
    EXPECT_EQ(changes[static_cast<std::size_t>(i)].sequence, i);
    EXPECT_EQ(changes[static_cast<std::size_t>(i)].fields[0].after.integer, i + 1);
  }
  EXPECT_EQ(logged(1), Strings{"2.0 insert t n=9999 text='last'"});
}

TEST_F(ChangeLogTest, reads_from_a_position_by_whole_commits_and_by_table) {
  data_.migrate("CREATE TABLE a(x); CREATE TABLE b(x)");
  for (int i = 1; i <= 3; ++i)
    write("INSERT INTO a VALUES(" + std::to_string(i) + "); INSERT INTO b VALUES(" + std::to_string(i) + ")");
  EXPECT_EQ(logged(1, 1), (Strings{"2.0 insert a x=2", "2.1 insert b x=2"}));
  EXPECT_EQ(logged(0, 2, {.tables = {"b"}}), (Strings{"1.1 insert b x=1", "2.1 insert b x=2"}));
  EXPECT_TRUE(logged(3).empty());
}

TEST_F(ChangeLogTest, says_when_the_log_no_longer_holds_a_position) {
  data_.migrate("CREATE TABLE a(x)");
  write("INSERT INTO a VALUES(1)");
  write("INSERT INTO a VALUES(2)");
  data_.migrate("DELETE FROM hf_commits WHERE position <= 1; UPDATE hf_log SET trimmed = 1");
  const auto read_from = [&](Position since) {
    return code_of(data_.database().read(system_session(), [&](sql::Connection& connection) -> Result<void> {
      HF_CHECK(read_changes(connection, since, 10));
      return {};
    }));
  };
  EXPECT_EQ(read_from(0), "HF013");
  EXPECT_EQ(read_from(1), "ok");
}

TEST_F(ChangeLogTest, remembers_who_when_and_for_which_request) {
  data_.migrate("CREATE TABLE a(x)");
  auto session = system_session();
  session.principal = {
      .role = "authenticated", .subject = "ann", .claims_json = "{}", .key_prefix = "hf_pub_12"};
  session.request_id = "r-1";
  EXPECT_EQ(data_.write("INSERT INTO a VALUES(1)", session), "1");
  std::vector<Commit> commits;
  EXPECT_EQ(code_of(data_.database().read(system_session(),
                                          [&](sql::Connection& connection) -> Result<void> {
                                            HF_TRY(commits, read_commits(connection, 0, 10));
                                            return {};
                                          })),
            "ok");
  ASSERT_EQ(commits.size(), 1U);
  EXPECT_EQ(commits[0].actor, "ann");
  EXPECT_EQ(commits[0].role, "authenticated");
  EXPECT_EQ(commits[0].key_prefix, "hf_pub_12");
  EXPECT_EQ(commits[0].request_id, "r-1");
  EXPECT_EQ(commits[0].at.size(), std::string("2026-01-31T12:00:00.000000Z").size());
}

TEST_F(ChangeLogTest, tells_those_who_wait_and_those_who_listen) {
  data_.migrate("CREATE TABLE a(x)");
  std::vector<Position> heard;
  auto subscription = data_.log().subscribe([&](Position position) { heard.push_back(position); });
  std::thread waiter([&] { EXPECT_EQ(data_.log().wait_beyond(0, base::Deadline::never()), 1); });
  write("INSERT INTO a VALUES(1)");
  waiter.join();
  subscription.reset();
  write("INSERT INTO a VALUES(2)");
  EXPECT_EQ(heard, std::vector<Position>{1});
  EXPECT_EQ(data_.log().wait_beyond(2, base::Deadline::after(std::chrono::milliseconds(5))), 2);
}

TEST_F(ChangeLogTest, goes_on_where_it_stood_after_it_was_closed) {
  data_.migrate("CREATE TABLE a(x)");
  write("INSERT INTO a VALUES(1)");
  data_.open();
  EXPECT_EQ(data_.log().durable_position(), 1);
  EXPECT_EQ(write("INSERT INTO a VALUES(2)"), "2");
}

TEST_F(ChangeLogTest, refuses_a_format_that_it_does_not_know) {
  data_.migrate("UPDATE hf_log SET format = 2");
  ChangeLog other;
  EXPECT_EQ(code_of(data_.database().exclusive(
                [&](sql::Connection& connection) { return other.prepare(connection); })),
            "HF012");
}

}  // namespace
}  // namespace holdfast::log
