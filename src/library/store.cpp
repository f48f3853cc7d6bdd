#include "holdfast/store.hpp"

#include "library/outward.hpp"
#include "library/store_inside.hpp"

namespace holdfast::v0 {
namespace {

using library::guarded;
using library::outward;

base::Error moved_from() {
  return {
      .code = "HF020", .message = "the store was moved away", .hint = "Call the one that it was moved to."};
}

/// Calls a member of the inside; what goes wrong is a value in any case.
template <class Call>
auto call(const std::shared_ptr<detail::StoreInside>& inside, Call&& call) {
  using Answer = decltype(call(*inside));
  return outward(guarded([&]() -> Answer {
    if (!inside) return moved_from();
    return call(*inside);
  }));
}

}  // namespace

using Inside = detail::StoreInside;

Store::Store(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Result<Store> Store::open(const Options& options) {
  auto opened = guarded([&] { return Inside::open(options); });
  if (!opened.ok()) return outward(std::move(opened).error());
  return Store(*std::move(opened));
}

Result<void> Store::close() {
  return call(inside_, [](Inside& inside) { return inside.close(); });
}

Result<void> Store::run_read(const Principal& as, Run work, const CallOptions& options) {
  return call(inside_, [&](Inside& inside) { return inside.read(as, work, options); });
}

Result<Committed> Store::run_write(const Principal& as, Run work, const CallOptions& options) {
  return call(inside_, [&](Inside& inside) -> base::Result<Committed> {
    HF_TRY(const auto committed, inside.write(as, work, options));
    return Committed{committed.position};
  });
}

void Store::write_async(const Principal& as, std::function<Result<void>(Transaction&)> work,
                        std::function<void(Result<Committed>)> done, const CallOptions& options) {
  const auto asked = call(inside_, [&](Inside& inside) -> base::Result<void> {
    inside.write_async(as, std::move(work), done, options);
    return {};
  });
  // Refused before anybody could take it on: a store that was moved from, or no memory.
  if (!asked.ok() && done) done(asked.error());
}

Result<void> Store::run_query(const Principal& as, std::string_view sql, std::span<const Argument> arguments,
                              Rows& rows) {
  return call(inside_, [&](Inside& inside) { return inside.query(as, sql, arguments, rows); });
}

Result<Executed> Store::run_execute(const Principal& as, std::string_view sql,
                                    std::span<const Argument> arguments) {
  return call(inside_, [&](Inside& inside) { return inside.execute(as, sql, arguments); });
}

Result<ChangePage> Store::changes(const Principal& as, const ChangeQuery& query) {
  return call(inside_, [&](Inside& inside) { return inside.changes(as, query); });
}

Result<Follower> Store::follow(const Principal& as, ChangeQuery query,
                               std::function<Result<void>(const ChangePage&)> on_page) {
  return call(inside_,
              [&](Inside& inside) { return inside.follow(as, std::move(query), std::move(on_page)); });
}

Result<Position> Store::position() {
  return call(inside_, [](Inside& inside) { return inside.position(); });
}

Result<std::vector<std::string>> Store::migrate_up() {
  return call(inside_, [](Inside& inside) { return inside.migrate_up(); });
}

Result<std::vector<std::string>> Store::migrate_down(int steps) {
  return call(inside_, [steps](Inside& inside) { return inside.migrate_down(steps); });
}

Result<std::vector<Migration>> Store::migrations() {
  return call(inside_, [](Inside& inside) { return inside.migrations(); });
}

}  // namespace holdfast::v0
