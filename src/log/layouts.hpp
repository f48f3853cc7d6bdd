#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/connection.hpp"

namespace holdfast::log {

/// What the values of a record are, in order.
struct Layout {
  struct Column {
    std::string name;
    std::string type;  ///< as types::format_type prints it; empty without a declaration
    bool secret = false;
    /// SQLite gives an integer for a REAL without a fraction.
    bool real = false;
  };
  std::int64_t id = 0;
  std::string table;
  std::vector<Column> columns;
};

/// The layouts that the writer uses: one for each table as it stands, a new one when its columns change.
/// The writer's thread only.
class LayoutBook {
 public:
  /// Reads what is on disk.
  Result<void> load(sql::Connection& connection);
  /// Reads the tables' columns as SQLite has them.
  Result<void> read_tables(sql::Connection& connection);
  void set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue);

  /// The layout of a table with so many columns; a new one is written by write_new().
  const Layout& of(std::string_view table, int columns);
  /// Writes the layouts that are not on disk yet, in the caller's transaction.
  Result<void> write_new(sql::Connection& connection);
  /// What was written is durable, or was rolled back and must be written again.
  void settle(bool durable);

 private:
  struct Entry {
    Layout layout;
    enum class State { fresh, written, durable } state = State::fresh;
  };
  struct TransparentHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  [[nodiscard]] std::vector<Layout::Column> describe(std::string_view table, int columns) const;
  Result<void> name_columns(sql::Connection& connection, Layout& layout);

  std::shared_ptr<const schema::Catalogue> catalogue_ = std::make_shared<const schema::Catalogue>();
  /// Name and declared type, by table.
  std::map<std::string, std::vector<std::pair<std::string, std::string>>, std::less<>> physical_;
  /// Never shrinks: addresses stay.
  std::deque<Entry> entries_;
  std::map<std::string, Entry*> by_signature_;
  std::unordered_map<std::string, Entry*, TransparentHash, std::equal_to<>> current_;
  bool unsettled_ = false;
};

/// The layouts of old records, read when they are first met.
class LayoutReader {
 public:
  explicit LayoutReader(sql::Connection& connection) : connection_(connection) {}
  Result<const Layout*> find(std::uint64_t id);

 private:
  sql::Connection& connection_;
  std::map<std::uint64_t, Layout> known_;
};

}  // namespace holdfast::log
