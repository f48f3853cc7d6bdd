#pragma once

/// What the shared library shows; everything else in it is hidden.
#define HOLDFAST_API __attribute__((visibility("default")))

/// The version of the binary interface is part of every symbol's name, so that a program built against
/// another one does not link. Users write holdfast::Store.
#if defined(HOLDFAST_BUILDING)
#define HOLDFAST_NAMESPACE_BEGIN namespace holdfast::v0 {
#define HOLDFAST_NAMESPACE_END }
#else
#define HOLDFAST_NAMESPACE_BEGIN \
  namespace holdfast {           \
  inline namespace v0 {
#define HOLDFAST_NAMESPACE_END \
  }                            \
  }
#endif
