#include <cstdio>
#include <memory>

#include "json.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

int examine(const Shell& shell, bool as_json) {
  const auto result = shell.call("doctor", "{}");
  if (!result.ok()) return report(result.error());
  const Json findings = Json::parse(*result);
  if (as_json) {
    std::printf("%s\n", result->c_str());
  } else {
    for (const auto& finding : findings["checks"].items) {
      std::printf("%-4s  %-16s %s\n", finding["verdict"].text.c_str(), finding["check"].text.c_str(),
                  finding["found"].text.c_str());
      if (!finding["advice"].text.empty()) std::printf("      -> %s\n", finding["advice"].text.c_str());
    }
  }
  return findings["verdict"].text == "fail" ? kFoundWrong : kDone;
}

}  // namespace

void declare_doctor(Verb& holdfast, Shell& shell) {
  auto as_json = std::make_shared<bool>(false);
  holdfast.below("doctor", "Look at a data folder: what is well, what is not, and what to do")
      .flag("--json", *as_json, "Print {\"checks\": [...], \"verdict\": \"ok|warn|fail\"}")
      .common_options(shell)
      .examples({"holdfast doctor", "holdfast doctor --json --data /var/lib/holdfast"})
      .does(shell, [&shell, as_json] { return examine(shell, *as_json); });
}

}  // namespace holdfast::cli
