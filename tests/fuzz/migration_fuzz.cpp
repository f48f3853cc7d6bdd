// Any text as a migration: it is translated or refused with a code, a refusal changes nothing, and what was
// translated folds to the same catalogue again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "schema/migrations.hpp"

namespace {

using namespace holdfast;

constexpr std::string_view kGround =
    "CREATE TYPE mood AS ENUM ('sad', 'happy');"
    "CREATE TABLE p (id serial PRIMARY KEY, name varchar(10) UNIQUE, m mood DEFAULT 'sad');"
    "CREATE TABLE c (id uuid PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE, n numeric(5,2) CHECK (n > "
    "0));"
    "CREATE VIEW v AS SELECT id, name FROM p;";

void must(bool holds) {
  if (!holds) std::abort();
}

schema::Catalogue ground() {
  schema::Catalogue catalogue;
  must(schema::translate_script(catalogue, "", kGround).ok());
  return catalogue;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const schema::Catalogue start = ground();
  static const std::string start_dump = schema::dump(start);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto catalogue = start;
  const auto script = schema::translate_script(catalogue, "fuzz.sql", text);
  if (!script.ok()) {
    must(!script.error().code.empty() && schema::dump(catalogue) == start_dump);
    return 0;
  }
  auto again = start;
  must(schema::translate_script(again, "fuzz.sql", text).ok());
  must(schema::dump(again) == schema::dump(catalogue));
  return 0;
}
