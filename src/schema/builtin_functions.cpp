#include "schema/builtin_functions.hpp"

#include <deque>
#include <map>
#include <string>

namespace holdfast::schema::detail {
namespace {

/// A deque, so that pointers to its members hold.
class FunctionTable {
 public:
  FunctionTable() {
    for (const auto rows :
         {text_function_rows(), number_function_rows(), time_function_rows(), json_function_rows(),
          array_function_rows(), session_function_rows(), search_function_rows()}) {
      add(rows, FunctionClass::scalar);
    }
    add(aggregate_rows(), FunctionClass::aggregate);
    add(window_function_rows(), FunctionClass::window);
    add(set_function_rows(), FunctionClass::set);
  }

  [[nodiscard]] FunctionOverloads find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? FunctionOverloads{} : found->second;
  }

 private:
  void add(std::span<const BuiltinRow> rows, FunctionClass kind) {
    for (auto& builtin : parse_rows(rows)) {
      builtins_.push_back(std::move(builtin));
      auto& entry = by_name_[builtins_.back().name];
      entry.kind = kind;
      entry.overloads.push_back(&builtins_.back());
    }
  }

  std::deque<Builtin> builtins_;
  std::map<std::string, FunctionOverloads, std::less<>> by_name_;
};

}  // namespace

FunctionOverloads find_builtin_function(std::string_view name) {
  static const FunctionTable table;
  return table.find(name);
}

}  // namespace holdfast::schema::detail
