#pragma once

#include <fstream>
#include <string>

#include "base/testing/temporary_folder.hpp"
#include "engine/settings.hpp"

namespace holdfast::engine::detail {

/// A throw-away folder with a small blueprint in it, and settings for a data folder beside that.
class TestBlueprint {
 public:
  TestBlueprint() {
    std::filesystem::create_directories(migrations());
    write("001_notes", "CREATE TABLE notes (id integer PRIMARY KEY, body text NOT NULL);\n",
          "DROP TABLE notes;\n");
  }
  void write(const std::string& stem, const std::string& up, const std::string& down) const {
    std::ofstream(migrations() / (stem + ".up.sql")) << up;
    std::ofstream(migrations() / (stem + ".down.sql")) << down;
  }
  [[nodiscard]] Settings settings() const {
    Settings settings;
    settings.data_folder = folder_.path() / "data";
    settings.blueprint = (folder_.path() / "notebook").string();
    return settings;
  }
  [[nodiscard]] std::filesystem::path migrations() const { return folder_.path() / "notebook/migrations"; }

 private:
  base::testing::TemporaryFolder folder_;
};

}  // namespace holdfast::engine::detail
