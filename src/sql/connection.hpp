#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sql/session.hpp"
#include "sql/value.hpp"

namespace holdfast::sql {

/// A prepared statement. Placeholders are `$1`, `$2`, ... on both engines; positions count from 1, columns
/// from 0. Belongs to the thread of its connection.
class Statement {
 public:
  virtual ~Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// The bytes of a text or blob must stay alive and unchanged until reset() or the lease ends.
  virtual Result<void> bind(int position, ValueView value) = 0;
  /// Number of parameters; `$3` alone counts as 3.
  [[nodiscard]] virtual int parameter_count() const = 0;

  /// Moves to the next row: false when there is none. Errors carry PostgreSQL's codes where the engine's
  /// error has one (23505, 23502, 23503, 23514, 57014, 53100, ...).
  virtual Result<bool> step() = 0;
  /// Back to before the first row; bindings are cleared.
  virtual void reset() = 0;

  [[nodiscard]] virtual int column_count() const = 0;
  [[nodiscard]] virtual std::string_view column_name(int column) const = 0;
  /// Valid until the next step() or reset().
  [[nodiscard]] virtual ValueView column(int column) const = 0;
  /// Rows that the last completed INSERT, UPDATE or DELETE changed.
  [[nodiscard]] virtual std::int64_t affected_rows() const = 0;

 protected:
  Statement() = default;
};

/// A statement out of the connection's cache; resets it and gives it back when it goes out of scope.
class StatementLease {
 public:
  struct Release {
    void (*release)(void* owner, Statement* statement) = nullptr;
    void* owner = nullptr;
    void operator()(Statement* statement) const {
      if (release != nullptr) release(owner, statement);
    }
  };
  explicit StatementLease(Statement* statement, Release release) : statement_(statement, release) {}
  Statement* operator->() const { return statement_.get(); }
  Statement& operator*() const { return *statement_; }

 private:
  std::unique_ptr<Statement, Release> statement_;
};

/// One connection; belongs to one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// From the cache when the same text was prepared before. One statement only.
  virtual Result<StatementLease> prepare(std::string_view sql) = 0;
  /// Runs a script of several statements whose rows are not wanted.
  virtual Result<void> execute(std::string_view script) = 0;

  /// Whom the registered functions answer for. Set by Database before each closure runs.
  [[nodiscard]] virtual const Session& session() const = 0;

 protected:
  Connection() = default;
};

}  // namespace holdfast::sql
