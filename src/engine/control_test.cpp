#include "engine/control.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "engine/data_folder.hpp"
#include "engine/detail/test_blueprint.hpp"
#include "engine/detail/unix_socket.hpp"

namespace holdfast::engine {
namespace {

class Control : public ::testing::Test {
 protected:
  void SetUp() override {
    verbs_.add(
        "count",
        [](Engine&, const VerbArguments& arguments, const ProgressSink& progress) -> Result<std::string> {
          HF_TRY(const auto to, arguments.integer_or("to", 0));
          for (std::int64_t i = 0; i < to; ++i)
            progress({.what = "counting",
                      .done = static_cast<std::uint64_t>(i),
                      .total = static_cast<std::uint64_t>(to)});
          return std::to_string(to);
        });
    verbs_.add("wait", [this](Engine&, const VerbArguments&, const ProgressSink&) -> Result<std::string> {
      waiting_ = true;
      while (!go_on_) std::this_thread::yield();
      return std::string("\"waited\"");
    });
  }

  std::string call(const std::string& verb, const std::string& arguments = "{}") {
    const auto result = call_control(settings_, verbs_, {.verb = verb, .arguments_json = arguments},
                                     [this](const Progress&) { ++steps_; });
    return result.ok() ? *result : result.error().code;
  }

  detail::TestBlueprint blueprint_;
  Settings settings_ = blueprint_.settings();
  VerbTable verbs_;
  std::atomic<int> steps_{0};
  std::atomic<bool> waiting_{false};
  std::atomic<bool> go_on_{false};
};

TEST_F(Control, runs_here_when_no_server_does) {
  EXPECT_EQ(call("count", R"({"to":3})"), "3");
  EXPECT_EQ(steps_, 3);
}

TEST_F(Control, runs_in_the_server_when_one_does) {
  const std::unique_ptr<Engine> engine = Engine::open(settings_).value();
  EXPECT_EQ(call("count"), "HF002") << "the folder is held, and nobody listens";
  const auto server = ControlServer::start(*engine, verbs_);
  ASSERT_TRUE(server.ok());
  EXPECT_EQ(call("count", R"({"to":3})"), "3");
  EXPECT_EQ(steps_, 3);
  EXPECT_EQ(call("nonesuch"), "HF010");
}

TEST_F(Control, the_socket_has_mode_0600_and_goes_with_the_server) {
  const std::unique_ptr<Engine> engine = Engine::open(settings_).value();
  const auto file = socket_file(settings_.data_folder);
  {
    const auto server = ControlServer::start(*engine, verbs_);
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Control, stopping_answers_what_was_asked_and_hangs_up_on_the_silent) {
  const std::unique_ptr<Engine> engine = Engine::open(settings_).value();
  auto server = ControlServer::start(*engine, verbs_);
  ASSERT_TRUE(server.ok());
  auto silent = detail::UnixSocket::connect(socket_file(settings_.data_folder));
  ASSERT_TRUE(silent.ok() && silent->has_value());
  std::string answer;
  std::thread asker([&] { answer = call("wait"); });
  while (!waiting_) std::this_thread::yield();
  std::thread stopper([&] { (*server).reset(); });
  go_on_ = true;
  stopper.join();
  asker.join();
  EXPECT_EQ(answer, "\"waited\"");
  EXPECT_EQ((*silent)->read_line(100), std::nullopt);
}

TEST_F(Control, a_dead_servers_socket_does_not_stand_in_the_way) {
  { const auto engine = Engine::open(settings_); }
  { const auto left_behind = detail::UnixSocket::listen(socket_file(settings_.data_folder)); }
  EXPECT_EQ(call("count", R"({"to":1})"), "1");
  const std::unique_ptr<Engine> engine = Engine::open(settings_).value();
  EXPECT_TRUE(ControlServer::start(*engine, verbs_).ok());
}

TEST_F(Control, requests_that_are_too_long_are_not_read) {
  const std::unique_ptr<Engine> engine = Engine::open(settings_).value();
  const auto server = ControlServer::start(*engine, verbs_);
  auto peer = detail::UnixSocket::connect(socket_file(settings_.data_folder));
  ASSERT_TRUE(peer.ok() && peer->has_value());
  static_cast<void>((*peer)->write_line(std::string(8U << 20U, 'x')));
  EXPECT_EQ((*peer)->read_line(1000), std::nullopt);
}

}  // namespace
}  // namespace holdfast::engine
