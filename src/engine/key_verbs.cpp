#include "auth/api_keys.hpp"
#include "auth/tokens.hpp"
#include "base/json_writer.hpp"
#include "engine/detail/builtin_verbs.hpp"

namespace holdfast::engine::detail {
namespace {

constexpr std::int64_t kLongestTokenSeconds = 10LL * 365 * 24 * 3600;

std::string_view name_of(auth::KeyKind kind) {
  return kind == auth::KeyKind::service ? "service" : "publishable";
}

Result<std::string> create_key(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({"kind", "name"}));
  HF_TRY(const auto kind_text, arguments.text("kind"));
  HF_TRY(const auto name, arguments.text_or("name", ""));
  if (kind_text != "publishable" && kind_text != "service")
    return Error{.code = "HF010",
                 .message = "a key cannot be of the kind '" + kind_text + "'",
                 .hint = "Kinds are publishable and service."};
  const auto kind = kind_text == "service" ? auth::KeyKind::service : auth::KeyKind::publishable;
  HF_TRY(const std::string key, auth::create_api_key(engine.database(), engine.secrets(), kind, name));
  std::string json;
  base::JsonWriter(json)
      .begin_object()
      .key("key")
      .string(key)
      .key("kind")
      .string(kind_text)
      .key("name")
      .string(name)
      .end_object();
  return json;
}

Result<std::string> list_keys(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({}));
  HF_TRY(const auto keys, auth::list_api_keys(engine.database()));
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_array();
  for (const auto& key : keys) {
    writer.begin_object().key("id").string(key.id).key("kind").string(name_of(key.kind));
    writer.key("name").string(key.name).key("prefix").string(key.prefix);
    writer.key("created_at").string(key.created_at).key("revoked_at");
    key.revoked_at.empty() ? writer.null() : writer.string(key.revoked_at);
    writer.end_object();
  }
  writer.end_array();
  return json;
}

Result<std::string> revoke_key(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({"key"}));
  HF_TRY(const auto key, arguments.text("key"));
  HF_CHECK(auth::revoke_api_key(engine.database(), key));
  engine.authenticator().forget_keys();
  std::string json;
  base::JsonWriter(json).begin_object().key("revoked").string(key).end_object();
  return json;
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hex = std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string_view::npos;
    if (kShape[i] == '-' ? text[i] != '-' : !hex) return false;
  }
  return true;
}

Result<std::string> create_token(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({"sub", "role", "ttl_seconds"}));
  HF_TRY(const auto subject, arguments.text("sub"));
  HF_TRY(const auto role, arguments.text_or("role", base::kAuthenticatedRole));
  HF_TRY(const auto ttl, arguments.integer_or("ttl_seconds", 3600));
  if (!is_uuid(subject))
    return Error{
        .code = "HF010",
        .message = "the subject '" + subject + "' is not a uuid",
        .hint = "Policies compare auth.uid() with it: give the id of a row, for example of developers."};
  if (ttl > kLongestTokenSeconds)
    return Error{.code = "HF010", .message = "a token may live for ten years at most"};
  HF_TRY(const std::string token,
         auth::create_token(engine.secrets(), subject, role, std::chrono::seconds(ttl),
                            engine.settings().jwt_audience));
  std::string json;
  base::JsonWriter(json)
      .begin_object()
      .key("token")
      .string(token)
      .key("expires_in")
      .integer(ttl)
      .end_object();
  return json;
}

}  // namespace

void add_key_verbs(VerbTable& table) {
  table.add("key.create", create_key);
  table.add("key.list", list_keys);
  table.add("key.revoke", revoke_key);
}

void add_token_verb(VerbTable& table) { table.add("token.create", create_token); }

}  // namespace holdfast::engine::detail
