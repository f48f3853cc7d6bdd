#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/progress.hpp"

namespace holdfast::engine {

/// The arguments of a verb: a flat JSON object of texts, whole numbers, booleans and lists of texts.
/// Errors are HF010 and name the argument.
class VerbArguments {
 public:
  static Result<VerbArguments> parse(std::string_view json);

  /// Refuses what is not among `names`.
  Result<void> allow(std::initializer_list<std::string_view> names) const;
  Result<std::string> text(std::string_view name) const;
  Result<std::string> text_or(std::string_view name, std::string_view fallback) const;
  Result<std::int64_t> integer_or(std::string_view name, std::int64_t fallback) const;
  /// False where it is not given.
  Result<bool> flag(std::string_view name) const;
  /// Empty where it is not given.
  Result<std::vector<std::string>> texts(std::string_view name) const;

 private:
  using Value = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

  template <class T>
  Result<T> get(std::string_view name, T fallback, std::string_view wanted) const;
  std::map<std::string, Value, std::less<>> values_;
};

/// What a verb does, in the process that has the data folder open. Gives its result as JSON. Any thread.
using VerbHandler = std::function<Result<std::string>(Engine& engine, const VerbArguments& arguments,
                                                      const ProgressSink& progress)>;

/// The verbs that a process knows: those of this room, and what an application adds.
class VerbTable {
 public:
  /// migrate.*, key.*, token.create, sql, doctor: docs/reference/control.md.
  VerbTable();

  void add(std::string name, VerbHandler handler);
  /// Null when there is none of this name.
  [[nodiscard]] const VerbHandler* find(std::string_view name) const;

 private:
  std::map<std::string, VerbHandler, std::less<>> handlers_;
};

}  // namespace holdfast::engine
