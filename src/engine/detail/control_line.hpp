#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/control.hpp"

namespace holdfast::engine::detail {

/// Lines of the control socket, without their line ends: docs/reference/control.md.
[[nodiscard]] std::string request_line(const ControlRequest& request);
[[nodiscard]] std::string progress_line(const Progress& progress);
/// `result_json` goes out as it stands: numbers keep every digit.
[[nodiscard]] std::string result_line(std::string_view result_json);
[[nodiscard]] std::string error_line(const Error& error);

/// HF010 for what is no request.
Result<ControlRequest> parse_request(std::string_view line);

struct ResultText {
  std::string json;
};
using Reply = std::variant<Progress, ResultText, Error>;
/// HF012 for what is no reply.
Result<Reply> parse_reply(std::string_view line);

}  // namespace holdfast::engine::detail
