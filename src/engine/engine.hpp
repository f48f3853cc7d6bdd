#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "auth/authenticator.hpp"
#include "auth/secrets.hpp"
#include "base/result.hpp"
#include "engine/settings.hpp"
#include "log/change_log.hpp"
#include "records/rest.hpp"
#include "schema/blueprint.hpp"
#include "schema/catalogue.hpp"
#include "schema/migrations.hpp"
#include "search/text_search.hpp"
#include "sql/database.hpp"

namespace holdfast::engine {

/// A data folder, opened: takes its lock, opens every room in order and wires them; the destructor closes
/// them in the opposite order. The only place that knows all rooms. Any thread.
class Engine {
 public:
  /// Migrates nothing. Errors: HF001 for a setting or a folder that others may enter, HF002 when another
  /// process holds the folder, HF009, HF012, and what the database says.
  static Result<std::unique_ptr<Engine>> open(const Settings& settings);
  virtual ~Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] virtual const Settings& settings() const = 0;
  /// As read last; valid until the engine closes, as is migrator().
  [[nodiscard]] virtual const schema::Blueprint& blueprint() const = 0;
  virtual sql::Database& database() = 0;
  virtual const log::ChangeLog& change_log() const = 0;
  virtual auth::Authenticator& authenticator() = 0;
  [[nodiscard]] virtual const auth::Secrets& secrets() const = 0;
  virtual search::TextSearch& text_search() = 0;
  virtual records::Rest& rest() = 0;
  virtual schema::Migrator& migrator() = 0;

  /// The catalogue now; a migration publishes another.
  [[nodiscard]] virtual std::shared_ptr<const schema::Catalogue> catalogue() const = 0;
  /// Reads the blueprint's files and the catalogue again and hands them to every room: before and after
  /// migrations run. Any thread.
  virtual Result<void> reload() = 0;

 protected:
  Engine() = default;
};

}  // namespace holdfast::engine
