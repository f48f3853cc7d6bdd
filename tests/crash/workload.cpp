#include "crash/workload.hpp"

#include <array>
#include <set>

namespace holdfast::crash {
namespace {

/// Keys of accounts; few, so that steps meet each other's rows.
constexpr std::uint64_t kAccounts = 12;

std::string number_of(std::uint64_t value) { return std::to_string(value); }

/// Words that the text index knows too.
std::string note(Random& random) {
  constexpr std::array<std::size_t, 6> kLengths{4, 8, 20, 60, 300, 2500};
  std::string text = "line";
  const auto words = kLengths[random() % kLengths.size()] / 4;
  for (std::size_t i = 0; i < words; ++i) text += " w" + number_of(random() % 90);
  return text;
}

class Draw {
 public:
  Draw(Random& random, std::int64_t number) : random_(random), number_(number) {}

  Step step() {
    constexpr std::array kKinds{&Draw::open_account, &Draw::open_account, &Draw::order,      &Draw::order,
                                &Draw::order,        &Draw::more_lines,   &Draw::transfer,   &Draw::transfer,
                                &Draw::reprice,      &Draw::close,        &Draw::drop_lines, &Draw::link,
                                &Draw::twice,        &Draw::overdraw,     &Draw::dangling,   &Draw::rehearsal,
                                &Draw::move_lines,   &Draw::large};
    (this->*kKinds[random_() % kKinds.size()])();
    Step made{.name = kind_ + " " + std::to_string(number_), .work = {}, .rollback = rollback_};
    if (rows_ >= 0) made.name += " rows " + std::to_string(rows_);
    made.work = [sql = std::move(sql_)](sql::Connection& connection) { return connection.execute(sql); };
    return made;
  }

 private:
  std::string account() { return number_of(1 + random_() % kAccounts); }
  /// An order that is there, mostly.
  std::string some_order() {
    return "(SELECT id FROM orders ORDER BY id LIMIT 1 OFFSET " + number_of(random_() % 6) + ")";
  }
  [[nodiscard]] std::string own_key(int part) const { return std::to_string(number_ * 10 + part); }
  std::string order_row(const std::string& key, const std::string& account) {
    return "INSERT INTO orders(id, account_id, total) VALUES(" + key + ", " + account + ", " +
           number_of(random_() % 1000) + ".5);";
  }
  std::string line_rows(const std::string& order, int count) {
    std::string sql;
    for (int part = 1; part <= count; ++part)
      sql += "INSERT INTO lines(order_id, part, note) VALUES(" + order + ", " + std::to_string(part) + ", '" +
             note(random_) + "');";
    return sql;
  }

  void open_account() {
    kind_ = "account";
    const auto key = account();
    sql_ = "INSERT INTO accounts(id, name, balance) VALUES(" + key + ", 'name " + key + "', 100);";
    sql_ += order_row(own_key(0), key) + line_rows(own_key(0), 2);
    rows_ = 4;
  }
  void order() {
    kind_ = "order";
    sql_ =
        "INSERT INTO accounts(id, name, balance) SELECT 0, 'name 0', 1000 WHERE NOT EXISTS (SELECT 1 FROM "
        "accounts WHERE id = 0);" +
        order_row(own_key(0), "0") + line_rows(own_key(0), 3) + order_row(own_key(1), "0") +
        line_rows(own_key(1), 1);
  }
  void more_lines() {
    kind_ = "lines";
    sql_ = "INSERT INTO lines(order_id, part, note) SELECT id, 100 + " + own_key(0) + ", '" + note(random_) +
           "' FROM orders;";
  }
  void transfer() {
    kind_ = "transfer";
    const auto amount = number_of(random_() % 120);
    sql_ = "UPDATE accounts SET balance = balance + " + amount + " WHERE id = " + account() +
           "; UPDATE accounts SET balance = balance - " + amount + " WHERE id = " + account() + ";";
  }
  void reprice() {
    kind_ = "reprice";
    sql_ = "UPDATE orders SET total = total * 2 + 1 WHERE id % 3 = " + number_of(random_() % 3) + ";";
  }
  void close() {
    kind_ = "close";
    sql_ = "DELETE FROM accounts WHERE id = " + account() + ";";
  }
  void drop_lines() {
    kind_ = "drop";
    sql_ = "DELETE FROM lines WHERE order_id = " + some_order() + ";";
  }
  void move_lines() {
    kind_ = "move";
    sql_ = "UPDATE lines SET part = part + 1000 + " + own_key(0) + " WHERE order_id = " + some_order() + ";";
  }
  /// The child before its parent: right at the end, and checked there.
  void link() {
    kind_ = "link";
    sql_ = "INSERT INTO links(id, order_id) VALUES(" + own_key(0) + ", " + own_key(1) +
           "); INSERT INTO accounts(id, name, balance) VALUES(" + own_key(2) + ", 'link " + own_key(2) +
           "', 1);" + order_row(own_key(1), own_key(2));
    rows_ = 3;
  }
  void twice() {
    kind_ = "twice";
    open_account();
    kind_ = "twice";
    sql_ += "INSERT INTO orders(id, account_id, total) SELECT id, account_id, 1 FROM orders WHERE id = " +
            own_key(0) + ";";
  }
  void overdraw() {
    kind_ = "overdraw";
    sql_ = "UPDATE accounts SET balance = balance + 5; UPDATE accounts SET balance = -1;";
  }
  void dangling() {
    kind_ = "dangling";
    sql_ = "INSERT INTO links(id, order_id) VALUES(" + own_key(0) + ", -1);";
  }
  void rehearsal() {
    order();
    kind_ = "rehearsal";
    rollback_ = true;
  }
  /// More than one part of the log, and more pages than a small cache holds.
  void large() {
    kind_ = "large";
    if (random_() % 8 != 0) return order();
    sql_ = "INSERT INTO accounts(id, name, balance) VALUES(" + own_key(0) + ", 'large " + own_key(0) +
           "', 1);" + order_row(own_key(0), own_key(0)) + "INSERT INTO lines(order_id, part, note) VALUES(" +
           own_key(0) + ", 1, 'line ' || hex(zeroblob(140000))), (" + own_key(0) +
           ", 2, 'line ' || hex(zeroblob(9000)));";
    rows_ = 4;
  }

  Random& random_;
  std::int64_t number_;
  std::string kind_;
  std::string sql_;
  bool rollback_ = false;
  int rows_ = -1;
};

}  // namespace

Step draw_step(Random& random, std::int64_t number) { return Draw(random, number).step(); }

bool is_refusal(const std::string& code) {
  static const std::set<std::string> kRefusals{"23505", "23503", "23514", "23502"};
  return kRefusals.contains(code);
}

}  // namespace holdfast::crash
