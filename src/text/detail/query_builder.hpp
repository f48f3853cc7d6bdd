#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "text/tsquery.hpp"

namespace holdfast::text::detail {

/// More operands than this are refused: trees are walked recursively.
constexpr std::size_t kMostOperands = 4096;
[[nodiscard]] Error too_large();

/// Builds a query's tree from operands and operators as they are read; operators wait until one that binds
/// less tightly comes. An operand of kind empty stands for a stop word and is taken out at the end.
class QueryBuilder {
 public:
  void push_operand(TsQuery operand);
  void push_operator(TsQuery::Kind kind, std::uint16_t distance = 1);
  void open();
  /// False without an open parenthesis.
  [[nodiscard]] bool close();
  [[nodiscard]] bool has_open() const { return open_ > 0; }
  /// The query, without stop words; kind empty when nothing is left. 54001 when it is too large, 42601 when
  /// operators and operands do not fit.
  Result<TsQuery> finish();

 private:
  struct Waiting {
    TsQuery::Kind kind;  ///< empty: an open parenthesis
    std::uint16_t distance;
  };
  void apply_top();
  void apply_down_to(int binding, bool right_associative);

  std::vector<TsQuery> operands_;
  std::vector<Waiting> waiting_;
  std::size_t nodes_ = 0;
  std::size_t open_ = 0;
  bool malformed_ = false;
};

/// How tightly an operator binds: 1 for `|` to 4 for `!`.
[[nodiscard]] int binding_of(TsQuery::Kind kind);

[[nodiscard]] TsQuery join(TsQuery::Kind kind, TsQuery left, TsQuery right, std::uint16_t distance = 1);

/// Takes stop words out: a phrase around one keeps the distance between what is left.
[[nodiscard]] TsQuery without_stop_words(TsQuery query);

}  // namespace holdfast::text::detail
