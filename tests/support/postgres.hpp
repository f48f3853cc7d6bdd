#pragma once

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct pg_conn;

namespace holdfast::testing {

/// A throw-away PostgreSQL 15 on a free loopback port, under a throw-away folder, run as `postgres` when we
/// are root. One a test process, started at first use, stopped by pid at exit; the kernel ends it when the
/// thread that started it dies. A machine without it fails the test that asks: PostgreSQL is the oracle.
class Postgres {
 public:
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  static Postgres& shared();
  /// A new database with what Holdfast lays under migrations: roles anon, authenticated and service_role
  /// (BYPASSRLS), schema auth with uid(), role(), jwt() as Supabase defines them. Gives its connection
  /// string.
  std::string create_database();

 private:
  Postgres();
  ~Postgres();
  void start_server();
  [[nodiscard]] std::string connection_string(std::string_view database) const;

  std::filesystem::path folder_;
  int port_ = 0;
  pid_t server_ = -1;
  std::atomic<int> databases_ = 0;
};

/// Rows as PostgreSQL prints them; nullopt is null. TimeZone UTC.
struct PgRows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

class PgConnection {
 public:
  explicit PgConnection(const std::string& connection_string);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  /// Runs SQL (several statements allowed); rows of the last. Errors carry SQLSTATE and message.
  Result<PgRows> query(std::string_view sql);
  /// In one transaction with role and `request.jwt.claims` set, rolled back afterwards where `keep` is false
  /// or the query fails.
  Result<PgRows> query_as(std::string_view role, std::string_view claims_json, std::string_view sql,
                          bool keep = true);

 private:
  pg_conn* connection_;
};

}  // namespace holdfast::testing
