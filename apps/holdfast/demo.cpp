#include "demo/demo.hpp"

#include <cstdio>
#include <memory>

#include "json.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

struct DemoArguments {
  std::string name;
  std::vector<std::string> files;
  bool json = false;
};

Result<std::string> import(engine::Engine& engine, const engine::VerbArguments& arguments,
                           const engine::ProgressSink& progress) {
  HF_CHECK(arguments.allow({"name", "files"}));
  demo::DemoOptions options;
  HF_TRY(options.name, arguments.text("name"));
  HF_TRY(const auto files, arguments.texts("files"));
  options.files.assign(files.begin(), files.end());
  return demo::import_demo(engine, options, progress);
}

void print(const Json& counts) {
  constexpr std::size_t kShownStanzas = 10;
  for (const auto& [what, value] : counts.members)
    if (value.kind == Json::Kind::scalar) std::printf("%-20s %s\n", what.c_str(), value.text.c_str());
  const auto& malformed = counts["malformed"].items;
  for (std::size_t i = 0; i < malformed.size() && i < kShownStanzas; ++i)
    std::fprintf(stderr, "warning %s:%s: %s\n", malformed[i]["file"].text.c_str(),
                 malformed[i]["line"].text.c_str(), malformed[i]["message"].text.c_str());
  if (malformed.size() > kShownStanzas)
    std::fprintf(stderr, "warning: and %zu more; --json has them all\n", malformed.size() - kShownStanzas);
}

int run(const Shell& shell, const DemoArguments& options) {
  std::vector<std::string> files;
  // The server that does it may have another working directory.
  for (const auto& file : options.files) files.push_back(std::filesystem::absolute(file).string());
  const auto result = shell.call("demo", Arguments().text("name", options.name).texts("files", files).json());
  if (!result.ok()) return report(result.error());
  if (options.json) {
    std::printf("%s\n", result->c_str());
    return kDone;
  }
  print(Json::parse(*result));
  return kDone;
}

}  // namespace

void declare_demo(Verb& holdfast, Shell& shell) {
  shell.verbs.add("demo", import);
  auto options = std::make_shared<DemoArguments>();
  holdfast.below("demo", "Load a blueprint's demonstration data; again changes nothing")
      .argument("NAME", options->name, "dev-portal: the Debian catalogue of this machine")
      .further_arguments("FILES", options->files, "Package indexes to read instead, in any compression")
      .flag("--json", options->json, "Print the counts as a JSON object")
      .common_options(shell)
      .examples(
          {"holdfast demo dev-portal", "holdfast demo dev-portal Packages-bookworm.xz Packages-bullseye.xz"})
      .does(shell, [&shell, options] { return run(shell, *options); });
}

}  // namespace holdfast::cli
