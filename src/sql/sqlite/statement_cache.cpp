#include "sql/sqlite/statement_cache.hpp"

namespace holdfast::sql {

StatementCache::Entry* StatementCache::find_idle(std::string_view text) {
  const auto found = by_text_.find(text);
  if (found == by_text_.end() || found->second->out) return nullptr;
  kept_.splice(kept_.begin(), kept_, found->second->self);
  return found->second;
}

StatementCache::Entry* StatementCache::adopt(std::string_view text,
                                             std::unique_ptr<SqliteStatement> statement) {
  const bool stray = by_text_.contains(text);
  auto& list = stray ? strays_ : kept_;
  list.push_front(
      {.cache = this, .text = std::string(text), .statement = std::move(statement), .stray = stray});
  auto* const entry = &list.front();
  entry->self = list.begin();
  if (!stray) {
    by_text_.emplace(entry->text, entry);
    evict();
  }
  return entry;
}

StatementLease StatementCache::lease(Entry* entry) {
  entry->out = true;
  return StatementLease(entry->statement.get(), {&give_back, entry});
}

void StatementCache::give_back(void* entry, Statement* statement) {
  auto& returned = *static_cast<Entry*>(entry);
  statement->reset();
  returned.out = false;
  if (returned.stray) returned.cache->strays_.erase(returned.self);
}

/// The newest entry stays in any case: it is about to be given out.
void StatementCache::evict() {
  for (auto entry = std::prev(kept_.end()); kept_.size() > capacity_ && entry != kept_.begin();) {
    const auto oldest = entry--;
    if (oldest->out) continue;
    by_text_.erase(oldest->text);
    kept_.erase(oldest);
  }
}

void StatementCache::clear() {
  by_text_.clear();
  for (auto entry = kept_.begin(); entry != kept_.end();) {
    const auto current = entry++;
    if (!current->out) continue;
    current->stray = true;
    strays_.splice(strays_.begin(), kept_, current);
  }
  kept_.clear();
}

}  // namespace holdfast::sql
