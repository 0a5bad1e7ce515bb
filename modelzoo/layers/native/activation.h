// What follows batch norm: clipping, as in ReLU and ReLU6, or hard swish.

#pragma once

#include "tensors.h"
#include "vectors.h"

namespace modelzoo {

// Which of the two it is, is asked for each vector: always with the same answer, which costs nothing
// that can be measured, and leaves one code to compile.
struct Activation {
  float low, high;
  bool hard_swish;  // y * clip(y + 3, 0, 6) / 6: Howard et al. 2019, arXiv:1905.02244, section 5.2

  explicit Activation(const Attributes& attr)
      : low(attr.low), high(attr.high), hard_swish(attr.hard_swish) {}

  template <typename V>
  V of(V y) const {
    if (!hard_swish) return clip<V>(y, splat<V>(low), splat<V>(high));
    return y * clip<V>(y + 3.0f, V{}, splat<V>(6.0f)) * (1.0f / 6.0f);
  }

  // The gradient of y, from that of what it becomes.
  template <typename V>
  V gradient(V g, V y) const {
    if (!hard_swish) return only_between<V>(g, y, splat<V>(low), splat<V>(high));
    const V shifted = y + 3.0f, six = splat<V>(6.0f);
    return g * (clip<V>(shifted, V{}, six) + only_between<V>(y, shifted, V{}, six)) * (1.0f / 6.0f);
  }
};

}  // namespace modelzoo
