#include "engine/control.hpp"
#include "engine/detail/builtin_verbs.hpp"
#include "engine/verbs.hpp"

namespace holdfast::engine {

VerbTable::VerbTable() {
  detail::add_migrate_verbs(*this);
  detail::add_key_verbs(*this);
  detail::add_token_verb(*this);
  detail::add_sql_verb(*this);
  detail::add_doctor_verb(*this);
}

void VerbTable::add(std::string name, VerbHandler handler) {
  handlers_.insert_or_assign(std::move(name), std::move(handler));
}

const VerbHandler* VerbTable::find(std::string_view name) const {
  const auto found = handlers_.find(name);
  return found == handlers_.end() ? nullptr : &found->second;
}

Result<std::string> run_control(Engine& engine, const VerbTable& verbs, const ControlRequest& request,
                                const ProgressSink& progress) {
  const VerbHandler* handler = verbs.find(request.verb);
  if (handler == nullptr)
    return Error{.code = "HF010",
                 .message = "there is no verb '" + request.verb + "'",
                 .hint = "The server may be of another version than this program."};
  HF_TRY(const auto arguments, VerbArguments::parse(request.arguments_json));
  return (*handler)(engine, arguments, progress);
}

}  // namespace holdfast::engine
