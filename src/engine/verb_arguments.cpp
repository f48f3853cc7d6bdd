#include <simdjson.h>

#include <algorithm>

#include "engine/verbs.hpp"

namespace holdfast::engine {
namespace {

namespace dom = simdjson::dom;

Error wrong(std::string message) { return {.code = "HF010", .message = std::move(message)}; }

Result<std::vector<std::string>> read_list(const std::string& name, dom::array items) {
  std::vector<std::string> texts;
  for (const auto item : items) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS) return wrong("the list '" + name + "' may hold texts only");
    texts.emplace_back(text);
  }
  return texts;
}

}  // namespace

Result<VerbArguments> VerbArguments::parse(std::string_view json) {
  dom::parser parser;
  dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS)
    return wrong("arguments must be a JSON object");
  VerbArguments arguments;
  for (const auto [key, element] : object) {
    const std::string name(key);
    std::string_view text;
    std::int64_t number = 0;
    bool flag = false;
    dom::array items;
    if (element.get(text) == simdjson::SUCCESS) {
      arguments.values_[name] = std::string(text);
    } else if (element.get(number) == simdjson::SUCCESS) {
      arguments.values_[name] = number;
    } else if (element.get(flag) == simdjson::SUCCESS) {
      arguments.values_[name] = flag;
    } else if (element.get(items) == simdjson::SUCCESS) {
      HF_TRY(arguments.values_[name], read_list(name, items));
    } else {
      return wrong("the argument '" + name + "' is of a type that no verb takes");
    }
  }
  return arguments;
}

Result<void> VerbArguments::allow(std::initializer_list<std::string_view> names) const {
  for (const auto& [name, value] : values_)
    if (std::ranges::find(names, name) == names.end()) return wrong("unknown argument '" + name + "'");
  return {};
}

template <class T>
Result<T> VerbArguments::get(std::string_view name, T fallback, std::string_view wanted) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return fallback;
  if (const auto* value = std::get_if<T>(&found->second)) return *value;
  return wrong("the argument '" + std::string(name) + "' must be " + std::string(wanted));
}

Result<std::string> VerbArguments::text(std::string_view name) const {
  if (!values_.contains(name)) return wrong("the argument '" + std::string(name) + "' is missing");
  return text_or(name, {});
}

Result<std::string> VerbArguments::text_or(std::string_view name, std::string_view fallback) const {
  return get(name, std::string(fallback), "a text");
}

Result<std::int64_t> VerbArguments::integer_or(std::string_view name, std::int64_t fallback) const {
  return get(name, fallback, "a whole number");
}

Result<bool> VerbArguments::flag(std::string_view name) const { return get(name, false, "true or false"); }

Result<std::vector<std::string>> VerbArguments::texts(std::string_view name) const {
  return get(name, std::vector<std::string>{}, "a list of texts");
}

}  // namespace holdfast::engine
