#include <algorithm>
#include <array>
#include <optional>

#include "base/json_writer.hpp"
#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/jsonb.hpp"

namespace holdfast::schema::functions {
namespace {

/// One item of the aggregate's ORDER BY.
struct SortKey {
  types::Type type;
  bool descending = false;
  bool nulls_first = false;
};

/// `+>integer|-<text`: direction, place of nulls and type of each key.
Result<std::vector<SortKey>> read_keys(const Catalogue& catalogue, std::string_view text) {
  std::vector<SortKey> keys;
  while (text.size() > 2) {
    const auto end = std::min(text.find('|'), text.size());
    HF_TRY(auto type, resolve_type(catalogue, text.substr(2, end - 2)));
    keys.push_back({.type = std::move(type), .descending = text[0] == '-', .nulls_first = text[1] == '<'});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return keys;
}

types::Stored owned(types::StoredView value) {
  return {.storage = value.storage,
          .integer = value.integer,
          .real = value.real,
          .bytes = std::string(value.bytes)};
}

bool is_null(const types::Stored& value) { return value.storage == types::Stored::Storage::null; }

/// Negative, zero, positive: `left` before, beside or behind `right`.
int order(const SortKey& key, const types::Stored& left, const types::Stored& right) {
  if (is_null(left) || is_null(right)) {
    const int nulls = static_cast<int>(is_null(right)) - static_cast<int>(is_null(left));
    return key.nulls_first ? nulls : -nulls;
  }
  const int compared = types::compare(key.type, types::view_of(left), types::view_of(right));
  return key.descending ? -compared : compared;
}

struct SortedRow {
  std::string piece;
  std::string separator;
  std::vector<types::Stored> keys;
};

/// `array_agg(x ORDER BY y)` and its kin, which SQLite 3.40 lacks: called as
/// (keys, arguments of the aggregate ..., values of the keys ...).
class SortedAggregate : public Accumulator {
 public:
  Result<void> add(Call& row) override {
    if (keys_.empty()) {
      HF_TRY(keys_,
             read_keys(row.environment().catalogue == nullptr ? Catalogue() : *row.environment().catalogue,
                       row.text(0)));
    }
    SortedRow made;
    HF_TRY(const bool counts, read_piece(row, made));
    if (!counts) return {};
    const int first_key = row.count() - static_cast<int>(keys_.size());
    for (int i = first_key; i < row.count(); ++i) made.keys.push_back(owned(row.stored(i)));
    rows_.push_back(std::move(made));
    return {};
  }
  Result<void> remove(Call&) override {
    return failure("0A000", "aggregate ORDER BY is not implemented for window functions");
  }
  Result<void> answer(Call& call) override {
    if (rows_.empty()) {
      call.reply_null();
      return {};
    }
    std::ranges::stable_sort(
        rows_, [&](const SortedRow& left, const SortedRow& right) { return before(left, right); });
    return reply_rows(call);
  }

 protected:
  /// False for a row that the aggregate passes over.
  virtual Result<bool> read_piece(Call& row, SortedRow& made) = 0;
  virtual Result<void> reply_rows(Call& call) = 0;

  [[nodiscard]] std::string concatenated(std::string_view open, std::string_view separator,
                                         std::string_view close) const {
    std::string out(open);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i > 0) out += separator;
      out += rows_[i].piece;
    }
    return out.append(close);
  }
  [[nodiscard]] const std::vector<SortedRow>& rows() const { return rows_; }

 private:
  [[nodiscard]] bool before(const SortedRow& left, const SortedRow& right) const {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (const int compared = order(keys_[i], left.keys[i], right.keys[i]); compared != 0)
        return compared < 0;
    }
    return false;
  }

  std::vector<SortKey> keys_;
  std::vector<SortedRow> rows_;
};

class SortedArray final : public SortedAggregate {
  Result<bool> read_piece(Call& row, SortedRow& made) override {
    types::append_element(made.piece, row.stored(1));
    return true;
  }
  Result<void> reply_rows(Call& call) override {
    call.reply(std::string_view(concatenated("[", ",", "]")));
    return {};
  }
};

class SortedText final : public SortedAggregate {
  Result<bool> read_piece(Call& row, SortedRow& made) override {
    if (row.is_null(1)) return false;
    made.piece = row.text(1);
    if (!row.is_null(2)) made.separator = row.text(2);
    return true;
  }
  /// Each row brings the separator that stands before it.
  Result<void> reply_rows(Call& call) override {
    std::string out;
    for (std::size_t i = 0; i < rows().size(); ++i)
      out += (i == 0 ? "" : rows()[i].separator) + rows()[i].piece;
    call.reply(std::string_view(out));
    return {};
  }
};

class SortedJson : public SortedAggregate {
  Result<bool> read_piece(Call& row, SortedRow& made) override {
    HF_TRY(const types::Type type, row.type(2));
    breaks_lines_ = type.array || type.is(types::Kind::record);
    types::append_json(made.piece, type, row.stored(1));
    return true;
  }
  Result<void> reply_rows(Call& call) override {
    // PostgreSQL breaks the line between rows and between arrays.
    call.reply(std::string_view(concatenated("[", breaks_lines_ ? ", \n " : ", ", "]")));
    return {};
  }

  bool breaks_lines_ = false;
};

class SortedJsonb final : public SortedJson {
  Result<void> reply_rows(Call& call) override {
    HF_TRY(const types::JsonValue value, types::parse_jsonb(concatenated("[", ",", "]")));
    call.reply(std::string_view(types::to_string(value)));
    return {};
  }
};

/// A row as row_to_json writes it: (name, type, value, name, type, value, ...).
Result<void> row_json(Call& call) {
  std::string out = "{";
  for (int i = 0; i + 2 < call.count(); i += 3) {
    HF_TRY(const types::Type type, call.type(i + 1));
    if (i > 0) out += ',';
    base::append_json_string(out, call.text(i));
    out += ':';
    types::append_json(out, type, call.stored(i + 2));
  }
  call.reply(std::string_view(out += '}'));
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_row_json", -1, row_json, Nulls::called},
};

template <class State>
std::unique_ptr<Accumulator> make() {
  return std::make_unique<State>();
}

constexpr std::array kAggregates{
    Aggregate{"pg_sorted_array_agg", -1, make<SortedArray>},
    Aggregate{"pg_sorted_string_agg", -1, make<SortedText>},
    Aggregate{"pg_sorted_json_agg", -1, make<SortedJson>},
    Aggregate{"pg_sorted_jsonb_agg", -1, make<SortedJsonb>},
};

}  // namespace

std::span<const Aggregate> sorted_aggregates() { return kAggregates; }
std::span<const Function> row_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
