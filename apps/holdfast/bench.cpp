#include <cstdio>
#include <memory>

#include "base/json_writer.hpp"
#include "disk_measure.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

constexpr std::chrono::milliseconds kTimeOfEach{500};

int measure(const Shell& shell, bool as_json) {
  const auto settings = shell.settings();
  if (!settings.ok()) return report(settings.error());
  const auto measures = measure_disk(settings->data_folder, kTimeOfEach);
  if (!measures.ok()) return report(measures.error());
  if (as_json) {
    std::string json;
    base::JsonWriter writer(json);
    writer.begin_object();
    for (const auto& measure : *measures)
      writer.key(measure.what).integer(static_cast<std::int64_t>(measure.per_second));
    writer.end_object();
    std::printf("%s\n", json.c_str());
    return kDone;
  }
  for (const auto& measure : *measures)
    std::printf("%-34s %10.0f a second\n", measure.what.c_str(), measure.per_second);
  std::printf("\nThe whole program under load, beside nginx: bench/run in the source tree.\n");
  return kDone;
}

}  // namespace

void declare_bench(Verb& holdfast, Shell& shell) {
  auto as_json = std::make_shared<bool>(false);
  holdfast.below("bench", "Measure fsyncs, commits and reads on the disk of the data folder, in two seconds")
      .flag("--json", *as_json, "Print rates as a JSON object")
      .common_options(shell)
      .examples({"holdfast bench", "holdfast bench --data /var/lib/holdfast"})
      .does(shell, [&shell, as_json] { return measure(shell, *as_json); });
}

}  // namespace holdfast::cli
