#include "text/detail/query_builder.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::text::detail {
namespace {

using Kind = TsQuery::Kind;

std::size_t count_nodes(const TsQuery& query) {
  std::size_t nodes = 1;
  for (const TsQuery& operand : query.operands) nodes += count_nodes(operand);
  return nodes;
}

/// What is left of a query without its stop words, and how many places were lost at its ends.
struct Thinned {
  TsQuery query;
  int lost_left = 0;
  int lost_right = 0;
};

Thinned thin(TsQuery query);

Thinned thin_operator(TsQuery query) {
  Thinned left = thin(std::move(query.operands[0]));
  Thinned right = thin(std::move(query.operands[1]));
  const bool left_gone = left.query.kind == Kind::empty;
  const bool right_gone = right.query.kind == Kind::empty;
  const bool phrase = query.kind == Kind::phrase;
  const int distance = phrase ? query.distance : 0;

  if (left_gone && right_gone) {
    const int lost =
        phrase ? left.lost_left + distance + right.lost_left : std::max(left.lost_left, right.lost_left);
    return {TsQuery{}, lost, lost};
  }
  if (left_gone) {
    if (phrase) right.lost_left += left.lost_left + distance;
    return right;
  }
  if (right_gone) {
    if (phrase) left.lost_right += distance + right.lost_right;
    return left;
  }
  query.operands[0] = std::move(left.query);
  query.operands[1] = std::move(right.query);
  if (!phrase) return {std::move(query), 0, 0};
  query.distance = static_cast<std::uint16_t>(distance + left.lost_right + right.lost_left);
  return {std::move(query), left.lost_left, right.lost_right};
}

Thinned thin(TsQuery query) {
  if (query.operands.size() == 2) return thin_operator(std::move(query));
  if (query.kind != Kind::negation) return {std::move(query), 0, 0};
  Thinned inner = thin(std::move(query.operands[0]));
  if (inner.query.kind == Kind::empty) return inner;
  query.operands[0] = std::move(inner.query);
  return {std::move(query), inner.lost_left, inner.lost_right};
}

}  // namespace

int binding_of(Kind kind) {
  switch (kind) {
    case Kind::disjunction:
      return 1;
    case Kind::conjunction:
      return 2;
    case Kind::phrase:
      return 3;
    default:
      return 4;
  }
}

Error too_large() {
  return Error{.code = "54001",
               .message = "tsquery is too large",
               .details = "It has more than " + std::to_string(kMostOperands) + " words.",
               .hint = "Search for fewer words."};
}

TsQuery join(Kind kind, TsQuery left, TsQuery right, std::uint16_t distance) {
  TsQuery joined{.kind = kind};
  joined.distance = distance;
  joined.operands.reserve(2);
  joined.operands.push_back(std::move(left));
  joined.operands.push_back(std::move(right));
  return joined;
}

TsQuery without_stop_words(TsQuery query) { return thin(std::move(query)).query; }

void QueryBuilder::push_operand(TsQuery operand) {
  nodes_ += count_nodes(operand);
  if (nodes_ <= 2 * kMostOperands) operands_.push_back(std::move(operand));
}

void QueryBuilder::apply_top() {
  const Waiting top = waiting_.back();
  waiting_.pop_back();
  const std::size_t needed = top.kind == Kind::negation ? 1 : 2;
  if (operands_.size() < needed) {
    malformed_ = true;
    return;
  }
  TsQuery last = std::move(operands_.back());
  operands_.pop_back();
  if (top.kind == Kind::negation) {
    TsQuery negation{.kind = Kind::negation};
    negation.operands.push_back(std::move(last));
    operands_.push_back(std::move(negation));
    return;
  }
  operands_.back() = join(top.kind, std::move(operands_.back()), std::move(last), top.distance);
}

void QueryBuilder::apply_down_to(int binding, bool right_associative) {
  while (!waiting_.empty() && waiting_.back().kind != Kind::empty) {
    const int top = binding_of(waiting_.back().kind);
    if (right_associative ? binding >= top : binding > top) return;
    apply_top();
  }
}

void QueryBuilder::push_operator(Kind kind, std::uint16_t distance) {
  ++nodes_;
  if (nodes_ > 2 * kMostOperands) return;
  apply_down_to(binding_of(kind), kind == Kind::negation);
  waiting_.push_back({kind, distance});
}

void QueryBuilder::open() {
  waiting_.push_back({Kind::empty, 0});
  ++open_;
}

bool QueryBuilder::close() {
  apply_down_to(0, false);
  if (open_ == 0) return false;
  waiting_.pop_back();
  --open_;
  return true;
}

Result<TsQuery> QueryBuilder::finish() {
  if (nodes_ > 2 * kMostOperands) return too_large();
  apply_down_to(0, false);
  if (operands_.empty() && waiting_.empty()) return TsQuery{};
  if (malformed_ || !waiting_.empty() || operands_.size() != 1) {
    return Error{.code = "42601", .message = "malformed tsquery: an operand is missing"};
  }
  TsQuery query = std::move(operands_.back());
  operands_.clear();
  return without_stop_words(std::move(query));
}

}  // namespace holdfast::text::detail
