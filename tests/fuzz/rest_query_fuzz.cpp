// The URL grammar of the REST dialect meets any bytes: no crash, no endless depth, and a shape that does not
// depend on the literals. Built by the preset `clang`.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "records/request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  for (const bool is_call : {false, true}) {
    const auto parsed = holdfast::records::parse_query(query, is_call);
    if (!parsed.ok() && parsed.error().code != "PGRST100") std::abort();
  }
  holdfast::records::RestRequest request;
  request.method = "GET";
  request.path = "/t";
  request.query = query;
  request.headers = {{"range", request.query}, {"prefer", request.query}, {"accept", request.query}};
  (void)holdfast::records::parse_request(request, {});
  return 0;
}
