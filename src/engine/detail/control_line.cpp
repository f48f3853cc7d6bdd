#include "engine/detail/control_line.hpp"

#include <simdjson.h>

#include <algorithm>

#include "base/json_writer.hpp"

namespace holdfast::engine::detail {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kResultStart = R"({"result":)";

/// In JSON a line end can only stand where a blank may.
std::string on_one_line(std::string_view json) {
  std::string text(json);
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  return text;
}

std::string text_of(dom::object object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::uint64_t number_of(dom::object object, std::string_view name) {
  std::uint64_t number = 0;
  return object[name].get(number) == simdjson::SUCCESS ? number : 0;
}

Error no_reply() {
  return {.code = "HF012",
          .message = "the server's answer cannot be read",
          .hint = "The server may be of another version than this program."};
}

}  // namespace

std::string request_line(const ControlRequest& request) {
  std::string line;
  base::JsonWriter(line)
      .begin_object()
      .key("verb")
      .string(request.verb)
      .key("arguments")
      .raw(on_one_line(request.arguments_json))
      .end_object();
  return line;
}

std::string progress_line(const Progress& progress) {
  std::string line;
  base::JsonWriter(line)
      .begin_object()
      .key("progress")
      .begin_object()
      .key("what")
      .string(progress.what)
      .key("done")
      .integer(static_cast<std::int64_t>(progress.done))
      .key("total")
      .integer(static_cast<std::int64_t>(progress.total))
      .end_object()
      .end_object();
  return line;
}

std::string result_line(std::string_view result_json) {
  return std::string(kResultStart) + on_one_line(result_json) + "}";
}

std::string error_line(const Error& error) {
  std::string line;
  base::JsonWriter writer(line);
  writer.begin_object().key("error").begin_object().key("code").string(error.code);
  writer.key("message").string(error.message).key("details").string(error.details);
  writer.key("hint").string(error.hint).end_object().end_object();
  return line;
}

Result<ControlRequest> parse_request(std::string_view line) {
  dom::parser parser;
  dom::object object;
  dom::object arguments;
  std::string_view verb;
  if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS ||
      object["verb"].get(verb) != simdjson::SUCCESS ||
      object["arguments"].get(arguments) != simdjson::SUCCESS)
    return Error{.code = "HF010",
                 .message = "the request cannot be read",
                 .hint = R"(Send one line: {"verb":"...","arguments":{...}})"};
  return ControlRequest{.verb = std::string(verb), .arguments_json = simdjson::minify(arguments)};
}

Result<Reply> parse_reply(std::string_view line) {
  if (line.starts_with(kResultStart) && line.ends_with('}'))
    return Reply(
        ResultText{std::string(line.substr(kResultStart.size(), line.size() - kResultStart.size() - 1))});
  dom::parser parser;
  dom::object object;
  dom::object inner;
  if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) return no_reply();
  if (object["progress"].get(inner) == simdjson::SUCCESS)
    return Reply(Progress{.what = text_of(inner, "what"),
                          .done = number_of(inner, "done"),
                          .total = number_of(inner, "total")});
  if (object["error"].get(inner) != simdjson::SUCCESS) return no_reply();
  return Reply(Error{.code = text_of(inner, "code"),
                     .message = text_of(inner, "message"),
                     .details = text_of(inner, "details"),
                     .hint = text_of(inner, "hint")});
}

}  // namespace holdfast::engine::detail
