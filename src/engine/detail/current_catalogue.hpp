#pragma once

#include <memory>
#include <utility>

#include "base/mutex.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::engine::detail {

/// The catalogue of the moment, which a migration replaces. Any thread.
class CurrentCatalogue {
 public:
  using Pointer =
      std::shared_ptr<const schema::Catalogue>;  // shared by every room and every plan made with it

  [[nodiscard]] Pointer get() const {
    const base::MutexLock lock(mutex_);
    return catalogue_;
  }
  void set(Pointer catalogue) {
    const base::MutexLock lock(mutex_);
    catalogue_ = std::move(catalogue);
  }

 private:
  mutable base::Mutex mutex_;
  Pointer catalogue_ HF_GUARDED_BY(mutex_) = std::make_shared<const schema::Catalogue>();
};

}  // namespace holdfast::engine::detail
