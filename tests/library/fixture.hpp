#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <holdfast/holdfast.hpp>
#include <memory>
#include <string>

namespace holdfast::testing {

/// A store in a throw-away folder. Sees of Holdfast only what its users see.
class LibraryTest : public ::testing::Test {
 protected:
  LibraryTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-library-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~LibraryTest() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  void SetUp() override { open(); }

  [[nodiscard]] Options options() const {
    return {.path = folder_.string(),
            .blueprint = HOLDFAST_SOURCE_DIR "/tests/library/blueprint",
            .migrate = true,
            .log_level = LogLevel::error};
  }
  void open() {
    auto opened = Store::open(options());
    ASSERT_TRUE(opened.ok()) << opened.error().to_string();
    store_ = std::make_unique<Store>(*std::move(opened));
  }
  void reopen() {
    store_.reset();
    open();
  }
  Store& store() { return *store_; }

  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
  const Principal system_ = Principal::system();
};

template <class T>
std::string code_of(const Result<T>& result) {
  return result.ok() ? "ok" : result.error().code;
}

#define ASSERT_OK(expression)                                   \
  do {                                                          \
    const auto& asserted = (expression);                        \
    ASSERT_TRUE(asserted.ok()) << asserted.error().to_string(); \
  } while (false)

#define ASSERT_VALUE(declaration, ...) \
  ASSERT_VALUE_AS(HOLDFAST_JOIN(holdfast_result_, __LINE__), declaration, __VA_ARGS__)
#define ASSERT_VALUE_AS(name, declaration, ...)       \
  auto name = (__VA_ARGS__);                          \
  ASSERT_TRUE(name.ok()) << name.error().to_string(); \
  declaration = *std::move(name)

}  // namespace holdfast::testing
