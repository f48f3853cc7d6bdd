#include "server/server.hpp"

#include "base/log.hpp"
#include "server/listener.hpp"
#include "server/site.hpp"

namespace holdfast::server {
namespace {

ListenOptions listen_options(const engine::Settings& settings) {
  ListenOptions options;
  options.address = settings.listen;
  options.threads = settings.io_threads;
  options.limits.header_bytes = settings.max_header_bytes;
  options.limits.target_bytes = settings.max_url_bytes;
  options.limits.body_bytes = settings.max_body_bytes;
  options.max_connections = settings.max_connections;
  options.request_timeout = settings.request_timeout;
  options.header_timeout = std::min(settings.header_timeout, settings.request_timeout);
  options.idle_timeout = settings.idle_timeout;
  options.drain_timeout = settings.drain_timeout;
  options.stop_on_signals = true;
  return options;
}

class HttpServer final : public Server {
 public:
  explicit HttpServer(engine::Engine& engine)
      : site_{.engine = engine,
              .draining = [this] { return listener_->draining(); },
              .address = [this] { return listener_->address(); },
              .connections = [this] { return listener_->connections(); }} {}

  Result<void> bind() {
    if (const auto& file = site_.engine.settings().access_log; !file.empty()) {
      HF_TRY(site_.access_log, base::LineFile::open(file));
    }
    HF_TRY(listener_, Listener::bind(listen_options(site_.engine.settings()), site_handler(site_)));
    return {};
  }

  void run() override {
    base::log_info("serving", {{"address", address()}, {"blueprint", site_.engine.blueprint().name}});
    listener_->run();
    base::log_info("stopped");
  }
  void stop() override { listener_->stop(); }
  [[nodiscard]] std::string address() const override { return listener_->address(); }

 private:
  Site site_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(engine::Engine& engine) {
  auto server = std::make_unique<HttpServer>(engine);
  HF_CHECK(server->bind());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace holdfast::server
