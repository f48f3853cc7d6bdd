#include "sql/database.hpp"

#include <future>
#include <memory>

namespace holdfast::sql {

Result<Committed> Database::write(const Session& session, Work work) {
  // Shared by this thread and the writer's: whichever lets go last destroys it.
  auto answer = std::make_shared<std::promise<Result<Committed>>>();
  auto answered = answer->get_future();
  write_async({.session = session, .work = std::move(work), .done = [answer](Result<Committed> committed) {
                 answer->set_value(std::move(committed));
               }});
  return answered.get();
}

}  // namespace holdfast::sql
