#include "engine/control.hpp"
#include "engine/data_folder.hpp"
#include "engine/detail/control_line.hpp"
#include "engine/detail/unix_socket.hpp"

namespace holdfast::engine {
namespace {

constexpr std::size_t kLongestReplyBytes = 1U << 30U;

Result<std::string> ask(detail::UnixSocket& server, const ControlRequest& request,
                        const ProgressSink& progress) {
  if (!server.write_line(detail::request_line(request)))
    return Error{
        .code = "HF005", .message = "the server ended before it took the request", .retryable = true};
  while (const auto line = server.read_line(kLongestReplyBytes)) {
    HF_TRY(auto reply, detail::parse_reply(*line));
    if (auto* result = std::get_if<detail::ResultText>(&reply)) return std::move(result->json);
    if (auto* error = std::get_if<Error>(&reply)) return std::move(*error);
    progress(std::get<Progress>(reply));
  }
  return Error{.code = "HF005",
               .message = "the server ended before it answered",
               .hint = "Whether the work was done is not known: look before you ask again.",
               .in_doubt = true};
}

}  // namespace

Result<std::string> call_control(const Settings& settings, const VerbTable& verbs,
                                 const ControlRequest& request, const ProgressSink& progress) {
  HF_TRY(auto server, detail::UnixSocket::connect(socket_file(settings.data_folder)));
  if (server && settings.database_url.empty()) return ask(*server, request, progress);
  HF_TRY(const auto engine, Engine::open(settings));
  return run_control(*engine, verbs, request, progress);
}

}  // namespace holdfast::engine
