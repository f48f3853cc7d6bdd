#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/rows.hpp"

HOLDFAST_NAMESPACE_BEGIN

enum class Operation : std::uint8_t { insert = 1, update = 2, erase = 3 };

/// One side of a changed row, by the names of its columns.
class Record {
 public:
  explicit Record(Rows row) : rows_(std::move(row)) {}

  [[nodiscard]] std::span<const Column> columns() const { return rows_.columns(); }
  /// As Row::get() and Row::as().
  template <class T>
  [[nodiscard]] Result<T> get(std::string_view column) const {
    return rows_[0].template get<T>(column);
  }
  template <class T>
  [[nodiscard]] Result<T> as() const {
    return rows_[0].template as<T>();
  }

 private:
  Rows rows_;
};

/// A row that a commit changed, as the caller may see it: columns that it may not read do not appear.
struct Change {
  Position position = 0;
  /// Within its commit, from 0.
  int sequence = 0;
  Timestamp at{};
  /// `apps`; `auth.users` outside the schema public.
  std::string table{};
  Operation operation = Operation::insert;
  /// None for an insert, and where policies hide that side.
  std::optional<Record> before{};
  /// None for an erase, and where policies hide that side.
  std::optional<Record> after{};
  /// Of an update. Columns that are kept secret are named here and nowhere else.
  std::vector<std::string> changed{};
  /// Who made it, for those who see every row anyway; empty for others.
  std::string actor{};
  std::string role{};
  std::string request_id{};
};

struct ChangeQuery {
  /// Changes after this position.
  Position since = 0;
  /// Empty: all.
  std::vector<std::string> tables{};
  /// A page ends with the commit that reaches so many changes, so it may hold more.
  std::size_t limit = 1000;
  /// How long to wait where there is nothing yet. An empty page is no error.
  std::chrono::milliseconds wait{0};
};

struct ChangePage {
  std::vector<Change> changes{};
  /// Everything up to here has been looked at: `since` of the next page.
  Position position = 0;
  /// There is more already.
  bool more = false;
};

namespace detail {
class FollowerInside;
}

/// A thread that hands page after page of the log to a function. The destructor stops it: when it has
/// returned, the function is not running and will not run again, unless it is the function itself that
/// destroys it, which then is the last call. Any thread.
class HOLDFAST_API Follower {
 public:
  Follower(Follower&&) noexcept;
  Follower& operator=(Follower&&) noexcept;
  ~Follower();

  /// Up to where pages have been handed over and taken.
  [[nodiscard]] Position position() const;
  /// False once it has ended: stopped, by an error, or because the store closed.
  [[nodiscard]] bool running() const;
  /// As the destructor. Gives why it had ended before, if it had: the function's error, HF013 where the log
  /// no longer holds the position, HF005 where the store closed.
  Result<void> stop();

 private:
  friend class detail::FollowerInside;
  explicit Follower(std::shared_ptr<detail::FollowerInside> inside);
  std::shared_ptr<detail::FollowerInside> inside_;  // shared with its thread
};

HOLDFAST_NAMESPACE_END
