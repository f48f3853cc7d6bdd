#include "auth/secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/testing/temporary_folder.hpp"

namespace holdfast::auth {
namespace {

class SecretsFile : public ::testing::Test {
 protected:
  base::testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "secrets.json";

  void write(const std::string& text) const { std::ofstream(file_) << text; }
  std::string read() const {
    std::ifstream in(file_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string load_code() const {
    const auto secrets = load_or_create_secrets(folder_.path());
    return secrets.ok() ? "ok" : secrets.error().code;
  }
};

TEST_F(SecretsFile, are_made_once_and_read_again) {
  const auto made = load_or_create_secrets(folder_.path());
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->hs256_secret.size(), 64U);
  EXPECT_EQ(made->key_hash_secret.size(), 64U);
  EXPECT_EQ(made->es256_key_id.size(), 43U);
  const auto again = load_or_create_secrets(folder_.path());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->hs256_secret, made->hs256_secret);
  EXPECT_EQ(again->es256_private_pem, made->es256_private_pem);
  EXPECT_EQ(again->key_hash_secret, made->key_hash_secret);
}

TEST_F(SecretsFile, only_the_owner_may_read_them) {
  ASSERT_EQ(load_code(), "ok");
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  EXPECT_EQ(load_code(), "HF001");
}

TEST_F(SecretsFile, a_damaged_file_is_refused_and_never_replaced) {
  ASSERT_EQ(load_code(), "ok");
  const std::string whole = read();
  for (const std::string& text : {std::string(), whole.substr(0, whole.size() / 2), std::string("[]"),
                                  std::string("{\"version\":1}")}) {
    write(text);
    EXPECT_EQ(load_code(), "HF012");
    EXPECT_EQ(read(), text);
  }
}

TEST_F(SecretsFile, a_file_of_another_version_is_refused) {
  ASSERT_EQ(load_code(), "ok");
  std::string text = read();
  text.replace(text.find("\"version\":1"), 11, "\"version\":2");
  write(text);
  EXPECT_EQ(load_code(), "HF012");
}

TEST_F(SecretsFile, a_key_id_that_is_not_the_keys_is_refused) {
  const auto made = load_or_create_secrets(folder_.path());
  ASSERT_TRUE(made.ok());
  std::string text = read();
  const auto at = text.find(made->es256_key_id);
  text[at] = text[at] == 'A' ? 'B' : 'A';
  write(text);
  EXPECT_EQ(load_code(), "HF012");
}

TEST_F(SecretsFile, a_draft_left_by_a_crash_does_not_stand_in_the_way) {
  std::ofstream(file_.string() + ".new") << "half";
  EXPECT_EQ(load_code(), "ok");
  EXPECT_EQ(load_code(), "ok");
}

}  // namespace
}  // namespace holdfast::auth
