#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "schema/detail/tree.hpp"
#include "schema/migrations.hpp"
#include "schema/parse.hpp"

namespace holdfast::schema::detail {

/// One script on its way to SQLite: the catalogue that its statements change, and what they emit. The
/// functions in ddl_*.cpp are its verbs, one file a family of statements.
class Translation {
 public:
  Translation(Catalogue& catalogue, const ParsedScript& script) : catalogue_(catalogue), script_(script) {}

  [[nodiscard]] Catalogue& catalogue() { return catalogue_; }
  [[nodiscard]] const Catalogue& catalogue() const { return catalogue_; }
  [[nodiscard]] const ParsedScript& script() const { return script_; }
  [[nodiscard]] const ParsedStatement& statement() const { return *statement_; }
  void begin_statement(const ParsedStatement& statement) { statement_ = &statement; }

  void emit(std::string sql);
  /// Foreign keys must be off while the script runs.
  void mark_rebuild() { result_.rebuilds = true; }
  TranslatedScript take() { return std::move(result_); }

  /// HF003: `construct` has no faithful translation. An unknown location means the statement's start.
  [[nodiscard]] Error refuse(int location, std::string construct, std::string hint) const;
  [[nodiscard]] Error fail(std::string code, std::string message, int location = -1) const;
  /// Puts file, line and column on an error that knows only of the expression it met.
  [[nodiscard]] Error located(Error error, int location) const;
  template <class T>
  Result<T> locate(Result<T> result, int location) const {
    if (result.ok()) return result;
    return located(std::move(result).error(), location);
  }

  /// An expression over `table`'s columns in both languages.
  Result<Expression> expression(const Table& table, const Node* node) const;
  /// The same, and it must be boolean: checks, predicates, policies.
  Result<Expression> condition(const Table& table, const Node* node, std::string_view where) const;
  /// A value assigned to a column: its DEFAULT, or (with the table's columns in sight) its generation
  /// expression.
  Result<Expression> value_for(const Table& table, const Column& column, const Node* node) const;

  /// 42P01 when there is none; views too.
  Result<Table*> relation(const PgQuery__RangeVar& name);
  /// 42P01, or 42809 for a view.
  Result<Table*> table(const PgQuery__RangeVar& name);

 private:
  Result<std::optional<std::string>> constant_for(const Column& column, const Node* node) const;

  Catalogue& catalogue_;
  const ParsedScript& script_;
  const ParsedStatement* statement_ = nullptr;
  TranslatedScript result_;
};

}  // namespace holdfast::schema::detail
