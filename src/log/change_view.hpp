#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "log/change_log.hpp"
#include "schema/catalogue.hpp"
#include "sql/connection.hpp"

namespace holdfast::log {

/// Changes as one role sees them, as JSON. Policies are compiled once a table; one thread at a time.
class ChangeView {
 public:
  /// The catalogue must outlive it.
  ChangeView(const schema::Catalogue& catalogue, std::string role);
  ~ChangeView();

  /// Appends the change as an object where the session of `connection`, which has this role, may see its old
  /// or its new row, and says whether it did. A row that it may not see is null; columns that the role may
  /// not read, and secrets, do not appear; secrets are listed under "changed".
  Result<bool> append(std::string& out, sql::Connection& connection, const Commit& commit,
                      const Change& change);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::log
