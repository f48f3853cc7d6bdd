#include <simdjson.h>

#include <array>

#include "base/json_writer.hpp"
#include "library/outward.hpp"
#include "library/principal_inside.hpp"

namespace holdfast::v0 {
namespace {

namespace dom = simdjson::dom;

constexpr std::array<std::string_view, 3> kRoles{base::kAnonRole, base::kAuthenticatedRole,
                                                 base::kServiceRole};

base::Principal of_role(const char* role) {
  return {.role = role,
          .subject = {},
          .claims_json = std::string(R"({"role":")") + role + "\"}",
          .key_prefix = {}};
}

base::Error no_claims(std::string details) {
  return {.code = "22P02",
          .message = "claims must be a JSON object",
          .details = std::move(details),
          .hint = R"(For example {"org":"acme"}.)"};
}

base::Result<std::string> role_in(dom::object claims) {
  dom::element given;
  if (claims["role"].get(given) != simdjson::SUCCESS) return std::string(base::kAuthenticatedRole);
  std::string_view role;
  if (given.get(role) != simdjson::SUCCESS) return no_claims("Their role is no text.");
  for (const auto known : kRoles)
    if (known == role) return std::string(role);
  return base::Error{.code = "42501",
                     .message = "a principal may not have the role \"" + std::string(role) + '"',
                     .hint = "anon, authenticated and service_role are known."};
}

/// The claims with this subject and role in place of theirs.
std::string with_identity(dom::object claims, std::string_view subject, std::string_view role) {
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_object().key("sub").string(subject).key("role").string(role);
  for (const auto [key, value] : claims)
    if (key != "sub" && key != "role") writer.key(key).raw(simdjson::minify(value));
  writer.end_object();
  return json;
}

base::Result<base::Principal> principal_of(std::string_view subject, std::string_view claims_json) {
  dom::parser parser;
  dom::object claims;
  if (const auto problem = parser.parse(claims_json.data(), claims_json.size()).get(claims);
      problem != simdjson::SUCCESS)
    return no_claims(simdjson::error_message(problem));
  HF_TRY(auto role, role_in(claims));
  auto json = with_identity(claims, subject, role);
  return base::Principal{.role = std::move(role),
                         .subject = std::string(subject),
                         .claims_json = std::move(json),
                         .key_prefix = {}};
}

}  // namespace

Principal::Principal(std::shared_ptr<const detail::PrincipalInside> inside) : inside_(std::move(inside)) {}

Principal Principal::system() { return detail::PrincipalInside::make(base::Principal::system()); }
Principal Principal::service() { return detail::PrincipalInside::make(of_role(base::kServiceRole)); }
Principal Principal::anon() { return detail::PrincipalInside::make(of_role(base::kAnonRole)); }

Result<Principal> Principal::user(std::string_view subject, std::string_view claims_json) {
  auto made = library::guarded([&] { return principal_of(subject, claims_json); });
  if (!made.ok()) return library::outward(std::move(made).error());
  return detail::PrincipalInside::make(*std::move(made));
}

std::string_view Principal::role() const { return inside_->session.principal.role; }
std::string_view Principal::subject() const { return inside_->session.principal.subject; }
std::string_view Principal::claims_json() const { return inside_->session.principal.claims_json; }

}  // namespace holdfast::v0
