#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>
#include <stdlib.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"

namespace holdfast::testing {

/// The dev-portal on the embedded engine with two developers and a few apps, spoken to through records::Rest.
class Portal {
 public:
  static constexpr char kAnn[] = "00000000-0000-4000-8000-00000000000a";
  static constexpr char kBob[] = "00000000-0000-4000-8000-00000000000b";

  Portal();
  ~Portal();
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  /// Closes the data folder and opens it again.
  void reopen();

  using Headers = std::vector<std::pair<std::string, std::string>>;
  struct Call {
    std::string method = "GET";
    std::string target;
    base::Principal who{};
    std::string body{};
    Headers headers{};
  };
  records::RestResponse send(const Call& call);

  engine::Engine& engine() { return *engine_; }

  static base::Principal anon() { return {}; }
  static base::Principal developer(const std::string& id);
  static base::Principal service();

 private:
  void open();
  void fill();

  std::filesystem::path folder_;
  std::unique_ptr<engine::Engine> engine_;
};

std::string header(const records::RestResponse& response, std::string_view name);
/// `code` of an error's body; the whole body where there is none.
std::string code_of(const records::RestResponse& response);
/// JSON without blanks outside of strings.
std::string compact(std::string_view json);

}  // namespace holdfast::testing
