#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sql/sqlite/sqlite_statement.hpp"

namespace holdfast::sql {

/// Prepared statements of one connection by their text; the least recently used ones go first. A text that
/// is asked for while its statement is out gets a statement of its own, which is not kept.
class StatementCache {
 public:
  explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  struct Entry {
    StatementCache* cache = nullptr;
    std::string text;
    std::unique_ptr<SqliteStatement> statement;
    bool out = false;
    /// Not kept: destroyed when it comes back.
    bool stray = false;
    std::list<Entry>::iterator self{};
  };

  /// The idle statement of this text; null without one.
  [[nodiscard]] Entry* find_idle(std::string_view text);
  /// Adopts a statement that was just prepared from `text`.
  Entry* adopt(std::string_view text, std::unique_ptr<SqliteStatement> statement);
  /// Gives it out; it comes back when the lease ends.
  [[nodiscard]] static StatementLease lease(Entry* entry);
  /// Forgets all; those that are out go when they come back.
  void clear();

 private:
  static void give_back(void* entry, Statement* statement);
  void evict();

  std::size_t capacity_;
  /// Most recently used first.
  std::list<Entry> kept_;
  std::list<Entry> strays_;
  /// The keys point into the entries.
  std::unordered_map<std::string_view, Entry*> by_text_;
};

}  // namespace holdfast::sql
