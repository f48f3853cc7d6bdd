#include "search/detail/text_projection.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "search/detail/index_writer.hpp"

namespace holdfast::search::detail {
namespace {

constexpr log::Position kNotBuilt = -1;

bool is_damage(const Error& error) { return error.code == "HF012"; }

/// A document that cannot be analysed is not found; its table would refuse it in PostgreSQL.
Result<std::string> terms_or_nothing(const IndexDefinition& definition, sql::ValueView document) {
  auto terms = terms_of(definition.index, document);
  if (terms.ok()) return terms;
  base::log_warning("a row cannot be indexed",
                    {{"index", definition.name}, {"error", terms.error().to_string()}});
  return std::string{};
}

std::string key_in_row(const sql::Statement& row, const IndexDefinition& definition) {
  std::vector<sql::ValueView> values;
  // A table without a key is only ever filled: its rowid tells rows apart.
  if (definition.key.empty()) values.push_back(row.column(0));
  for (int i = 0; i < static_cast<int>(definition.key.size()); ++i) values.push_back(row.column(2 + i));
  return key_text(values);
}

/// Keys of the rows that changes may have altered, each once.
std::map<std::string, std::vector<sql::Value>> touched_keys(const IndexDefinition& definition,
                                                            const std::vector<log::Change>& changes) {
  std::map<std::string, std::vector<sql::Value>> keys;
  const auto add = [&](const log::Change& change, bool after) {
    auto values = key_of(definition, change, after);
    std::vector<sql::ValueView> views;
    for (const sql::Value& value : values) views.push_back(value.view());
    keys.emplace(key_text(views), std::move(values));
  };
  for (const log::Change& change : changes) {
    if (!definition.touched_by(change)) continue;
    if (change.operation != sql::Operation::insert) add(change, false);
    if (change.operation != sql::Operation::erase) add(change, true);
  }
  return keys;
}

}  // namespace

Result<std::unique_ptr<TextProjection>> TextProjection::open(const std::filesystem::path& path) {
  HF_CHECK(IndexFile::ensure(path));
  HF_TRY(auto file, IndexFile::open(path));
  std::unique_ptr<TextProjection> projection(new TextProjection(std::move(file)));
  const base::MutexLock lock(projection->mutex_);
  auto prepared = projection->file_->check();
  if (prepared.ok()) prepared = projection->prepare_file();
  if (!prepared.ok()) {
    base::log_warning("the search index is damaged and will be built anew",
                      {{"file", path.string()}, {"error", prepared.error().to_string()}});
    HF_CHECK(projection->file_->reset());
    HF_CHECK(projection->prepare_file());
  }
  return projection;
}

Result<void> TextProjection::prepare_file() {
  return file_->execute(
      "CREATE TABLE IF NOT EXISTS hf_position(one INTEGER PRIMARY KEY CHECK(one = 1), position INTEGER NOT "
      "NULL)"
      " STRICT;"
      "CREATE TABLE IF NOT EXISTS hf_index(name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) STRICT;"
      "INSERT OR IGNORE INTO hf_position VALUES(1, -1)");
}

Result<void> TextProjection::store_position(log::Position position) {
  HF_TRY(auto statement, file_->prepare("UPDATE hf_position SET position = ?1"));
  return statement.bind(1, position).run();
}

Result<log::Position> TextProjection::applied_position() {
  const base::MutexLock lock(mutex_);
  HF_TRY(auto statement, file_->prepare("SELECT position FROM hf_position"));
  HF_TRY(const bool found, statement.step());
  return found ? statement.integer(0) : kNotBuilt;
}

std::optional<std::vector<std::string>> TextProjection::tables() {
  const base::MutexLock lock(mutex_);
  std::vector<std::string> tables;
  for (const IndexDefinition& definition : definitions_) tables.push_back(definition.table);
  return tables;
}

Result<std::map<std::string, std::string>> TextProjection::stored_fingerprints() {
  std::map<std::string, std::string> stored;
  HF_TRY(auto statement, file_->prepare("SELECT name, fingerprint FROM hf_index"));
  for (;;) {
    HF_TRY(const bool row, statement.step());
    if (!row) break;
    stored[statement.text(0)] = statement.text(1);
  }
  return stored;
}

Result<void> TextProjection::adopt(sql::Connection& connection, const schema::Catalogue& catalogue,
                                   bool fill) {
  const base::MutexLock lock(mutex_);
  HF_TRY(definitions_, read_definitions(connection, catalogue));
  const auto work = [&]() HF_REQUIRES(mutex_) -> Result<void> {
    HF_CHECK(drop_strangers());
    return make_missing(connection, fill);
  };
  const auto adopted = file_->transaction(work);
  if (adopted.ok() || !is_damage(adopted.error())) return adopted;
  HF_CHECK(file_->reset());
  HF_CHECK(prepare_file());
  return file_->transaction(work);
}

/// Indexes that are not declared, or not like this.
Result<void> TextProjection::drop_strangers() {
  HF_TRY(const auto stored, stored_fingerprints());
  HF_TRY(auto forget, file_->prepare("DELETE FROM hf_index WHERE name = ?1"));
  for (const auto& [name, fingerprint] : stored) {
    const auto declared = std::ranges::find(definitions_, name, &IndexDefinition::name);
    if (declared != definitions_.end() && declared->fingerprint == fingerprint) continue;
    HF_CHECK(drop_index(*file_, name));
    HF_CHECK(forget.bind(1, name).run());
  }
  return {};
}

Result<void> TextProjection::make_missing(sql::Connection& connection, bool fill_now) {
  HF_TRY(const auto stored, stored_fingerprints());
  for (const IndexDefinition& definition : definitions_) {
    if (stored.contains(definition.name)) continue;
    HF_CHECK(make(definition));
    HF_CHECK(fill_now ? fill(connection, definition) : store_position(kNotBuilt));
  }
  return {};
}

Result<void> TextProjection::make(const IndexDefinition& definition) {
  HF_CHECK(drop_index(*file_, definition.name));
  HF_CHECK(create_index(*file_, definition.name));
  HF_TRY(auto remember, file_->prepare("INSERT OR REPLACE INTO hf_index VALUES(?1, ?2)"));
  return remember.bind(1, definition.name).bind(2, definition.fingerprint).run();
}

Result<void> TextProjection::fill(sql::Connection& connection, const IndexDefinition& definition) {
  HF_TRY(auto writer, IndexWriter::prepare(*file_, definition.name));
  HF_TRY(auto rows, connection.prepare(definition.select("") + " ORDER BY rowid"));
  for (;;) {
    HF_TRY(const bool row, rows->step());
    if (!row) break;
    HF_TRY(const std::string terms, terms_or_nothing(definition, rows->column(1)));
    if (terms.empty()) continue;
    HF_CHECK(writer.add(rows->column(0).integer, key_in_row(*rows, definition), terms));
  }
  return optimise_index(*file_, definition.name);
}

Result<void> TextProjection::rebuild(sql::Connection& connection, log::Position at) {
  const base::MutexLock lock(mutex_);
  const auto rebuilt = rebuild_file(connection, at);
  if (rebuilt.ok() || !is_damage(rebuilt.error())) return rebuilt;
  HF_CHECK(file_->reset());
  HF_CHECK(prepare_file());
  return rebuild_file(connection, at);
}

Result<void> TextProjection::rebuild_file(sql::Connection& connection, log::Position at) {
  return file_->transaction([&]() HF_REQUIRES(mutex_) -> Result<void> {
    for (const IndexDefinition& definition : definitions_) {
      HF_CHECK(make(definition));
      HF_CHECK(fill(connection, definition));
    }
    return store_position(at);
  });
}

Result<void> TextProjection::apply(sql::Connection& connection, const std::vector<log::Change>& changes,
                                   log::Position upto) {
  const base::MutexLock lock(mutex_);
  const auto applied = file_->transaction([&]() HF_REQUIRES(mutex_) -> Result<void> {
    for (const IndexDefinition& definition : definitions_) {
      HF_CHECK(apply_to_index(connection, definition, changes));
    }
    return store_position(upto);
  });
  if (applied.ok() || !is_damage(applied.error())) return applied;
  base::log_warning("the search index is damaged and is built anew",
                    {{"error", applied.error().to_string()}});
  HF_CHECK(file_->reset());
  HF_CHECK(prepare_file());
  // The snapshot is at `upto` or after it; what is applied again later changes nothing.
  return rebuild_file(connection, upto);
}

Result<void> TextProjection::apply_to_index(sql::Connection& connection, const IndexDefinition& definition,
                                            const std::vector<log::Change>& changes) {
  const auto keys = touched_keys(definition, changes);
  if (keys.empty()) return {};
  if (definition.key.empty()) {
    HF_CHECK(clear_index(*file_, definition.name));
    return fill(connection, definition);
  }
  HF_TRY(auto writer, IndexWriter::prepare(*file_, definition.name));
  // All out first: a new row may have the rowid of one that has gone.
  for (const auto& [key, values] : keys) HF_CHECK(writer.erase(key));
  HF_TRY(auto row, connection.prepare(definition.select(definition.where_key())));
  for (const auto& [key, values] : keys) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      HF_CHECK(row->bind(static_cast<int>(i) + 1, values[i].view()));
    }
    HF_TRY(const bool found, row->step());
    if (found) {
      HF_TRY(const std::string terms, terms_or_nothing(definition, row->column(1)));
      if (!terms.empty()) HF_CHECK(writer.put(row->column(0).integer, key, terms));
    }
    row->reset();
  }
  return {};
}

}  // namespace holdfast::search::detail
