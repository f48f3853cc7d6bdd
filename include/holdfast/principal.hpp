#pragma once

#include <memory>
#include <string_view>

#include "holdfast/result.hpp"

HOLDFAST_NAMESPACE_BEGIN

namespace detail {
struct PrincipalInside;
}

/// For whom a call is made: the role that policies and grants are checked against, and the claims that
/// auth.uid() and auth.jwt() read. Cheap to copy; any thread.
class HOLDFAST_API Principal {
 public:
  /// The program itself: no policy, no grant and no rule of the blueprint binds it.
  [[nodiscard]] static Principal system();
  /// The role service_role: past policies, bound by the blueprint's rules.
  [[nodiscard]] static Principal service();
  /// The role anon.
  [[nodiscard]] static Principal anon();
  /// The role authenticated, with `subject` for auth.uid(). `claims_json`: further claims, an object whose
  /// `role`, where it has one, is anon, authenticated or service_role; its `sub` is `subject`. 22P02 for what
  /// is no such object, 42501 for another role.
  static Result<Principal> user(std::string_view subject, std::string_view claims_json = "{}");

  [[nodiscard]] std::string_view role() const;
  /// Empty without one.
  [[nodiscard]] std::string_view subject() const;
  [[nodiscard]] std::string_view claims_json() const;

 private:
  friend struct detail::PrincipalInside;
  explicit Principal(std::shared_ptr<const detail::PrincipalInside> inside);
  std::shared_ptr<const detail::PrincipalInside> inside_;  // shared by copies
};

HOLDFAST_NAMESPACE_END
