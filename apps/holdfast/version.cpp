#include <cstdio>
#include <memory>

#include "verbs.hpp"

namespace holdfast::cli {
namespace {

int print(bool as_json) {
  if (as_json) {
    std::printf("{\"version\":\"%s\"}\n", HOLDFAST_VERSION);
  } else {
    std::printf("holdfast %s\n", HOLDFAST_VERSION);
  }
  return kDone;
}

}  // namespace

void declare_version(Verb& holdfast, Shell& shell) {
  auto as_json = std::make_shared<bool>(false);
  holdfast.below("version", "Print the version")
      .flag("--json", *as_json, "Print {\"version\": ...}")
      .examples({"holdfast version"})
      .does(shell, [as_json] { return print(*as_json); });
}

}  // namespace holdfast::cli
