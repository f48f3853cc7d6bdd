#pragma once

#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace holdfast::engine::detail {

enum class Verdict { ok, warn, fail };

/// One thing that the doctor looked at.
struct Finding {
  std::string check;
  Verdict verdict = Verdict::ok;
  std::string found;
  std::string advice{};  ///< what to do; empty where all is well
};

[[nodiscard]] std::vector<Finding> examine(Engine& engine);

}  // namespace holdfast::engine::detail
