#include "records/call_plan.hpp"

#include <algorithm>
#include <set>

#include "records/bind.hpp"
#include "records/similarity.hpp"
#include "schema/access.hpp"
#include "schema/packed_rows.hpp"

namespace holdfast::records {
namespace {

using schema::Function;

struct NamedArgument {
  std::string name;
  Cell cell;
};

std::string list_names(const std::vector<NamedArgument>& arguments) {
  std::vector<std::string> names;
  for (const auto& argument : arguments) names.push_back(argument.name);
  std::ranges::sort(names);
  return join(names, ", ");
}

bool accepts(const Function& function, const std::vector<NamedArgument>& arguments) {
  std::set<std::string_view> given;
  for (const auto& argument : arguments) given.insert(argument.name);
  std::size_t met = 0;
  for (const auto& parameter : function.parameters) {
    const bool is_given = given.contains(parameter.name);
    if (!is_given && !parameter.default_value.has_value()) return false;
    if (is_given) ++met;
  }
  return met == given.size();
}

// `f(json)`: a single parameter without a name takes the whole body.
bool takes_whole_body(const Function& function, const Request& request) {
  if (request.safe_call || function.parameters.size() != 1 || !function.parameters.front().name.empty())
    return false;
  const auto kind = function.parameters.front().type.kind;
  switch (request.content_type.kind) {
    case MediaType::Kind::json:
      return kind == types::Kind::json || kind == types::Kind::jsonb;
    case MediaType::Kind::text:
      return kind == types::Kind::text;
    case MediaType::Kind::xml:
      return kind == types::Kind::xml;
    case MediaType::Kind::octets:
      return kind == types::Kind::bytea;
    default:
      return false;
  }
}

bool is_raw(const Request& request) {
  using Kind = MediaType::Kind;
  const auto kind = request.content_type.kind;
  return !request.safe_call && (kind == Kind::text || kind == Kind::xml || kind == Kind::octets);
}

std::string signature(const Function& function) {
  std::vector<std::string> parameters;
  for (const auto& p : function.parameters)
    parameters.push_back(p.name + " => " + types::format_type(p.type));
  return function.name.schema + "." + function.name.name + "(" + join(parameters, ", ") + ")";
}

class CallPlanner {
 public:
  CallPlanner(const PlanContext& context, std::string_view role, const Request& request)
      : context_(context), role_(role), request_(request) {}

  Result<PlannedCall> plan(std::string_view body, PlanCache<CallPlan>& kept) {
    HF_CHECK(read_arguments(body));
    const std::string key = kept_under();
    PlannedCall call{.plan = key.empty() ? nullptr : kept.find(key)};
    if (call.plan == nullptr) {
      HF_CHECK(make());
      call.plan =
          key.empty() ? std::make_shared<const CallPlan>(std::move(plan_)) : kept.keep(key, std::move(plan_));
    }
    HF_CHECK(check_max_affected(*call.plan->function));
    HF_TRY(call.arguments, store_arguments(*call.plan->function, body));
    return call;
  }

 private:
  // Empty where the plan is not to be kept.
  [[nodiscard]] std::string kept_under() const {
    if (request_.shape.empty()) return {};
    std::string key = std::string(role_) + '|' +
                      std::to_string(static_cast<int>(request_.content_type.kind)) +
                      (request_.safe_call ? 's' : '-') + request_.shape;
    for (const auto& argument : arguments_)
      key += '\x1d' + std::to_string(argument.name.size()) + ':' + argument.name;
    return key.size() > kLongestPlanKey ? std::string{} : key;
  }

  Result<void> make() {
    HF_TRY(plan_.function, find_function());
    const Function& function = *plan_.function;
    if (!schema::may_execute(context_.catalogue, role_, function)) {
      return Error{.code = "42501", .message = "permission denied for function " + function.name.name};
    }
    plan_.read_only = request_.safe_call || function.volatility != Function::Volatility::volatile_;
    const auto names = argument_names();
    HF_TRY(plan_.statements, schema::compile_call(context_.catalogue, role_, function, names));
    const bool writes = std::ranges::any_of(plan_.statements, &schema::CompiledQuery::writes);
    if (writes && plan_.read_only) {
      return Error{.code = "25006", .message = "cannot execute a write in a read-only transaction"};
    }
    plan_.uses_text_index = std::ranges::any_of(
        plan_.statements, [](const auto& query) { return query.sql.find("fts.") != std::string::npos; });
    if (!plan_.is_void() && !plan_.is_scalar()) HF_CHECK(plan_result(names.size()));
    return {};
  }

  // In the order of `$1`, `$2`; one without a name takes the whole body.
  [[nodiscard]] std::vector<std::string> argument_names() const {
    if (takes_whole_body(*plan_.function, request_)) return {std::string{}};
    std::vector<std::string> names;
    for (const auto& argument : arguments_) names.push_back(argument.name);
    return names;
  }

  Result<void> read_arguments(std::string_view body) {
    if (request_.safe_call) {
      for (const auto& [name, value] : request_.query.arguments) {
        arguments_.push_back({name, {.kind = Cell::Kind::text, .text = value}});
      }
      return {};
    }
    if (is_raw(request_)) return {};
    HF_TRY(auto payload, parse_payload(request_, body));
    if (payload.rows.empty()) return {};
    for (std::size_t i = 0; i < payload.columns.size(); ++i) {
      Cell& cell = payload.rows.front()[i];
      if (cell.kind == Cell::Kind::absent) cell.kind = Cell::Kind::null;
      arguments_.push_back({payload.columns[i], std::move(cell)});
    }
    return {};
  }

  Result<const Function*> find_function() {
    const auto [first, last] = context_.catalogue.functions.equal_range({request_.schema, request_.name});
    std::vector<const Function*> named;
    std::vector<const Function*> whole;
    for (auto at = first; at != last; ++at) {
      if (takes_whole_body(at->second, request_)) {
        whole.push_back(&at->second);
      } else if (!is_raw(request_) && accepts(at->second, arguments_)) {
        named.push_back(&at->second);
      }
    }
    const auto& candidates = named.empty() ? whole : named;
    if (candidates.size() == 1) return candidates.front();
    return candidates.empty() ? not_found() : ambiguous(candidates);
  }

  [[nodiscard]] Error not_found() const {
    const std::string name = request_.schema + "." + request_.name;
    const std::string names = list_names(arguments_);
    const std::string with =
        arguments_.empty() ? " without parameters"
                           : std::string(" with parameter") + (arguments_.size() > 1 ? "s " : " ") + names;
    const std::string or_whole = request_.safe_call ? "" : " or with a single unnamed json/jsonb parameter";
    Error error{.code = "PGRST202",
                .message = "Could not find the function " + name +
                           (arguments_.empty() ? " without parameters" : "(" + names + ")") +
                           " in the schema cache",
                .details = "Searched for the function " + name + with + or_whole +
                           ", but no matches were found in the schema cache."};
    std::vector<std::string> known;
    for (const auto& [qualified, function] : context_.catalogue.functions) {
      if (qualified.schema == request_.schema) known.push_back(qualified.name);
    }
    const std::string close = most_similar(request_.name, known);
    if (!close.empty())
      error.hint = "Perhaps you meant to call the function " + request_.schema + "." + close;
    return error;
  }

  static Error ambiguous(const std::vector<const Function*>& candidates) {
    std::vector<std::string> signatures;
    for (const auto* function : candidates) signatures.push_back(signature(*function));
    return {
        .code = "PGRST203",
        .message = "Could not choose the best candidate function between: " + join(signatures, ", "),
        .hint =
            "Try renaming the parameters or the function itself in the database so function overloading can "
            "be resolved"};
  }

  [[nodiscard]] Result<void> check_max_affected(const Function& function) const {
    const auto& preferences = request_.preferences;
    if (!preferences.is_strict() || !preferences.max_affected.has_value() || function.returns_set) return {};
    return Error{.code = "PGRST128",
                 .message =
                     "Function must return SETOF or TABLE when max-affected preference is used with "
                     "handling=strict"};
  }

  Result<std::vector<types::Stored>> store_arguments(const Function& function, std::string_view body) const {
    std::vector<types::Stored> stored;
    if (takes_whole_body(function, request_)) {
      const auto& type = function.parameters.front().type;
      types::Stored whole{.storage = types::Stored::Storage::blob, .bytes = std::string(body)};
      if (!type.is(types::Kind::bytea)) {
        HF_TRY(whole, types::parse(type, body));
      }
      stored.push_back(std::move(whole));
      return stored;
    }
    for (const auto& argument : arguments_) {
      const auto parameter =
          std::ranges::find(function.parameters, argument.name, &Function::Parameter::name);
      HF_TRY(auto value, stored_cell(literal_type(parameter->type), argument.cell));
      stored.push_back(std::move(value));
    }
    return stored;
  }

  // Rows of the result are a relation: the table that the function returns, or one made of its columns.
  Result<void> plan_result(std::size_t arguments) {
    const Function& function = *plan_.function;
    const schema::CompiledQuery& last = plan_.statements.back();
    schema::Table made;
    const schema::Table* table = &made;
    if (function.returns_table.has_value()) {
      table = context_.catalogue.find_table(*function.returns_table);
      if (table == nullptr)
        return Error{.code = "42P01",
                     .message = "relation \"" + function.returns_table->name + "\" does not exist"};
    } else {
      made.name = function.name;
      made.columns = function.returns_columns;
    }
    HF_TRY(auto root, plan_read(context_, request_, *table, false));
    root.range = {};
    root.trusted = true;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < last.outputs.size() && i < table->columns.size(); ++i) {
      names.push_back(schema::quote_identifier(table->columns[i].name));
    }
    const std::string rows = last.writes ? written_rows(last) : last.sql;
    root.source_sql = "WITH rest_call(" + join(names, ", ") + ") AS (" + rows + ") SELECT * FROM rest_call";
    ReadShape shape{.limited = !request_.top_range.is_all() || context_.options.max_rows > 0,
                    .counted = request_.preferences.counts()};
    for (std::size_t i = 0; i < arguments; ++i) {
      shape.leading.push_back({.source = Parameter::Source::argument, .index = static_cast<int>(i)});
    }
    if (last.writes) shape.leading = {{.source = Parameter::Source::keys}};
    HF_TRY(auto compiled, compile_read(context_.catalogue, role_, root, shape));
    plan_.result = std::move(compiled);
    return {};
  }

  // SQLite has no statement that selects from one that writes: the rows come back in as a parameter.
  static std::string written_rows(const schema::CompiledQuery& last) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < last.outputs.size(); ++i) {
      values.push_back(schema::unpacked_sql("value", i, last.outputs[i].type) + " AS c" + std::to_string(i));
    }
    return "SELECT " + join(values, ", ", "1") + " FROM json_each($1)";
  }

  const PlanContext& context_;
  std::string_view role_;
  const Request& request_;
  std::vector<NamedArgument> arguments_;
  CallPlan plan_;
};

}  // namespace

Result<PlannedCall> plan_call(const PlanContext& context, std::string_view role, const Request& request,
                              std::string_view body, PlanCache<CallPlan>& kept) {
  return CallPlanner(context, role, request).plan(body, kept);
}

}  // namespace holdfast::records
