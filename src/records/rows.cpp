#include "records/rows.hpp"

#include "base/memory_budget.hpp"
#include "records/output_zone.hpp"

namespace holdfast::records {
namespace {

using Storage = types::Stored::Storage;

/// Counts an answer that grows, now and then.
class GrowingMemory {
 public:
  /// `bytes`: the memory that it has.
  Result<void> see(std::size_t bytes) {
    if (bytes == seen_ || bytes < kStep) return {};
    seen_ = bytes;
    // Its next growth will copy it.
    if (share_.resize(bytes + bytes / 2)) return {};
    return base::request_memory().exhausted(bytes + bytes / 2);
  }

 private:
  static constexpr std::size_t kStep = 256U << 10U;
  base::MemoryShare share_;
  std::size_t seen_ = 0;
};

void append_json_row(std::string& out, const sql::Statement& row, const std::vector<OutputColumn>& columns,
                     const std::optional<types::TimeZone>& zone) {
  out += '{';
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    out += columns[i].key;
    const auto value = stored_view(row.column(static_cast<int>(i)));
    if (value.storage == Storage::null) {
      out += "null";
    } else if (columns[i].is_json) {
      out += value.bytes;
    } else if (zone.has_value() && columns[i].type.is(types::Kind::timestamptz)) {
      append_json_in_zone(out, *zone, value);
    } else {
      types::append_json(out, columns[i].type, value);
    }
  }
  out += '}';
}

// As PostgreSQL writes a field of a row.
void append_csv_field(std::string& out, std::string_view text) {
  constexpr std::string_view kSpecial = "\"\\(), \t\r\n\v\f";
  if (!text.empty() && text.find_first_of(kSpecial) == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += c;
    out += c;
  }
  out += '"';
}

void append_csv_row(std::string& out, const sql::Statement& row, const std::vector<OutputColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    const auto value = stored_view(row.column(static_cast<int>(i)));
    if (value.storage == Storage::null) continue;
    std::string text;
    if (columns[i].is_json) {
      text = value.bytes;
    } else {
      types::append_text(text, columns[i].type, value);
    }
    append_csv_field(out, text);
  }
}

Result<RowsText> write_csv(sql::Statement& statement, const std::vector<OutputColumn>& columns) {
  RowsText text;
  for (const auto& column : columns) text.body += (text.body.empty() ? "" : ",") + column.name;
  std::string rows;
  GrowingMemory memory;
  while (true) {
    HF_TRY(const bool more, statement.step());
    if (!more) break;
    rows += '\n';
    append_csv_row(rows, statement, columns);
    ++text.rows;
    HF_CHECK(memory.see(rows.capacity()));
  }
  // The header comes from the rows, as in PostgREST: without rows there is none.
  if (text.rows == 0) text.body.clear();
  text.body += text.rows == 0 ? "\n" : rows;
  return text;
}

// Walks JSON text that we have written ourselves: it is well formed.
class NullStripper {
 public:
  explicit NullStripper(std::string_view json) : json_(json) {}

  std::string strip() {
    value();
    return std::move(out_);
  }

 private:
  void blanks() {
    while (at_ < json_.size() && std::string_view(" \t\r\n").find(json_[at_]) != std::string_view::npos)
      ++at_;
  }

  void string() {
    const std::size_t start = at_++;
    while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
    ++at_;
    out_ += json_.substr(start, at_ - start);
  }

  void value() {
    blanks();
    if (at_ >= json_.size()) return;
    const char first = json_[at_];
    if (first == '{' || first == '[') {
      container(first);
    } else if (first == '"') {
      string();
    } else {
      while (at_ < json_.size() &&
             std::string_view(",]} \t\r\n").find(json_[at_]) == std::string_view::npos) {
        out_ += json_[at_++];
      }
    }
    blanks();
  }

  void container(char open) {
    const char close = open == '{' ? '}' : ']';
    out_ += open;
    ++at_;
    bool first = true;
    for (blanks(); at_ < json_.size() && json_[at_] != close; blanks()) {
      const std::size_t before = out_.size();
      if (!first) out_ += ',';
      if (open == '[') {
        value();
        first = false;
      } else if (member()) {
        first = false;
      } else {
        out_.resize(before);
      }
      if (at_ < json_.size() && json_[at_] == ',') ++at_;
    }
    ++at_;
    out_ += close;
  }

  bool member() {
    string();
    blanks();
    out_ += ':';
    ++at_;
    const std::size_t start = out_.size();
    value();
    return out_.compare(start, std::string::npos, "null") != 0;
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

Error not_singular(std::int64_t rows) {
  return {.code = "PGRST116",
          .message = "Cannot coerce the result to a single JSON object",
          .details = "The result contains " + std::to_string(rows) + " rows"};
}

std::string strip_nulls(std::string_view json) { return NullStripper(json).strip(); }

Result<RowsText> write_rows(sql::Statement& statement, const std::vector<OutputColumn>& columns,
                            const OutputForm& form) {
  const MediaType& format = form.media;
  if (format.kind == MediaType::Kind::csv) return write_csv(statement, columns);
  RowsText text;
  GrowingMemory memory;
  const bool single = format.kind == MediaType::Kind::json_object;
  constexpr std::size_t kUsualBytes = 512;
  text.body.reserve(kUsualBytes);
  if (!single) text.body = '[';
  while (true) {
    HF_TRY(const bool more, statement.step());
    if (!more) break;
    if (text.rows++ > 0) {
      if (single) continue;
      text.body += ",\n ";
    }
    append_json_row(text.body, statement, columns, form.zone);
    HF_CHECK(memory.see(text.body.capacity()));
  }
  if (single && text.rows != 1) return not_singular(text.rows);
  if (!single) text.body += ']';
  if (format.strip_nulls) text.body = strip_nulls(text.body);
  return text;
}

Result<RowsText> read_rows(sql::Connection& connection, const CompiledRead& read, const BindSources& sources,
                           const OutputForm& form) {
  HF_TRY(const auto values, bind_values(read.rows.parameters, sources));
  HF_TRY(auto statement, connection.prepare(read.rows.sql));
  HF_CHECK(bind_all(*statement, values));
  return write_rows(*statement, read.columns, form);
}

}  // namespace holdfast::records
