#include <cstdio>
#include <memory>

#include "engine/detail/setting_values.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

struct TokenOptions {
  std::string subject;
  std::string role = "authenticated";
  std::string ttl = "1h";
  bool json = false;
};

int create(const Shell& shell, const TokenOptions& options) {
  const auto ttl = engine::detail::parse_duration(options.ttl);
  if (!ttl || ttl->count() < 1000)
    return report({.code = "HF010",
                   .message = "--ttl cannot be '" + options.ttl + "'",
                   .hint = "Give a time of at least a second, for example 90s, 15m, 1h or 7d."});
  const auto result = shell.call("token.create", Arguments()
                                                     .text("sub", options.subject)
                                                     .text("role", options.role)
                                                     .number("ttl_seconds", ttl->count() / 1000)
                                                     .json());
  if (!result.ok()) return report(result.error());
  std::printf("%s\n", options.json ? result->c_str() : Json::parse(*result)["token"].text.c_str());
  return kDone;
}

}  // namespace

void declare_token(Verb& holdfast, Shell& shell) {
  auto options = std::make_shared<TokenOptions>();
  holdfast.below("token", "Make signed tokens for trying policies")
      .below("create", "Print a signed token (ES256)")
      .required("--sub", options->subject, "Whose: the uuid that auth.uid() gives")
      .option("--role", options->role, "anon, authenticated or service_role")
      .option("--ttl", options->ttl, "How long it is valid: 90s, 15m, 1h, 7d")
      .flag("--json", options->json, "Print {\"token\": ..., \"expires_in\": seconds}")
      .common_options(shell)
      .examples({"holdfast token create --sub 1b671a64-40d5-491e-99b0-da01ff1f3341",
                 "TOKEN=$(holdfast token create --sub \"$ID\" --role authenticated --ttl 1h)"})
      .does(shell, [&shell, options] { return create(shell, *options); });
}

}  // namespace holdfast::cli
