#include <cstdio>
#include <memory>

#include "json.hpp"
#include "table.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

struct KeyOptions {
  std::string kind;
  std::string name;
  std::string key;
  bool json = false;
};

int create(const Shell& shell, const KeyOptions& options) {
  const auto result =
      shell.call("key.create", Arguments().text("kind", options.kind).text("name", options.name).json());
  if (!result.ok()) return report(result.error());
  if (options.json) {
    std::printf("%s\n", result->c_str());
    return kDone;
  }
  std::printf("%s\n", Json::parse(*result)["key"].text.c_str());
  std::fprintf(stderr, "This key is shown once: only its hash is stored.\n");
  return kDone;
}

int list(const Shell& shell, const KeyOptions& options) {
  const auto result = shell.call("key.list", "{}");
  if (!result.ok()) return report(result.error());
  if (options.json) {
    std::printf("%s\n", result->c_str());
    return kDone;
  }
  Table table{.columns = {"prefix", "kind", "name", "created_at", "revoked_at", "id"}, .rows = {}};
  for (const auto& key : Json::parse(*result).items) {
    auto& row = table.rows.emplace_back();
    for (const auto& column : table.columns) row.emplace_back(key[column].text);
  }
  std::fputs(to_text(table).c_str(), stdout);
  return kDone;
}

int revoke(const Shell& shell, const KeyOptions& options) {
  const auto result = shell.call("key.revoke", Arguments().text("key", options.key).json());
  if (!result.ok()) return report(result.error());
  std::printf("%s\n", options.json ? result->c_str() : ("revoked " + options.key).c_str());
  return kDone;
}

}  // namespace

void declare_key(Verb& holdfast, Shell& shell) {
  auto options = std::make_shared<KeyOptions>();
  Verb key = holdfast.below("key", "Make, list and revoke API keys");
  key.below("create", "Make a key and print it, this once")
      .required("--kind", options->kind, "publishable (anon) or service (bypasses policies)")
      .option("--name", options->name, "What it is for")
      .flag("--json", options->json, "Print {\"key\": ...}")
      .common_options(shell)
      .examples(
          {"holdfast key create --kind publishable --name web", "holdfast key create --kind service --json"})
      .does(shell, [&shell, options] { return create(shell, *options); });
  key.below("list", "List keys: prefixes, never the keys")
      .flag("--json", options->json, "Print a JSON array")
      .common_options(shell)
      .examples({"holdfast key list", "holdfast key list --json"})
      .does(shell, [&shell, options] { return list(shell, *options); });
  key.below("revoke", "Refuse a key from now on")
      .argument("KEY", options->key, "Its id, or its prefix (hf_pub_1a2b3c4d)")
      .flag("--json", options->json, "Print {\"revoked\": ...}")
      .common_options(shell)
      .examples({"holdfast key revoke hf_pub_1a2b3c4d"})
      .does(shell, [&shell, options] { return revoke(shell, *options); });
}

}  // namespace holdfast::cli
