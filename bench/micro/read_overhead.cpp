// What a read costs over the bare SQL: requests through records::Rest in this process, next to the same
// statements on the same connection through SQLite's C API, prepared once, stepped, and written as the same
// JSON by hand. The bodies are compared byte for byte before anything is measured. Processor time of this
// thread, the best of several runs that take turns.
//
//   read_overhead DATA [BLUEPRINT]     DATA as `holdfast demo dev-portal` leaves it; nothing else may have it
//   open

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "sql/sqlite/sqlite_connection.hpp"

namespace holdfast {
namespace {

constexpr int kRuns = 7;
constexpr double kSecondsARun = 0.15;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result.ok()) fail(result.error().to_string());
  return *std::move(result);
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Microseconds a call of `work`, over one run.
double cost(const std::function<void()>& work) {
  int calls = 0;
  const double started = processor_seconds();
  double spent = 0;
  while ((spent = processor_seconds() - started) < kSecondsARun) {
    for (int i = 0; i < 8; ++i) work();
    calls += 8;
  }
  return spent / calls * 1e6;
}

// JSON by hand: what a careful program in C would write, knowing its columns.

enum class Form { text, number, instant, date, json, jsonb };

Form form_of(std::string_view column, int storage) {
  if (column == "created_at" || column == "updated_at" || column == "timestamp") return Form::instant;
  if (column == "date") return Form::date;
  if (column == "developer_profiles" || column == "app_versions") return Form::json;
  if (column == "event_data") return Form::jsonb;
  return storage == SQLITE_INTEGER ? Form::number : Form::text;
}

void append_instant(std::string& out, sqlite3_int64 microseconds) {
  const time_t seconds = microseconds / 1'000'000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  out.append(text, strftime(text, sizeof text, "\"%Y-%m-%dT%H:%M:%S", &parts));
  if (const auto fraction = static_cast<int>(microseconds % 1'000'000); fraction != 0) {
    auto length = std::snprintf(text, sizeof text, ".%06d", fraction);
    while (text[length - 1] == '0') --length;
    out.append(text, static_cast<std::size_t>(length));
  }
  out += "+00:00\"";
}

void append_date(std::string& out, sqlite3_int64 days) {
  const time_t seconds = days * 86'400;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[16];
  out.append(text, strftime(text, sizeof text, "\"%Y-%m-%d\"", &parts));
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
}

/// jsonb's output has a blank after each colon and comma.
void append_spaced(std::string& out, std::string_view json) {
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    out += json[i];
    if (json[i] == '\\') {
      out += json[++i];
    } else if (json[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (json[i] == ',' || json[i] == ':') && json[i + 1] != ' ') {
      out += ' ';
    }
  }
}

void append_value(std::string& out, sqlite3_stmt* row, int i, const std::string& name) {
  const int storage = sqlite3_column_type(row, i);
  if (storage == SQLITE_NULL) {
    out += "null";
    return;
  }
  const Form form = form_of(name, storage);
  if (form == Form::number) {
    out += std::to_string(sqlite3_column_int64(row, i));
  } else if (form == Form::instant) {
    append_instant(out, sqlite3_column_int64(row, i));
  } else if (form == Form::date) {
    append_date(out, sqlite3_column_int64(row, i));
  } else {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(row, i));
    const std::string_view text(bytes, static_cast<std::size_t>(sqlite3_column_bytes(row, i)));
    if (form == Form::json) {
      out += text;
    } else if (form == Form::jsonb) {
      append_spaced(out, text);
    } else {
      append_text(out, text);
    }
  }
}

std::string bare_rows(sqlite3_stmt* statement, const std::vector<std::string>& names) {
  std::string out = "[";
  while (sqlite3_step(statement) == SQLITE_ROW) {
    if (out.size() > 1) out += ",\n ";
    out += '{';
    for (int i = 0; i < static_cast<int>(names.size()); ++i) {
      const auto& name = names[static_cast<std::size_t>(i)];
      out.append(i > 0 ? ",\"" : "\"").append(name).append("\":");
      append_value(out, statement, i, name);
    }
    out += '}';
  }
  sqlite3_reset(statement);
  return out + "]";
}

/// The keys of the first object of an array of objects.
std::vector<std::string> keys_of(std::string_view body) {
  std::vector<std::string> keys;
  int depth = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && --depth < 2) return keys;
    if (c != '"') continue;
    const std::size_t start = ++i;
    while (i < body.size() && body[i] != '"') i += body[i] == '\\' ? 2 : 1;
    if (depth == 2 && i + 1 < body.size() && body[i + 1] == ':')
      keys.emplace_back(body.substr(start, i - start));
  }
  return keys;
}

class Bench {
 public:
  explicit Bench(engine::Engine& engine) : engine_(engine) {}

  void compare(const char* name, const std::string& path, const std::string& query) {
    const auto done = engine_.database().read(system(), [&](sql::Connection& connection) -> Result<void> {
      run(name, path, query, dynamic_cast<sql::SqliteConnection&>(connection).handle());
      return {};
    });
    if (!done.ok()) fail(done.error().to_string());
  }

  std::string first(const char* sql) {
    std::string value;
    const auto done = engine_.database().read(system(), [&](sql::Connection& connection) -> Result<void> {
      HF_TRY(auto row, connection.prepare(sql));
      HF_CHECK(row->step());
      value = row->column(0).bytes;
      return {};
    });
    if (!done.ok()) fail(done.error().to_string());
    return value;
  }

 private:
  static sql::Session system() { return {.principal = base::Principal::system(), .request_id = {}}; }

  std::string ask(const std::string& path, const std::string& query) {
    records::RestRequest request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    request.principal.role = base::kServiceRole;
    records::RestResponse answer;
    engine_.rest().handle(std::move(request),
                          [&](records::RestResponse given) { answer = std::move(given); });
    if (answer.status != 200) fail(query + ": " + answer.body);
    return answer.body;
  }

  /// The statement that the request runs, with its values written in.
  std::string statement_of(const std::string& path, const std::string& query) {
    std::string sql;
    const auto note = [](unsigned, void* out, void* statement, void*) {
      auto& text = *static_cast<std::string*>(out);
      if (!text.empty()) return 0;
      char* expanded = sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement));
      if (std::string_view(expanded).starts_with("SELECT") || std::string_view(expanded).starts_with("WITH"))
        text = expanded;
      sqlite3_free(expanded);
      return 0;
    };
    trace(SQLITE_TRACE_STMT, note, &sql);
    ask(path, query);
    trace(0, nullptr, nullptr);
    return sql;
  }

  /// On the reader that this thread's next request gets.
  void trace(unsigned mask, int (*note)(unsigned, void*, void*, void*), void* out) {
    const auto done = engine_.database().read(system(), [&](sql::Connection& connection) -> Result<void> {
      sqlite3_trace_v2(dynamic_cast<sql::SqliteConnection&>(connection).handle(), mask, note, out);
      return {};
    });
    if (!done.ok()) fail(done.error().to_string());
  }

  void run(const char* name, const std::string& path, const std::string& query, sqlite3* handle) {
    const std::string sql = statement_of(path, query);
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
        SQLITE_OK)
      fail(sqlite3_errmsg(handle));
    const auto names = keys_of(ask(path, query));
    if (names.size() != static_cast<std::size_t>(sqlite3_column_count(statement)))
      fail(std::string(name) + ": answered with no rows, or with other columns: " + sql);
    if (const auto ours = ask(path, query), bare = bare_rows(statement, names); ours != bare)
      fail(std::string(name) + ": the bodies differ\n" + ours + "\n" + bare);
    double ours = 1e9;
    double bare = 1e9;
    for (int i = 0; i < kRuns; ++i) {
      ours = std::min(ours, cost([&] { ask(path, query); }));
      bare = std::min(bare, cost([&] { bare_rows(statement, names); }));
    }
    sqlite3_finalize(statement);
    std::printf("%-28s %9.1f us %9.1f us %8.2f\n", name, ours, bare, ours / bare);
  }

  engine::Engine& engine_;
};

void measure(Bench& bench) {
  const auto app = bench.first("SELECT id FROM apps WHERE package_id = 'org.debian.curl'");
  const auto developer = bench.first("SELECT developer_id FROM apps WHERE package_id = 'org.debian.curl'");
  const auto email = bench.first("SELECT email FROM developers ORDER BY email LIMIT 1 OFFSET 100");
  const auto day_app = bench.first("SELECT app_id FROM telemetry_daily ORDER BY 1 LIMIT 1");
  const auto day =
      bench.first("SELECT date(date * 86400, 'unixepoch') FROM telemetry_daily ORDER BY app_id, 1 LIMIT 1");
  std::printf("%-28s %12s %12s %8s\n", "", "holdfast", "bare SQL", "ratio");
  bench.compare("one row by key", "/apps", "id=eq." + app + "&select=id,name,category,status,created_at");
  bench.compare("list of 20 with an embed", "/apps",
                "select=id,name,category,developer_profiles(name)&order=package_id&limit=20&offset=100");
  bench.compare("developer by email", "/developers", "email=eq." + email + "&select=id,name");
  bench.compare("apps by developer", "/apps", "developer_id=eq." + developer + "&select=id,name&limit=20");
  bench.compare("app with its latest version", "/apps",
                "id=eq." + app + "&select=name,app_versions(version_name,package_size)" +
                    "&app_versions.order=version_code.desc&app_versions.limit=1");
  bench.compare("telemetry by app and day", "/telemetry_daily", "app_id=eq." + day_app + "&date=eq." + day);
  bench.compare("time range over events", "/telemetry_events",
                "app_id=eq." + day_app + "&timestamp=gte." + day + "&order=timestamp&limit=20");
}

}  // namespace
}  // namespace holdfast

int main(int count, char** arguments) {
  using namespace holdfast;
  if (count < 2) {
    std::fprintf(stderr, "usage: read_overhead DATA [BLUEPRINT]\n");
    return 2;
  }
  engine::Settings settings;
  settings.data_folder = arguments[1];
  if (count > 2) settings.blueprint = arguments[2];
  const auto engine = must(engine::Engine::open(settings));
  Bench bench(*engine);
  measure(bench);
}
