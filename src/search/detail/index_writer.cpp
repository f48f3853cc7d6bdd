#include "search/detail/index_writer.hpp"

#include <utility>

namespace holdfast::search::detail {
namespace {

std::string rows_of(std::string_view name) { return std::string(name) + ".rows"; }

/// `INSERT INTO t(t) VALUES('command')` is how FTS5 takes orders.
Result<void> order(IndexFile& file, std::string_view name, std::string_view command) {
  const std::string table = quote_name(name);
  return file.execute("INSERT INTO " + table + "(" + table + ") VALUES(" + quote_text(command) + ")");
}

}  // namespace

Result<void> create_index(IndexFile& file, std::string_view name) {
  const std::string rows = rows_of(name);
  return file.execute("CREATE TABLE IF NOT EXISTS " + quote_name(rows) +
                      "(row INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, terms TEXT NOT NULL) STRICT;"
                      "CREATE VIRTUAL TABLE IF NOT EXISTS " +
                      quote_name(name) + " USING fts5(terms, content=" + quote_text(rows) +
                      ", content_rowid='row', detail=none, columnsize=0, tokenize='holdfast_terms')");
}

Result<void> drop_index(IndexFile& file, std::string_view name) {
  return file.execute("DROP TABLE IF EXISTS " + quote_name(name) + "; DROP TABLE IF EXISTS " +
                      quote_name(rows_of(name)));
}

Result<void> clear_index(IndexFile& file, std::string_view name) {
  HF_CHECK(order(file, name, "delete-all"));
  return file.execute("DELETE FROM " + quote_name(rows_of(name)));
}

Result<void> optimise_index(IndexFile& file, std::string_view name) { return order(file, name, "optimize"); }

IndexWriter::IndexWriter(FileStatement find_key, FileStatement find_row, FileStatement insert_row,
                         FileStatement erase_row, FileStatement insert_terms, FileStatement erase_terms)
    : find_key_(std::move(find_key)),
      find_row_(std::move(find_row)),
      insert_row_(std::move(insert_row)),
      erase_row_(std::move(erase_row)),
      insert_terms_(std::move(insert_terms)),
      erase_terms_(std::move(erase_terms)) {}

Result<IndexWriter> IndexWriter::prepare(IndexFile& file, std::string_view name) {
  const std::string table = quote_name(name);
  const std::string rows = quote_name(rows_of(name));
  HF_TRY(auto find_key, file.prepare("SELECT row, terms FROM " + rows + " WHERE key = ?1"));
  HF_TRY(auto find_row, file.prepare("SELECT row, terms FROM " + rows + " WHERE row = ?1"));
  HF_TRY(auto insert_row, file.prepare("INSERT INTO " + rows + "(row, key, terms) VALUES(?1, ?2, ?3)"));
  HF_TRY(auto erase_row, file.prepare("DELETE FROM " + rows + " WHERE row = ?1"));
  HF_TRY(auto insert_terms, file.prepare("INSERT INTO " + table + "(rowid, terms) VALUES(?1, ?2)"));
  HF_TRY(auto erase_terms,
         file.prepare("INSERT INTO " + table + "(" + table + ", rowid, terms) VALUES('delete', ?1, ?2)"));
  return IndexWriter(std::move(find_key), std::move(find_row), std::move(insert_row), std::move(erase_row),
                     std::move(insert_terms), std::move(erase_terms));
}

Result<void> IndexWriter::add(std::int64_t row, std::string_view key, std::string_view terms) {
  HF_CHECK(insert_row_.bind(1, row).bind(2, key).bind(3, terms).run());
  return insert_terms_.bind(1, row).bind(2, terms).run();
}

Result<void> IndexWriter::put(std::int64_t row, std::string_view key, std::string_view terms) {
  HF_CHECK(erase_found(find_row_.bind(1, row)));
  HF_CHECK(erase(key));
  return add(row, key, terms);
}

Result<void> IndexWriter::erase(std::string_view key) { return erase_found(find_key_.bind(1, key)); }

Result<void> IndexWriter::erase_found(FileStatement& found) {
  HF_TRY(const bool there, found.step());
  const std::int64_t row = there ? found.integer(0) : 0;
  const std::string terms = there ? found.text(1) : std::string{};
  found.finish();
  if (!there) return {};
  HF_CHECK(erase_terms_.bind(1, row).bind(2, terms).run());
  return erase_row_.bind(1, row).run();
}

}  // namespace holdfast::search::detail
