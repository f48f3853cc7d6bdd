#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/change_observer.hpp"
#include "sql/database.hpp"

namespace holdfast::log {

using sql::Position;

/// One logged row change, decoded. Values are in stored form, columns as they were named when it was written.
struct Change {
  Position position = 0;
  int sequence = 0;   ///< within the commit, from 0
  std::string table;  ///< engine name: `apps`, `auth.users`
  sql::Operation operation = sql::Operation::insert;
  struct Field {
    std::string name;
    /// As types::format_type printed it then; empty where no migration declared the table.
    std::string type{};
    sql::Value before;
    sql::Value after;
    bool changed = false;
    /// A hidden column: `changed` is all that the log knows.
    bool secret = false;
  };
  std::vector<Field> fields;
};

struct Commit {
  Position position = 0;
  std::string at;     ///< ISO 8601, UTC, to the microsecond
  std::string actor;  ///< the token's subject; empty for none
  std::string role;
  std::string key_prefix;
  std::string request_id;
};

/// Ends a subscription; when its destructor returns, the listener is not running and will not run again.
class Subscription {
 public:
  explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
  ~Subscription() { end_(); }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

 private:
  std::function<void()> end_;
};

/// The commit log: writes every change of a batch member into hf_commits and hf_changes, in the transaction
/// of the data. docs/formats/commit-log.md gives the bytes. One a database; outlives it.
class ChangeLog final : public sql::ChangeObserver {
 public:
  ChangeLog();
  ~ChangeLog() override;

  /// Makes the log's tables and reads where it stands. Call before the first write, inside exclusive().
  Result<void> prepare(sql::Connection& connection);
  /// The catalogue that names columns and marks secrets from now on. On the writer's thread or inside
  /// exclusive().
  void set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue);

  Result<void> schema_changed(sql::Connection& connection) override;
  void on_change(const sql::RowChange& change) override;
  [[nodiscard]] std::size_t mark() const override;
  void rewind(std::size_t mark) override;
  Result<Position> before_release(sql::Connection& connection, const sql::Session& session) override;
  void after_rollback() override;
  void after_commit(Position last) override;

  /// The newest durable position. Any thread.
  [[nodiscard]] Position durable_position() const;
  /// Waits until durable_position() > `position` or the deadline passes; gives the position then. Any thread.
  Position wait_beyond(Position position, base::Deadline deadline) const;
  /// Called on the writer's thread after each durable batch that logged something; must be short and must
  /// not subscribe. For good, or until the subscription goes, which the log must outlive. Any thread.
  void on_commit(std::function<void(Position)> listener);
  [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::function<void(Position)> listener) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads the log. Any connection that can read.
struct ChangeFilter {
  std::vector<std::string> tables;  ///< engine names; empty: all
};
/// Up to `limit` changes after `since` in order of (position, sequence); whole commits only, so it may give
/// more than `limit` when one commit is larger. HF013 when the log has been trimmed beyond `since`.
Result<std::vector<Change>> read_changes(sql::Connection& connection, Position since, std::size_t limit,
                                         const ChangeFilter& filter = {});
Result<std::vector<Commit>> read_commits(sql::Connection& connection, Position since, std::size_t limit);

/// The page that `GET /changes/v1?since=` answers, as JSON: `{"changes": [...], "position": p, "more":
/// bool}`. Row-level security of the session's role applies to the old and to the new row: what one may not
/// see is left out (an update that enters or leaves view shows the side that is visible). Columns that the
/// role may not read, and secrets, do not appear; secrets are listed under "changed".
Result<std::string> changes_page(sql::Connection& connection, const schema::Catalogue& catalogue,
                                 Position since, std::size_t limit, const ChangeFilter& filter);

}  // namespace holdfast::log
