#include <algorithm>

#include "base/json_writer.hpp"
#include "engine/detail/builtin_verbs.hpp"
#include "engine/detail/doctor_checks.hpp"

namespace holdfast::engine::detail {
namespace {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "fail";
  }
  return "fail";
}

Result<std::string> doctor(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({}));
  Verdict worst = Verdict::ok;
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_object().key("checks").begin_array();
  for (const auto& finding : examine(engine)) {
    worst = std::max(worst, finding.verdict);
    writer.begin_object().key("check").string(finding.check).key("verdict").string(name_of(finding.verdict));
    writer.key("found").string(finding.found).key("advice").string(finding.advice).end_object();
  }
  writer.end_array().key("verdict").string(name_of(worst)).end_object();
  return json;
}

}  // namespace

void add_doctor_verb(VerbTable& table) { table.add("doctor", doctor); }

}  // namespace holdfast::engine::detail
