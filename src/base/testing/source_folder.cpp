#include "base/testing/source_folder.hpp"

namespace holdfast::base::testing {

std::filesystem::path source_folder() { return HOLDFAST_SOURCE_DIR; }

}  // namespace holdfast::base::testing
