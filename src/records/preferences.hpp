#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::records {

/// The `Prefer` headers of a request: https://docs.postgrest.org/en/stable/references/api/preferences.html
struct Preferences {
  enum class Resolution : std::uint8_t { merge_duplicates, ignore_duplicates };
  enum class Return : std::uint8_t { minimal, headers_only, representation };
  enum class Count : std::uint8_t { exact, planned, estimated };
  enum class Transaction : std::uint8_t { commit, rollback };
  enum class Missing : std::uint8_t { use_default, use_null };
  enum class Handling : std::uint8_t { strict, lenient };

  std::optional<Resolution> resolution{};
  std::optional<Return> returns{};
  std::optional<Count> count{};
  std::optional<Transaction> transaction{};
  std::optional<Missing> missing{};
  std::optional<Handling> handling{};
  std::optional<std::string> timezone{};
  std::optional<std::int64_t> max_affected{};
  std::vector<std::string> invalid;  ///< refused when handling=strict

  /// Rows are counted, not only estimated.
  [[nodiscard]] bool counts() const { return count.has_value() && count != Count::planned; }
  /// The planner is asked too.
  [[nodiscard]] bool estimates() const { return count.has_value() && count != Count::exact; }
  [[nodiscard]] bool wants_representation() const { return returns == Return::representation; }
  [[nodiscard]] bool is_strict() const { return handling == Handling::strict; }
};

/// `headers` are the values of all Prefer headers. Without `allow_transaction`, tx= is not taken.
[[nodiscard]] Preferences parse_preferences(const std::vector<std::string_view>& headers,
                                            bool allow_transaction);

/// The value of Preference-Applied; empty when nothing was applied.
[[nodiscard]] std::string applied(const Preferences& preferences);

}  // namespace holdfast::records
