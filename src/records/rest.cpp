#include "records/rest.hpp"

#include <algorithm>

#include "base/mutex.hpp"
#include "records/output_zone.hpp"
#include "records/run.hpp"

namespace holdfast::records {
namespace {

Error no_catalogue() {
  return {.code = "PGRST002", .message = "The schema is not loaded yet", .retryable = true};
}

Result<void> check_preferences(const Request& request) {
  if (!request.preferences.is_strict() || request.preferences.invalid.empty()) return {};
  return Error{.code = "PGRST122",
               .message = "Invalid preferences given with handling=strict",
               .details = "Invalid preferences: " + join(request.preferences.invalid, ", ")};
}

std::string_view header_of(const RestRequest& request, std::string_view name) {
  if (name.empty()) return {};
  const auto at = std::ranges::find(request.headers, name, &std::pair<std::string, std::string>::first);
  return at == request.headers.end() ? std::string_view{} : at->second;
}

bool is_preflight(const RestRequest& request) {
  return !header_of(request, "origin").empty() &&
         !header_of(request, "access-control-request-method").empty();
}

/// Measured on bodies of many shapes: what the parser, the rows' values and jsonb make of a byte and of a
/// token.
constexpr std::size_t kBytesPerByte = 2;
constexpr std::size_t kBytesPerToken = 64;

Result<void> hold_memory(Task& task) {
  if (task.body.size() <= base::MemoryShare::kUncounted) return {};
  const auto tokens = std::ranges::count_if(
      task.body, [](char c) { return c == ',' || c == ':' || c == '[' || c == '{' || c == '\n'; });
  const auto needed = kBytesPerByte * task.body.size() + kBytesPerToken * static_cast<std::size_t>(tokens);
  if (task.memory.resize(needed)) return {};
  return base::request_memory().exhausted(needed);
}

Result<void> check_timezone(const Preferences& preferences) {
  if (!preferences.timezone.has_value() || find_output_zone(*preferences.timezone).has_value()) return {};
  return Error{.code = "22023",
               .message = "invalid value for parameter \"TimeZone\": \"" + *preferences.timezone + "\""};
}

Result<std::string> allowed_methods(const Engine& engine, const Task& task) {
  const Request& request = task.request;
  const auto& catalogue = *task.schema->catalogue;
  if (request.name.empty()) return std::string("OPTIONS,GET,HEAD");
  if (request.is_function) {
    const auto at = catalogue.functions.find({request.schema, request.name});
    if (at == catalogue.functions.end()) {
      return Error{.code = "PGRST202",
                   .message = "Could not find the function " + request.schema + "." + request.name +
                              " in the schema cache"};
    }
    const bool is_volatile = at->second.volatility == schema::Function::Volatility::volatile_;
    return std::string(is_volatile ? "OPTIONS,POST" : "OPTIONS,GET,HEAD,POST");
  }
  const PlanContext context{catalogue, task.schema->relationships, engine.options};
  HF_TRY(const auto* table, find_relation(context, request.schema, request.name));
  if (writable_base(catalogue, *table) == nullptr) return std::string("OPTIONS,GET,HEAD");
  const bool has_key = !key_columns(catalogue, *table).empty();
  return std::string("OPTIONS,GET,HEAD,POST") + (has_key ? ",PUT" : "") + ",PATCH,DELETE";
}

}  // namespace

struct Rest::State {
  sql::Database& database;
  search::TextSearch* text_search;
  RestOptions options;
  base::Mutex mutex{};
  // Shared by the requests under way; a migration puts another in its place.
  std::shared_ptr<const Schema> schema HF_GUARDED_BY(mutex){};

  std::shared_ptr<const Schema> current() {
    const base::MutexLock lock(mutex);
    return schema;
  }
  [[nodiscard]] Engine engine() const { return {database, text_search, options}; }

  Result<std::shared_ptr<const CompiledRead>> plan_of(const Task& task) const {
    const std::string& shape = task.request.shape;
    const std::string key = shape.empty() ? "" : task.session.principal.role + "|" + shape;
    auto plan = key.empty() ? nullptr : task.schema->read_plans.find(key);
    if (plan != nullptr) return plan;
    HF_TRY(auto compiled, plan_relation_read(engine(), task));
    if (key.empty()) return std::make_shared<const CompiledRead>(std::move(compiled));
    return task.schema->read_plans.keep(key, std::move(compiled));
  }

  Result<Outcome> read(const Task& task) const {
    HF_TRY(const auto plan, plan_of(task));
    if (task.divided.has_value() && !task.request.shape.empty()) learn(task, plan);
    return run_read(engine(),
                    {.session = task.session,
                     .literals = task.request.query.literals,
                     .range = task.request.top_range,
                     .form = output_form(task)},
                    *plan);
  }

  static void learn(const Task& task, const std::shared_ptr<const CompiledRead>& plan) {
    auto read = learn_read(*task.divided, task.query, task.request, task.media, plan);
    if (read.has_value()) task.schema->known_reads.keep(task.divided->key, *std::move(read));
  }

  /// Nothing where no request like this one was understood before.
  std::optional<Result<RestResponse>> answer_known(const Schema& current_schema,
                                                   const std::optional<DividedQuery>& divided,
                                                   const sql::Session& session) const {
    if (!divided.has_value()) return std::nullopt;
    const auto known = current_schema.known_reads.find(divided->key);
    if (known == nullptr) return std::nullopt;
    return answer_known_read(engine(), *known, *divided, session);
  }

  void answer(std::shared_ptr<Task> task, Answer done) {
    switch (task->request.action) {
      case Action::read:
        return done(read(*task));
      case Action::call:
        return run_call(engine(), std::move(task), std::move(done));
      case Action::inspect:
        if (!options.describes_itself) {
          return done(Error{.code = "PGRST126", .message = "Root endpoint metadata is disabled"});
        }
        return done(Outcome{.body = describe_api(*task)});
      default:
        return run_write(engine(), std::move(task), std::move(done));
    }
  }
};

Rest::Rest(sql::Database& database, search::TextSearch* text_search, RestOptions options)
    : state_(new State{database, text_search, std::move(options)}) {}
Rest::~Rest() = default;

void Rest::set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue) {
  Relationships relationships(*catalogue, state_->options.schemas);
  auto next = std::make_shared<Schema>(std::move(catalogue), std::move(relationships));
  const base::MutexLock lock(state_->mutex);
  state_->schema = std::move(next);
}

void Rest::handle(RestRequest request, std::function<void(RestResponse)> done) {
  const auto trace = std::string(header_of(request, state_->options.trace_header));
  if (!trace.empty()) {
    done = [name = state_->options.trace_header, trace, done = std::move(done)](RestResponse response) {
      response.headers.emplace_back(name, trace);
      done(std::move(response));
    };
  }
  const bool anonymous = request.principal.is_anonymous();
  const auto refuse = [&](const Error& error) { done(error_response(error, anonymous)); };
  const auto schema = state_->current();
  if (schema == nullptr) return refuse(no_catalogue());

  auto divided = divide_read(request);
  sql::Session session{.principal = std::move(request.principal),
                       .request_id = std::move(request.request_id),
                       .deadline = request.deadline};
  if (auto known = state_->answer_known(*schema, divided, session); known.has_value()) {
    return known->ok() ? done(**std::move(known)) : refuse(known->error());
  }
  if (request.method == "OPTIONS" && is_preflight(request)) {
    return done(respond_preflight(header_of(request, "access-control-request-headers")));
  }
  auto parsed = parse_request(request, state_->options);
  if (!parsed.ok()) return refuse(parsed.error());
  // The divided query looks at the query's bytes, which must not move.
  auto task = std::make_shared<Task>(Task{.schema = schema,
                                          .request = *std::move(parsed),
                                          .session = std::move(session),
                                          .body = std::move(request.body),
                                          .divided = std::move(divided),
                                          .query = request.query});
  if (auto held = hold_memory(*task); !held.ok()) return refuse(held.error());
  if (task->request.action == Action::options) {
    const auto methods = allowed_methods(state_->engine(), *task);
    return methods.ok() ? done(respond_options(*methods)) : refuse(methods.error());
  }
  auto media = choose_media(task->request);
  if (auto zone = check_timezone(task->request.preferences); !zone.ok()) return refuse(zone.error());
  if (auto preferences = check_preferences(task->request); !preferences.ok())
    return refuse(preferences.error());
  if (!media.ok()) return refuse(media.error());
  task->media = *std::move(media);

  state_->answer(task, [task, anonymous, done = std::move(done)](Result<Outcome> outcome) {
    if (!outcome.ok()) return done(error_response(outcome.error(), anonymous));
    done(respond(task->request, task->media, *std::move(outcome)));
  });
}

}  // namespace holdfast::records
