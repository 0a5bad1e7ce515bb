// Depthwise convolution of normalised and activated maps.

#pragma once

#include <algorithm>
#include <cstdint>

#include "batch_norm.h"
#include "depthwise_strips.h"
#include "tensors.h"
#include "vectors.h"

namespace modelzoo {

template <int kLanes>
void normalize_row(const DepthwiseArguments& arg, int64_t c, const float* from, const float* next,
                   float* to) {
  typedef typename Lanes<kLanes>::Vector V;
  const int64_t channels = arg.channels, width = arg.width;
  const V scale = load<V>(arg.coefficients + c), shift = load<V>(arg.coefficients + channels + c);
  for (int64_t x = 0; x < width; ++x) {
    __builtin_prefetch(next + x * kLanes);
    const V y = load<V>(from + x * channels) * scale + shift;
    store<V>(to + x * kLanes, arg.activation.of<V>(y));
  }
}

// `kCount` results side by side, so that their sums do not wait for each other.
template <int kKernel, int kStride, int kCount, typename V>
inline void correlate(const float* const* rows, const V* kernel, int64_t x, V* results) {
  constexpr int kLanes = sizeof(V) / sizeof(float), kPixels = (kCount - 1) * kStride + kKernel;
  for (int b = 0; b < kCount; ++b) results[b] = V{};
  for (int i = 0; i < kKernel; ++i) {
    V pixels[kPixels];
    for (int j = 0; j < kPixels; ++j)
      pixels[j] = load<V>(rows[i] + (x * kStride + j) * kLanes);
    for (int j = 0; j < kKernel; ++j)
      for (int b = 0; b < kCount; ++b)
        results[b] += kernel[i * kKernel + j] * pixels[b * kStride + j];
  }
}

// Calls `block(number of pixels, first pixel)` for blocks of four pixels and one of those left.
template <typename Block>
inline void for_blocks(int64_t width, Block block) {
  int64_t x = 0;
  for (; x + 4 <= width; x += 4) block(Constant<4>(), x);
  if (width - x == 3) block(Constant<3>(), x);
  if (width - x == 2) block(Constant<2>(), x);
  if (width - x == 1) block(Constant<1>(), x);
}

template <int kLanes, int kKernel, int kStride>
void depthwise_forward(const DepthwiseArguments& arg, float* z, float* moments) {
  typedef typename Lanes<kLanes>::Vector V;
  constexpr int kTaps = kKernel * kKernel;
  const int64_t channels = arg.channels, width = arg.out_width;
  const int64_t strip = strip_rows(arg.row() * kStride, arg.out_height);
  const int64_t padded = (arg.out_height - 1) * kStride + kKernel;
  Rows<kLanes> rows((strip - 1) * kStride + kKernel, padded,
                    std::max((width - 1) * kStride + kKernel, arg.width + arg.left), channels);
  Buffer<float> pivots(channels, 0.0f);  // the first result, as in moments()
  Sums sums(channels), squares(channels);

  const auto fill = [&](const float* image, int64_t c, int64_t begin, int64_t end) {
    for (int64_t y = begin; y < end; ++y) {
      float* to = rows.row(c, y) + arg.left * kLanes;
      if (y < arg.top || y >= arg.top + arg.height) {
        std::fill(to, to + arg.width * kLanes, 0.0f);
        continue;
      }
      const float* from = image + (y - arg.top) * arg.row();
      const float* next = from + strip * kStride * arg.row() + c * arg.width;
      normalize_row<kLanes>(arg, c, from + c, next, to);
    }
  };
  const auto compute = [&](float* image, int64_t c, int64_t begin, int64_t end,
                           bool first) MODELZOO_INLINE {
    V kernel[kTaps], sum = {}, square = {}, pivot = load<V>(pivots.data() + c);
    for (int i = 0; i < kTaps; ++i) kernel[i] = load<V>(arg.kernel + i * channels + c);
    for (int64_t y = begin; y < end; ++y) {
      const float* under[kKernel];
      for (int i = 0; i < kKernel; ++i) under[i] = rows.row(c, y * kStride + i);
      if (first && y == 0) {
        correlate<kKernel, kStride, 1>(under, kernel, 0, &pivot);
        store<V>(pivots.data() + c, pivot);
      }
      float* to = image + y * arg.out_row();
      const float* next = to + strip * arg.out_row() + c * width;
      for_blocks(width, [&](auto count, int64_t x) {
        V results[count()];
        correlate<kKernel, kStride, count()>(under, kernel, x, results);
        for (int b = 0; b < count(); ++b) {
          store<V>(to + (x + b) * channels + c, results[b]);
          __builtin_prefetch(next + (x + b) * kLanes, 1);
          const V d = results[b] - pivot;
          sum += d;
          square += d * d;
        }
      });
    }
    add<V>(sums.recent(c), sum);
    add<V>(squares.recent(c), square);
  };

  for (int64_t n = 0; n < arg.images; ++n) {
    int64_t filled = 0;
    for (int64_t begin = 0; begin < arg.out_height; begin += strip) {
      const int64_t end = std::min(begin + strip, arg.out_height);
      const int64_t needed = (end - 1) * kStride + kKernel;
      for (int64_t c = 0; c < channels; c += kLanes) {
        fill(arg.x + n * arg.height * arg.row(), c, filled, needed);
        compute(z + n * arg.out_height * arg.out_row(), c, begin, end, n == 0);
      }
      filled = needed;
    }
    for (Sums* each : {&sums, &squares})
      each->image_done(arg.out_height * width, n + 1 == arg.images);
  }
  write_moments(moments, channels, arg.images * arg.out_height * width, pivots.data(),
                sums.total(), squares.total());
}

// x, coefficients, kernel (k, k, channels, 1) -> z, moments of z
inline void depthwise(const Attributes& attr, TF_OpKernelContext* context) {
  Tensor x = maps(context, 0), coefficients = table(context, 1, 4, x.channels());
  Tensor kernel = input(context, 2);
  const DepthwiseArguments arg = depthwise_arguments(attr, x, coefficients, kernel);
  Tensor z = output(context, 0, {arg.images, arg.out_height, arg.out_width, arg.channels});
  Tensor moments = output(context, 1, {3, arg.channels});
  specialize(arg.channels, kernel.dim(0), attr.stride, [&](auto lanes, auto size, auto stride) {
    depthwise_forward<lanes(), size(), stride()>(arg, z.data(), moments.data());
  });
}

}  // namespace modelzoo
