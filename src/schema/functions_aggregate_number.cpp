#include <array>

#include "schema/functions_call.hpp"
#include "types/interval.hpp"
#include "types/numeric.hpp"

namespace holdfast::schema::functions {
namespace {

Result<void> nothing(Call& call) {
  call.reply_null();
  return {};
}

/// Sums and averages over exact numerics; integers are numerics too.
class ExactSum : public Accumulator {
 public:
  Result<void> add(Call& row) override {
    if (!row.is_null(0)) sum_.add(row.text(0));
    return {};
  }
  Result<void> remove(Call& row) override {
    if (!row.is_null(0)) sum_.remove(row.text(0));
    return {};
  }

 protected:
  types::NumericSum sum_;
};

class NumericTotal final : public ExactSum {
 public:
  Result<void> answer(Call& call) override {
    if (sum_.count() == 0) return nothing(call);
    return reply_with(call, sum_.sum());
  }
};

class IntegerTotal final : public ExactSum {
 public:
  Result<void> answer(Call& call) override {
    if (sum_.count() == 0) return nothing(call);
    HF_TRY(const std::string total, sum_.sum());
    return reply_with(call, types::numeric_to_integer(total));
  }
};

class Average final : public ExactSum {
 public:
  Result<void> answer(Call& call) override {
    if (sum_.count() == 0) return nothing(call);
    return reply_with(call, sum_.average());
  }
};

class IntervalTotal final : public Accumulator {
 public:
  Result<void> add(Call& row) override { return move(row, 1); }
  Result<void> remove(Call& row) override { return move(row, -1); }
  Result<void> answer(Call& call) override {
    if (count_ == 0) return nothing(call);
    call.reply(types::to_string(total_));
    return {};
  }

 private:
  Result<void> move(Call& row, int direction) {
    if (row.is_null(0)) return {};
    HF_TRY(types::Interval step, types::parse_interval(row.text(0)));
    if (direction < 0) {
      HF_TRY(step, types::negate(step));
    }
    HF_TRY(total_, types::add(total_, step));
    count_ += direction;
    return {};
  }

  types::Interval total_;
  std::int64_t count_ = 0;
};

/// bool_and, bool_or: counts are enough, and windows can take rows out.
template <bool All>
class Truth final : public Accumulator {
 public:
  Result<void> add(Call& row) override { return move(row, 1); }
  Result<void> remove(Call& row) override { return move(row, -1); }
  Result<void> answer(Call& call) override {
    if (true_ + false_ == 0) return nothing(call);
    call.reply_truth(All ? false_ == 0 : true_ > 0);
    return {};
  }

 private:
  Result<void> move(Call& row, int direction) {
    if (!row.is_null(0)) (row.integer(0) != 0 ? true_ : false_) += direction;
    return {};
  }

  std::int64_t true_ = 0;
  std::int64_t false_ = 0;
};

template <class State>
std::unique_ptr<Accumulator> make() {
  return std::make_unique<State>();
}

constexpr std::array kAggregates{
    Aggregate{"pg_sum_int", 1, make<IntegerTotal>},     Aggregate{"pg_sum_bigint", 1, make<NumericTotal>},
    Aggregate{"pg_sum_numeric", 1, make<NumericTotal>}, Aggregate{"pg_avg_int", 1, make<Average>},
    Aggregate{"pg_avg_numeric", 1, make<Average>},      Aggregate{"pg_sum_interval", 1, make<IntervalTotal>},
    Aggregate{"pg_bool_and", 1, make<Truth<true>>},     Aggregate{"pg_bool_or", 1, make<Truth<false>>},
};

}  // namespace

std::span<const Aggregate> number_aggregates() { return kAggregates; }

}  // namespace holdfast::schema::functions
