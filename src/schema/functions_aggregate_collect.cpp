#include <array>
#include <deque>

#include "base/json_writer.hpp"
#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/jsonb.hpp"

namespace holdfast::schema::functions {
namespace {

/// Keeps a piece of the answer for every row; windows drop the oldest.
class Pieces : public Accumulator {
 public:
  Result<void> remove(Call& row) override {
    static_cast<void>(row);
    if (!pieces_.empty()) pieces_.pop_front();
    return {};
  }
  Result<void> answer(Call& call) override {
    if (pieces_.empty()) {
      call.reply_null();
      return {};
    }
    return joined(call);
  }

 protected:
  virtual Result<void> joined(Call& call) = 0;
  [[nodiscard]] std::string concatenated(std::string_view open, std::string_view separator,
                                         std::string_view close) const {
    std::string out(open);
    for (const auto& piece : pieces_) {
      if (&piece != &pieces_.front()) out += separator;
      out += piece;
    }
    return out.append(close);
  }
  std::deque<std::string> pieces_;
};

class ArrayItems final : public Pieces {
 public:
  Result<void> add(Call& row) override {
    const types::StoredView value = row.stored(0);
    // An aggregate over arrays makes one of more dimensions.
    if (value.storage == types::Stored::Storage::text && row.count() > 1 && row.integer(1) != 0) {
      pieces_.emplace_back(value.bytes);
    } else {
      types::append_element(pieces_.emplace_back(), value);
    }
    return {};
  }
  Result<void> joined(Call& call) override {
    call.reply(concatenated("[", ",", "]"));
    return {};
  }
};

/// json_agg and jsonb_agg keep nulls.
template <bool Binary>
class JsonItems final : public Pieces {
 public:
  Result<void> add(Call& row) override {
    HF_TRY(const types::Type type, row.type(1));
    types::append_json(pieces_.emplace_back(), type, row.stored(0));
    return {};
  }
  Result<void> joined(Call& call) override {
    if (!Binary) {
      call.reply(concatenated("[", ", ", "]"));
      return {};
    }
    HF_TRY(const types::JsonValue value, types::parse_jsonb(concatenated("[", ",", "]")));
    call.reply(types::to_string(value));
    return {};
  }
};

template <bool Binary>
class JsonMembers final : public Pieces {
 public:
  Result<void> add(Call& row) override {
    if (row.is_null(0)) return failure("22023", "field name must not be null");
    HF_TRY(const types::Type type, row.type(2));
    std::string& piece = pieces_.emplace_back();
    base::append_json_string(piece, row.text(0));
    piece += Binary ? ":" : " : ";
    types::append_json(piece, type, row.stored(1));
    return {};
  }
  Result<void> joined(Call& call) override {
    if (!Binary) {
      call.reply(concatenated("{ ", ", ", " }"));
      return {};
    }
    HF_TRY(const types::JsonValue value, types::parse_jsonb(concatenated("{", ",", "}")));
    call.reply(types::to_string(value));
    return {};
  }
};

/// string_agg: nulls are passed over; the first separator is not used.
class Strings final : public Accumulator {
 public:
  Result<void> add(Call& row) override {
    if (row.is_null(0)) return {};
    parts_.emplace_back(row.is_null(1) ? std::string_view() : row.text(1), row.text(0));
    return {};
  }
  Result<void> remove(Call& row) override {
    if (!row.is_null(0) && !parts_.empty()) parts_.pop_front();
    return {};
  }
  Result<void> answer(Call& call) override {
    if (parts_.empty()) {
      call.reply_null();
      return {};
    }
    std::string out;
    for (const auto& [separator, text] : parts_) {
      if (&text != &parts_.front().second) out += separator;
      out += text;
    }
    call.reply(out);
    return {};
  }

 private:
  std::deque<std::pair<std::string, std::string>> parts_;
};

/// The value of a sub-query that may have one row at most.
class SingleValue final : public Accumulator {
 public:
  Result<void> add(Call& row) override {
    if (count_++ > 0)
      return failure("21000", "more than one row returned by a subquery used as an expression");
    const types::StoredView value = row.stored(0);
    value_ = {value.storage, value.integer, value.real, std::string(value.bytes)};
    return {};
  }
  Result<void> remove(Call& row) override {
    static_cast<void>(row);
    --count_;
    value_ = {};
    return {};
  }
  Result<void> answer(Call& call) override {
    call.reply(value_);
    return {};
  }

 private:
  types::Stored value_;
  int count_ = 0;
};

template <class State>
std::unique_ptr<Accumulator> make() {
  return std::make_unique<State>();
}

constexpr std::array kAggregates{
    Aggregate{"pg_array_agg", 1, make<ArrayItems>},
    Aggregate{"pg_array_agg", 2, make<ArrayItems>},
    Aggregate{"pg_json_agg", 2, make<JsonItems<false>>},
    Aggregate{"pg_jsonb_agg", 2, make<JsonItems<true>>},
    Aggregate{"pg_json_object_agg", 3, make<JsonMembers<false>>},
    Aggregate{"pg_jsonb_object_agg", 3, make<JsonMembers<true>>},
    Aggregate{"pg_string_agg", 2, make<Strings>},
    Aggregate{"pg_single_value", 1, make<SingleValue>},
};

}  // namespace

std::span<const Aggregate> collecting_aggregates() { return kAggregates; }

}  // namespace holdfast::schema::functions
