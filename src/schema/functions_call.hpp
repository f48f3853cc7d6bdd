#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/session.hpp"
#include "types/codec.hpp"
#include "types/type.hpp"

struct sqlite3;
struct sqlite3_context;
struct sqlite3_value;

namespace holdfast::schema::functions {

/// What every registered function may know. Shared by the functions of one connection.
struct Environment {
  const sql::Session* session;
  std::shared_ptr<const Catalogue> catalogue;
};

/// One call of a function: its arguments in stored form, and its answer. Views live as long as the call.
class Call {
 public:
  Call(sqlite3_context* context, int count, sqlite3_value** values, const Environment& environment)
      : context_(context), count_(count), values_(values), environment_(environment) {}

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] const sql::Session& session() const { return *environment_.session; }
  [[nodiscard]] const Environment& environment() const { return environment_; }
  [[nodiscard]] bool is_null(int i) const;
  [[nodiscard]] bool any_null() const;
  [[nodiscard]] bool is_text(int i) const;
  [[nodiscard]] std::int64_t integer(int i) const;
  [[nodiscard]] double real(int i) const;
  [[nodiscard]] std::string_view text(int i) const;
  [[nodiscard]] types::StoredView stored(int i) const;
  /// The type that argument `i` names; read once a statement where the name is constant. 42704.
  [[nodiscard]] Result<types::Type> type(int i) const;

  void reply(std::int64_t value);
  void reply(double value);
  void reply(std::string_view value);
  void reply(const types::Stored& value);
  void reply_truth(bool value) { reply(static_cast<std::int64_t>(value ? 1 : 0)); }
  void reply_null();
  void raise(const Error& error);

  [[nodiscard]] sqlite3_context* context() const { return context_; }

 private:
  sqlite3_context* context_;
  int count_;
  sqlite3_value** values_;
  const Environment& environment_;
};

/// Answers with what a Result holds, or passes its error on.
template <class Value>
Result<void> reply_with(Call& call, Result<Value> result) {
  if (!result) return std::move(result).error();
  if constexpr (std::is_same_v<Value, bool>) {
    call.reply_truth(*result);
  } else {
    call.reply(*result);
  }
  return {};
}

[[nodiscard]] Error failure(std::string_view code, std::string message, std::string hint = {});
/// `numeric(10,2)`, `text[]`, `public.mood`: a type by the name that format_type prints. 42704.
[[nodiscard]] Result<types::Type> resolve_type(const Catalogue& catalogue, std::string_view name);

enum class Nulls : std::uint8_t {
  strict,  ///< a null argument gives null
  called,  ///< the body sees them
};
enum class Stability : std::uint8_t {
  constant,  ///< the same arguments give the same answer within a statement: SQLite asks once
  varying,
};

struct Function {
  const char* name;
  int arguments;  ///< -1: any number
  Result<void> (*body)(Call&);
  Nulls nulls = Nulls::strict;
  Stability stability = Stability::constant;
};

/// The state of one aggregate. Windows take rows out again in the order in which they came.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  virtual Result<void> add(Call& row) = 0;
  virtual Result<void> remove(Call& row) = 0;
  virtual Result<void> answer(Call& call) = 0;
};

struct Aggregate {
  const char* name;
  int arguments;
  std::unique_ptr<Accumulator> (*make)();
};

// One table an area.
[[nodiscard]] std::span<const Function> session_functions();
[[nodiscard]] std::span<const Function> sequence_functions();
[[nodiscard]] std::span<const Function> type_functions();
[[nodiscard]] std::span<const Function> number_functions();
[[nodiscard]] std::span<const Function> numeric_functions();
[[nodiscard]] std::span<const Function> text_functions();
[[nodiscard]] std::span<const Function> pattern_functions();
[[nodiscard]] std::span<const Function> time_functions();
[[nodiscard]] std::span<const Function> interval_functions();
[[nodiscard]] std::span<const Function> json_functions();
[[nodiscard]] std::span<const Function> json_text_functions();
[[nodiscard]] std::span<const Function> json_build_functions();
[[nodiscard]] std::span<const Function> array_functions();
[[nodiscard]] std::span<const Function> text_search_functions();
[[nodiscard]] std::span<const Function> row_functions();
[[nodiscard]] std::span<const Aggregate> number_aggregates();
[[nodiscard]] std::span<const Aggregate> collecting_aggregates();
[[nodiscard]] std::span<const Aggregate> sorted_aggregates();

/// pg_numeric, one collation an enum, and `pg_order TYPE` when a statement asks for it.
Result<void> register_collations(sqlite3* connection, const std::shared_ptr<const Environment>& environment);

}  // namespace holdfast::schema::functions
