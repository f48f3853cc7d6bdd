#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "contract/rest_fixture.hpp"

namespace holdfast::testing {

/// A small film archive that has every kind of relationship, on the embedded engine; spoken to through
/// records::Rest. Aggregates are on, and `Prefer: tx=` is taken.
class Cinema {
 public:
  Cinema();
  ~Cinema();
  Cinema(const Cinema&) = delete;
  Cinema& operator=(const Cinema&) = delete;

  void reopen();
  records::RestResponse send(const Portal::Call& call);

 private:
  void open();

  std::filesystem::path folder_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace holdfast::testing
