#include "auth/detail/principal_cache.hpp"

#include <sodium.h>

#include <algorithm>

namespace holdfast::auth::detail {

static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(PrincipalCache::Digest));
static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16);

PrincipalCache::PrincipalCache(std::size_t capacity)
    : shard_capacity_(std::max<std::size_t>(1, capacity / kShards / 2)) {
  randombytes_buf(key_.data(), key_.size());
}

PrincipalCache::Digest PrincipalCache::digest(std::string_view credential) const {
  Digest made;
  crypto_shorthash_siphashx24(made.bytes.data(), reinterpret_cast<const unsigned char*>(credential.data()),
                              credential.size(), key_.data());
  return made;
}

PrincipalCache::EntryPtr PrincipalCache::find(const Digest& digest, std::int64_t now_seconds) {
  Shard& shard = shard_of(digest);
  const base::MutexLock lock(shard.mutex);
  if (const auto young = shard.young.find(digest); young != shard.young.end()) {
    if (now_seconds < young->second->valid_until_seconds) return young->second;
    shard.young.erase(young);
    return nullptr;
  }
  const auto old = shard.old.find(digest);
  if (old == shard.old.end()) return nullptr;
  EntryPtr entry = old->second;
  shard.old.erase(old);
  if (now_seconds >= entry->valid_until_seconds) return nullptr;
  insert(shard, digest, entry);
  return entry;
}

void PrincipalCache::insert(Shard& shard, const Digest& digest, EntryPtr entry) const {
  if (shard.young.size() >= shard_capacity_) {
    shard.old = std::move(shard.young);
    shard.young.clear();
  }
  shard.young.insert_or_assign(digest, std::move(entry));
}

void PrincipalCache::put(const Digest& digest, EntryPtr entry, std::uint64_t generation) {
  Shard& shard = shard_of(digest);
  const base::MutexLock lock(shard.mutex);
  // Checked under the lock: forget_all() counts first and empties this shard afterwards.
  if (generation_.load() == generation) insert(shard, digest, std::move(entry));
}

void PrincipalCache::forget_all() {
  ++generation_;
  for (Shard& shard : shards_) {
    const base::MutexLock lock(shard.mutex);
    shard.young.clear();
    shard.old.clear();
  }
}

}  // namespace holdfast::auth::detail
