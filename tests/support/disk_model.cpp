#include "support/disk_model.hpp"

#include <algorithm>
#include <array>

namespace holdfast::testing {
namespace {

/// The smallest unit that a disk writes whole.
constexpr std::uint64_t kSectorBytes = 512;
constexpr std::uint64_t kSectorsPerPage = 8;

std::string_view name_of(DiskEvent::Kind kind) {
  constexpr std::array<std::string_view, 7> kNames{"create",      "write",  "truncate",   "sync",
                                                   "failed sync", "unlink", "sync folder"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool chance(Random& random, double probability) {
  return std::uniform_real_distribution<double>(0, 1)(random) < probability;
}

}  // namespace

std::string describe(const DiskEvent& event) {
  std::string line(name_of(event.kind));
  if (event.name.empty())
    line += " #" + std::to_string(event.file);
  else
    line += " " + event.name + " #" + std::to_string(event.file);
  if (event.kind == DiskEvent::Kind::write || event.kind == DiskEvent::Kind::truncate)
    line += " at " + std::to_string(event.offset) + ", " + std::to_string(event.bytes.size()) + " bytes";
  return line;
}

/// How one power loss treats what was not synced.
struct DiskModel::Loss {
  enum class Order : std::uint8_t { any, as_written };

  Loss(Random& source, Moment now) : random(source) {
    constexpr std::array kKept{0.0, 0.05, 0.5, 0.95, 1.0};
    newest_kept = kKept[random() % kKept.size()];
    order = chance(random, 0.25) ? Order::as_written : Order::any;
    last = random() % (now + 1);
    sectors_together = chance(random, 0.5) ? kSectorsPerPage : 1;
    garbage = chance(random, 0.3);
  }

  /// The version that the disk holds, or null for the durable one.
  template <class T>
  const T* choose(const Pending<T>& pending) {
    return upto(pending, order == Order::as_written ? last : moment_among(pending));
  }
  /// Sectors of one page share their moment where the disk's sectors are that large.
  const std::string* choose_sector(std::uint64_t index, const Pending<std::string>& pending) {
    if (order == Order::as_written) return upto(pending, last);
    if (index / sectors_together != group || !group_moment) {
      group = index / sectors_together;
      group_moment = moment_among(pending);
    }
    return upto(pending, *group_moment);
  }

  template <class T>
  Moment moment_among(const Pending<T>& pending) {
    const auto& versions = pending.versions;
    if (chance(random, newest_kept)) return versions.back().first;
    const auto chosen = random() % (versions.size() + 1);
    return chosen == 0 || newest_kept <= 0 ? 0 : versions[chosen - 1].first;
  }
  template <class T>
  static const T* upto(const Pending<T>& pending, Moment moment) {
    const T* found = nullptr;
    for (const auto& [written, version] : pending.versions)
      if (written <= moment) found = &version;
    return found;
  }
  void fill(std::string& bytes, std::size_t from) {
    if (!garbage) return;
    for (auto at = from; at < bytes.size(); ++at) bytes[at] = static_cast<char>(random());
  }

  Random& random;
  double newest_kept = 0;
  Order order = Order::any;
  Moment last = 0;
  std::uint64_t sectors_together = 1;
  bool garbage = false;
  std::uint64_t group = 0;
  std::optional<Moment> group_moment;
};

DiskModel::DiskModel(const DiskImage& durable) {
  for (const auto& [name, content] : durable) {
    durable_names_[name] = files_.size();
    files_.push_back({.durable = content, .cached = content, .sectors = {}, .size = {}});
  }
}

void DiskModel::apply(const DiskEvent& event) {
  ++now_;
  switch (event.kind) {
    case DiskEvent::Kind::create:
      files_.resize(std::max(files_.size(), event.file + 1));
      return names_[event.name].add(now_, event.file);
    case DiskEvent::Kind::unlink:
      return names_[event.name].add(now_, std::nullopt);
    case DiskEvent::Kind::sync_folder:
      return sync_folder(event.offset);
    case DiskEvent::Kind::write:
      return write(files_[event.file], event.offset, event.bytes);
    case DiskEvent::Kind::truncate:
      return truncate(files_[event.file], event.offset);
    case DiskEvent::Kind::sync:
      return sync(files_[event.file], event.offset);
    case DiskEvent::Kind::failed_sync:
      return fail_sync(files_[event.file]);
  }
}

void DiskModel::write(File& file, std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  const auto end = offset + bytes.size();
  const auto from = std::min<std::uint64_t>(offset, file.cached.size());
  if (end > file.cached.size()) {
    file.cached.resize(end);
    file.size.add(now_, end);
  }
  file.cached.replace(offset, bytes.size(), bytes);
  remember_sectors(file, from, end);
}

/// What is cut off may reappear when the file grows again before the truncation is durable.
void DiskModel::truncate(File& file, std::uint64_t size) {
  if (size == file.cached.size()) return;
  const auto from = std::min<std::uint64_t>(size, file.cached.size());
  const auto to = std::max<std::uint64_t>(size, file.cached.size());
  file.cached.resize(size);
  file.size.add(now_, size);
  remember_sectors(file, from, to);
}

void DiskModel::remember_sectors(File& file, std::uint64_t from, std::uint64_t to) {
  for (auto index = from / kSectorBytes; index * kSectorBytes < to; ++index) {
    const auto start = index * kSectorBytes;
    auto content = start < file.cached.size() ? file.cached.substr(start, kSectorBytes) : std::string();
    content.resize(kSectorBytes);
    file.sectors[index].add(now_, std::move(content));
  }
}

void DiskModel::sync(File& file, Moment moment) {
  if (const auto size = file.size.settle(moment)) file.durable.resize(*size);
  for (auto sector = file.sectors.begin(); sector != file.sectors.end();) {
    const auto content = sector->second.settle(moment);
    const auto start = sector->first * kSectorBytes;
    if (content && start < file.durable.size()) {
      const auto count = std::min<std::uint64_t>(kSectorBytes, file.durable.size() - start);
      file.durable.replace(start, count, *content, 0, count);
    }
    sector = sector->second.versions.empty() ? file.sectors.erase(sector) : std::next(sector);
  }
}

/// The size is not content, and stays as dirty as it was.
void DiskModel::fail_sync(File& file) {
  for (auto& [index, sector] : file.sectors) sector.doubtful = true;
}

void DiskModel::sync_folder(Moment moment) {
  for (auto& [name, pending] : names_)
    if (const auto file = pending.settle(moment)) durable_names_[name] = *file;
  std::erase_if(names_, [](const auto& entry) { return entry.second.versions.empty(); });
}

std::string DiskModel::content_after(const File& file, Loss& loss) {
  std::string content = file.durable;
  const auto* size = file.size.versions.empty() ? nullptr : loss.choose(file.size);
  content.resize(size == nullptr ? file.durable.size() : *size);
  loss.fill(content, file.durable.size());
  loss.group_moment.reset();
  for (const auto& [index, pending] : file.sectors) {
    const auto* sector = loss.choose_sector(index, pending);
    const auto start = index * kSectorBytes;
    if (sector == nullptr || start >= content.size()) continue;
    const auto count = std::min<std::uint64_t>(kSectorBytes, content.size() - start);
    content.replace(start, count, *sector, 0, count);
  }
  return content;
}

DiskImage DiskModel::lose_power(Random& random) const {
  Loss loss(random, now_);
  auto names = durable_names_;
  for (const auto& [name, pending] : names_)
    if (const auto* file = loss.choose(pending)) names[name] = *file;
  DiskImage image;
  for (const auto& [name, file] : names)
    if (file) image[name] = content_after(files_[*file], loss);
  return image;
}

}  // namespace holdfast::testing
