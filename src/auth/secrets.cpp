#include "auth/secrets.hpp"

#include <fcntl.h>
#include <simdjson.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "auth/detail/signing.hpp"
#include "base/json_writer.hpp"

namespace holdfast::auth {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kSecretBytes = 32;

Error disk_error(const std::string& what, const std::filesystem::path& file) {
  return {
      .code = "58030", .message = "could not " + what + " " + file.string(), .details = std::strerror(errno)};
}
Error damaged(const std::filesystem::path& file, std::string details) {
  return {
      .code = "HF012",
      .message = file.string() + " is damaged",
      .details = std::move(details),
      .hint = "Put the file back from a backup. Without it, API keys and tokens of this folder are void."};
}

std::string random_hex() {
  std::array<unsigned char, kSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

Result<Secrets> make_secrets() {
  HF_TRY(const auto key, detail::EcKey::generate());
  Secrets secrets{.hs256_secret = random_hex(),
                  .es256_private_pem = {},
                  .es256_key_id = {},
                  .key_hash_secret = random_hex()};
  HF_TRY(secrets.es256_private_pem, key.private_pem());
  HF_TRY(secrets.es256_key_id, key.thumbprint());
  return secrets;
}

std::string to_json(const Secrets& secrets) {
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_object().key("version").integer(kVersion);
  writer.key("hs256_secret").string(secrets.hs256_secret);
  writer.key("es256_private_pem").string(secrets.es256_private_pem);
  writer.key("es256_key_id").string(secrets.es256_key_id);
  writer.key("key_hash_secret").string(secrets.key_hash_secret).end_object();
  return json + "\n";
}

/// An open file or folder.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// Complete or not there at all, whenever the machine stops.
Result<void> store(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path draft = file.string() + ".new";
  ::unlink(draft.c_str());
  {
    const Descriptor out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out.ok()) return disk_error("create", draft);
    if (::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fsync(out.get()) != 0)
      return disk_error("write", draft);
  }
  if (::rename(draft.c_str(), file.c_str()) != 0) return disk_error("create", file);
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.ok() || ::fsync(folder.get()) != 0) return disk_error("make durable", file);
  return {};
}

Result<void> check_private(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return disk_error("look at", file);
  if ((status.st_mode & 077U) == 0) return {};
  return Error{.code = "HF001",
               .message = file.string() + " may be read by others than its owner",
               .details = "It holds the keys that tokens are signed with.",
               .hint = "Run: chmod 600 " + file.string()};
}

Result<std::string> text_member(const std::filesystem::path& file, simdjson::dom::object object,
                                const char* name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS || text.empty())
    return damaged(file, std::string("There is no text \"") + name + "\".");
  return std::string(text);
}

bool is_secret_hex(std::string_view text) {
  return text.size() == 2 * kSecretBytes &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<Secrets> parse_secrets(const std::filesystem::path& file, const std::string& json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json).get(object) != simdjson::SUCCESS) return damaged(file, "It is not a JSON object.");
  std::int64_t version = 0;
  if (object["version"].get(version) != simdjson::SUCCESS || version != kVersion)
    return damaged(file, "Its version is not " + std::to_string(kVersion) + ".");
  Secrets secrets;
  HF_TRY(secrets.hs256_secret, text_member(file, object, "hs256_secret"));
  HF_TRY(secrets.es256_private_pem, text_member(file, object, "es256_private_pem"));
  HF_TRY(secrets.es256_key_id, text_member(file, object, "es256_key_id"));
  HF_TRY(secrets.key_hash_secret, text_member(file, object, "key_hash_secret"));
  if (!is_secret_hex(secrets.hs256_secret) || !is_secret_hex(secrets.key_hash_secret))
    return damaged(file, "A secret does not have 64 hex characters.");
  const auto key = detail::EcKey::from_private_pem(secrets.es256_private_pem);
  if (!key.ok()) return damaged(file, key.error().message);
  HF_TRY(const std::string thumbprint, key->thumbprint());
  if (thumbprint != secrets.es256_key_id) return damaged(file, "es256_key_id is not that of the key.");
  return secrets;
}

}  // namespace

Result<Secrets> load_or_create_secrets(const std::filesystem::path& data_folder) {
  if (sodium_init() < 0) return Error{.code = "XX000", .message = "libsodium found no source of randomness"};
  const auto file = data_folder / "secrets.json";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    HF_TRY(Secrets made, make_secrets());
    HF_CHECK(store(file, to_json(made)));
    return made;
  }
  HF_CHECK(check_private(file));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return disk_error("read", file);
  return parse_secrets(file, text.str());
}

}  // namespace holdfast::auth
