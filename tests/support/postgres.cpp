#include "support/postgres.hpp"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

namespace holdfast::testing {
namespace {

constexpr char kBin[] = "/usr/lib/postgresql/15/bin/";

constexpr char kBootstrap[] = R"sql(
DO $$ DECLARE wanted text; BEGIN
  FOREACH wanted IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    END IF;
  END LOOP;
  ALTER ROLE service_role BYPASSRLS;
END $$;
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role') $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                  nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
GRANT USAGE ON SCHEMA public, auth TO anon, authenticated, service_role;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA auth TO anon, authenticated, service_role;
)sql";

/// The account that PostgreSQL runs as: it refuses root.
struct Account {
  uid_t user;
  gid_t group;
};

Account server_account() {
  if (geteuid() != 0) return {geteuid(), getegid()};
  const passwd* postgres = getpwnam("postgres");
  if (postgres == nullptr) throw std::runtime_error("no user 'postgres': install postgresql-15");
  return {postgres->pw_uid, postgres->pw_gid};
}

/// Only async-signal-safe calls: we are between fork and exec. Does not return.
[[noreturn]] void become(Account account, const std::vector<const char*>& arguments, const char* output,
                         int death_signal) {
  if (freopen(output, "a", stdout) == nullptr || dup2(STDOUT_FILENO, STDERR_FILENO) < 0) _exit(126);
  const bool changed =
      geteuid() != 0 || (setgid(account.group) == 0 && setuid(account.user) == 0 && chdir("/") == 0);
  if (!changed) _exit(126);
  // After setuid, which clears it.
  prctl(PR_SET_PDEATHSIG, death_signal);
  execv(arguments[0], const_cast<char* const*>(arguments.data()));
  _exit(127);
}

pid_t spawn(const std::vector<std::string>& command, const std::filesystem::path& output) {
  std::vector<const char*> arguments;
  for (const auto& word : command) arguments.push_back(word.c_str());
  arguments.push_back(nullptr);
  const Account account = server_account();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) become(account, arguments, output.c_str(), SIGQUIT);
  return child;
}

void run(const std::vector<std::string>& command, const std::filesystem::path& output) {
  int status = 0;
  const pid_t child = spawn(command, output);
  if (waitpid(child, &status, 0) != child || status != 0) {
    throw std::runtime_error(command[0] + " failed; see " + output.string());
  }
}

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool found = bind(listener, generic, length) == 0 && getsockname(listener, generic, &length) == 0;
  close(listener);
  if (!found) throw std::runtime_error("no free loopback port");
  return ntohs(address.sin_port);
}

std::filesystem::path throw_away_folder() {
  std::string name = "/tmp/holdfast-pg-XXXXXX";
  const Account account = server_account();
  if (mkdtemp(name.data()) == nullptr || chown(name.c_str(), account.user, account.group) != 0) {
    throw std::runtime_error("cannot make a folder for PostgreSQL under /tmp");
  }
  return name;
}

Error error_of(const PGresult* result, PGconn* connection) {
  const auto field = [result](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  Error error{.code = field(PG_DIAG_SQLSTATE),
              .message = field(PG_DIAG_MESSAGE_PRIMARY),
              .details = field(PG_DIAG_MESSAGE_DETAIL),
              .hint = field(PG_DIAG_MESSAGE_HINT)};
  if (error.code.empty()) error.code = "08006";
  if (error.message.empty()) error.message = PQerrorMessage(connection);
  return error;
}

PgRows rows_of(const PGresult* result) {
  PgRows rows;
  const int columns = PQnfields(result);
  for (int c = 0; c < columns; ++c) rows.columns.emplace_back(PQfname(result, c));
  for (int r = 0; r < PQntuples(result); ++r) {
    auto& row = rows.rows.emplace_back();
    for (int c = 0; c < columns; ++c) {
      if (PQgetisnull(result, r, c) != 0) {
        row.emplace_back();
      } else {
        row.emplace_back(
            std::string(PQgetvalue(result, r, c), static_cast<std::size_t>(PQgetlength(result, r, c))));
      }
    }
  }
  return rows;
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

}  // namespace

Postgres& Postgres::shared() {
  static Postgres instance;
  return instance;
}

Postgres::Postgres() : folder_(throw_away_folder()), port_(free_port()) {
  run({std::string(kBin) + "initdb", "-D", folder_ / "data", "-U", "postgres", "-A", "trust",
       "--locale=C.UTF-8", "-E", "UTF8", "--no-sync", "--no-instructions"},
      folder_ / "initdb.log");
  start_server();
}

void Postgres::start_server() {
  server_ =
      spawn({std::string(kBin) + "postgres", "-D", folder_ / "data", "-p", std::to_string(port_), "-k",
             folder_, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
             "-c", "full_page_writes=off", "-c", "max_connections=40", "-c", "shared_buffers=32MB"},
            folder_ / "postgres.log");
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (PQping(connection_string("postgres").c_str()) != PQPING_OK) {
    if (waitpid(server_, nullptr, WNOHANG) == server_ || std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error("PostgreSQL did not start; see " + (folder_ / "postgres.log").string());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

Postgres::~Postgres() {
  kill(server_, SIGQUIT);
  waitpid(server_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Postgres::connection_string(std::string_view database) const {
  return "host=127.0.0.1 port=" + std::to_string(port_) + " user=postgres dbname=" + std::string(database) +
         " client_encoding=UTF8 options='-c TimeZone=UTC -c DateStyle=ISO,MDY'";
}

std::string Postgres::create_database() {
  const std::string name = "test_" + std::to_string(++databases_);
  PgConnection postgres(connection_string("postgres"));
  const auto created = postgres.query("CREATE DATABASE " + name + " STRATEGY file_copy");
  if (!created) throw std::runtime_error(created.error().to_string());
  PgConnection fresh(connection_string(name));
  const auto laid = fresh.query(kBootstrap);
  if (!laid) throw std::runtime_error(laid.error().to_string());
  return connection_string(name);
}

PgConnection::PgConnection(const std::string& connection_string)
    : connection_(PQconnectdb(connection_string.c_str())) {
  if (PQstatus(connection_) != CONNECTION_OK) {
    const std::string why = PQerrorMessage(connection_);
    PQfinish(connection_);
    throw std::runtime_error(why);
  }
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
}

PgConnection::~PgConnection() { PQfinish(connection_); }

Result<PgRows> PgConnection::query(std::string_view sql) {
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection_, std::string(sql).c_str()),
                                                              PQclear);
  switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
      return rows_of(result.get());
    default:
      return error_of(result.get(), connection_);
  }
}

Result<PgRows> PgConnection::query_as(std::string_view role, std::string_view claims_json,
                                      std::string_view sql, bool keep) {
  const std::string claims = quoted(claims_json, '\'');
  auto answer = query("BEGIN; SELECT set_config('request.jwt.claims', " + claims +
                      ", true); SET LOCAL ROLE " + quoted(role, '"'));
  if (answer.ok()) answer = query(sql);
  const auto ended = query(answer.ok() && keep ? "COMMIT" : "ROLLBACK");
  if (answer.ok() && !ended.ok()) return ended.error();
  return answer;
}

}  // namespace holdfast::testing
