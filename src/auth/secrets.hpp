#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace holdfast::auth {

/// The platform's own secrets, in `secrets.json` of the data folder, readable by its owner only.
struct Secrets {
  std::string hs256_secret;  ///< 64 hex characters, used as they stand
  std::string es256_private_pem;
  std::string es256_key_id;     ///< RFC 7638 thumbprint
  std::string key_hash_secret;  ///< 64 hex characters: the key of the hash of API keys
};

/// Reads them, or makes and stores them (mode 0600, fsynced) where the file is not there. HF012 when damaged;
/// HF001 when others may read the file.
Result<Secrets> load_or_create_secrets(const std::filesystem::path& data_folder);

}  // namespace holdfast::auth
