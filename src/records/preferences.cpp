#include "records/preferences.hpp"

#include <charconv>

namespace holdfast::records {
namespace {

template <class T>
struct Word {
  std::string_view text;
  T value;
};

using P = Preferences;
constexpr Word<P::Resolution> kResolutions[] = {
    {"resolution=merge-duplicates", P::Resolution::merge_duplicates},
    {"resolution=ignore-duplicates", P::Resolution::ignore_duplicates}};
constexpr Word<P::Return> kReturns[] = {{"return=representation", P::Return::representation},
                                        {"return=minimal", P::Return::minimal},
                                        {"return=headers-only", P::Return::headers_only}};
constexpr Word<P::Count> kCounts[] = {{"count=exact", P::Count::exact},
                                      {"count=planned", P::Count::planned},
                                      {"count=estimated", P::Count::estimated}};
constexpr Word<P::Transaction> kTransactions[] = {{"tx=commit", P::Transaction::commit},
                                                  {"tx=rollback", P::Transaction::rollback}};
constexpr Word<P::Missing> kMissing[] = {{"missing=default", P::Missing::use_default},
                                         {"missing=null", P::Missing::use_null}};
constexpr Word<P::Handling> kHandlings[] = {{"handling=strict", P::Handling::strict},
                                            {"handling=lenient", P::Handling::lenient}};

// The first of several that contradict each other counts.
template <class T, std::size_t N>
bool take(std::string_view text, const Word<T> (&words)[N], std::optional<T>& into) {
  for (const auto& word : words) {
    if (word.text != text) continue;
    if (!into.has_value()) into = word.value;
    return true;
  }
  return false;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool take_open_ended(std::string_view text, Preferences& preferences) {
  constexpr std::string_view kZone = "timezone=";
  constexpr std::string_view kMax = "max-affected=";
  if (text.starts_with(kZone)) {
    if (!preferences.timezone.has_value()) preferences.timezone = text.substr(kZone.size());
    return true;
  }
  if (!text.starts_with(kMax)) return false;
  std::int64_t most = 0;
  const auto number = text.substr(kMax.size());
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), most);
  if (error == std::errc{} && end == number.data() + number.size() && !preferences.max_affected.has_value()) {
    preferences.max_affected = most;
  }
  return true;
}

void take_one(std::string_view text, bool allow_transaction, Preferences& preferences) {
  std::optional<P::Transaction> ignored;
  auto& transaction = allow_transaction ? preferences.transaction : ignored;
  if (take(text, kResolutions, preferences.resolution) || take(text, kReturns, preferences.returns) ||
      take(text, kCounts, preferences.count) || take(text, kTransactions, transaction) ||
      take(text, kMissing, preferences.missing) || take(text, kHandlings, preferences.handling) ||
      take_open_ended(text, preferences)) {
    return;
  }
  preferences.invalid.emplace_back(text);
}

template <class T, std::size_t N>
void append(std::string& out, const Word<T> (&words)[N], const std::optional<T>& value) {
  for (const auto& word : words) {
    if (!value.has_value() || word.value != *value) continue;
    if (!out.empty()) out += ", ";
    out += word.text;
  }
}

}  // namespace

Preferences parse_preferences(const std::vector<std::string_view>& headers, bool allow_transaction) {
  Preferences preferences;
  for (std::string_view header : headers) {
    while (true) {
      const auto comma = header.find(',');
      take_one(trim(header.substr(0, comma)), allow_transaction, preferences);
      if (comma == std::string_view::npos) break;
      header.remove_prefix(comma + 1);
    }
  }
  return preferences;
}

std::string applied(const Preferences& preferences) {
  std::string out;
  append(out, kResolutions, preferences.resolution);
  append(out, kMissing, preferences.missing);
  append(out, kReturns, preferences.returns);
  append(out, kCounts, preferences.count);
  append(out, kTransactions, preferences.transaction);
  append(out, kHandlings, preferences.handling);
  const auto text = [&out](const std::string& more) { out += (out.empty() ? "" : ", ") + more; };
  if (preferences.timezone.has_value()) text("timezone=" + *preferences.timezone);
  if (preferences.is_strict() && preferences.max_affected.has_value()) {
    text("max-affected=" + std::to_string(*preferences.max_affected));
  }
  return out;
}

}  // namespace holdfast::records
