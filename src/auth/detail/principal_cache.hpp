#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/mutex.hpp"
#include "base/principal.hpp"

namespace holdfast::auth::detail {

/// What is known of a credential, found again by a keyed 128-bit hash of its text: the credential itself is
/// not kept. Bounded; the least recently used go first, roughly. Any thread.
class PrincipalCache {
 public:
  /// 128 bits of SipHash under a key of this process: who does not know the key cannot make two alike.
  struct Digest {
    std::array<unsigned char, 16> bytes{};
    bool operator==(const Digest&) const = default;
  };
  struct Entry {
    base::Principal principal;
    std::int64_t valid_until_seconds = 0;
  };
  using EntryPtr = std::shared_ptr<const Entry>;  // shared by the cache and the readers of the moment

  explicit PrincipalCache(std::size_t capacity);

  [[nodiscard]] Digest digest(std::string_view credential) const;
  /// Null when it is not known, or not any more at `now_seconds`.
  [[nodiscard]] EntryPtr find(const Digest& digest, std::int64_t now_seconds);

  /// Taken before what put() is given was read: forget_all() in between voids it.
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(); }
  void put(const Digest& digest, EntryPtr entry, std::uint64_t generation);
  void forget_all();

 private:
  struct DigestHash {
    std::size_t operator()(const Digest& digest) const {
      std::size_t hash = 0;
      std::memcpy(&hash, digest.bytes.data(), sizeof hash);
      return hash;
    }
  };
  using Entries = std::unordered_map<Digest, EntryPtr, DigestHash>;
  /// Two generations: what is found in the old one moves to the young one; when the young one is full it
  /// becomes the old one.
  struct alignas(64) Shard {
    base::Mutex mutex;
    Entries young HF_GUARDED_BY(mutex);
    Entries old HF_GUARDED_BY(mutex);
  };
  static constexpr std::size_t kShards = 32;

  Shard& shard_of(const Digest& digest) { return shards_[digest.bytes.back() % kShards]; }
  void insert(Shard& shard, const Digest& digest, EntryPtr entry) const HF_REQUIRES(shard.mutex);

  std::size_t shard_capacity_;
  std::array<unsigned char, 16> key_{};
  std::atomic<std::uint64_t> generation_{0};
  std::array<Shard, kShards> shards_;
};

}  // namespace holdfast::auth::detail
