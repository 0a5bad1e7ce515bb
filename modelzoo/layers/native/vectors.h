// Vectors of 16, 8 or 4 floats, and plain floats where there are fewer channels. GCC's vector
// extensions, which Clang has too, so that one source serves every processor.

#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <vector>

// For the innermost functions, whose sums are in registers only where they are part of the loop.
#define MODELZOO_INLINE __attribute__((always_inline))

namespace modelzoo {

template <int kLanes>
struct Lanes {
  typedef float Vector __attribute__((vector_size(4 * kLanes)));
};
template <>
struct Lanes<1> {
  typedef float Vector;
};

typedef Lanes<16>::Vector Wide;

template <typename V>
inline V load(const float* from) {
  V v;
  std::memcpy(&v, from, sizeof(V));
  return v;
}
template <typename V>
inline void store(float* to, V v) {
  std::memcpy(to, &v, sizeof(V));
}
template <typename V>
inline void add(float* to, V v) {
  store<V>(to, load<V>(to) + v);
}
// Taking zeros away changes no value, so that compilers leave it out; adding them changes -0.
template <typename V>
inline V splat(float value) {
  return value - V{};
}
// NaN stays NaN, so that a training notices it.
template <typename V>
inline V clip(V v, V low, V high) {
  v = v < low ? low : v;
  return v > high ? high : v;
}
template <typename V>
inline V only_between(V value, V v, V low, V high) {
  value = v > low ? value : V{};
  return v < high ? value : V{};
}

// A vector that lies across two cache lines takes twice the time.
template <typename T>
struct CacheLineAllocator {
  typedef T value_type;
  static constexpr std::align_val_t kLine{64};

  CacheLineAllocator() = default;
  template <typename Other>
  CacheLineAllocator(const CacheLineAllocator<Other>&) {}
  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* data, size_t) { ::operator delete(data, kLine); }
  template <typename Other>
  bool operator==(const CacheLineAllocator<Other>&) const { return true; }
  template <typename Other>
  bool operator!=(const CacheLineAllocator<Other>&) const { return false; }
};

template <typename T>
using Buffer = std::vector<T, CacheLineAllocator<T>>;

}  // namespace modelzoo
