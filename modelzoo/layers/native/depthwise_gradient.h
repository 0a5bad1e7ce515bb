// The gradient of a depthwise convolution of normalised and activated maps.

#pragma once

#include <algorithm>
#include <cstdint>

#include "batch_norm.h"
#include "depthwise_strips.h"
#include "tensors.h"
#include "vectors.h"

namespace modelzoo {

// The gradient of a pixel is a sum over the results that it took part in: those rows and columns of
// the kernel that are a multiple of the stride from the pixel's place, its phase. The same upstream
// gradients times the pixel are what it adds to the gradient of the kernel.
template <int kLanes, int kKernel, int kStride>
void depthwise_backward(const DepthwiseArguments& arg, const float* dz, float* g, float* dk,
                        float* g_sums) {
  typedef typename Lanes<kLanes>::Vector V;
  constexpr int kTaps = kKernel * kKernel;
  constexpr int kReach = (kKernel + kStride - 1) / kStride;  // results per pixel and direction
  constexpr int kMargin = kReach - 1;                        // zeros above and left of dz
  const int64_t channels = arg.channels, width = arg.width, left = arg.left;
  int64_t strip = strip_rows(arg.row(), arg.height);
  strip += strip % kStride;  // as many rows of dz in each
  const int64_t columns = std::max(arg.out_width, (width - 1 + arg.left) / kStride + 1);
  Rows<kLanes> upstream(strip / kStride + kReach,
                        (arg.height - 1 + arg.top) / kStride + 1 + kMargin, columns + kMargin,
                        channels);
  Sums sums(channels), weighted(channels), kernel_gradients(kTaps * channels);

  const auto fill = [&](const float* image, int64_t c, int64_t begin, int64_t end) {
    for (int64_t y = begin; y < end; ++y) {
      float* to = upstream.row(c, y + kMargin) + kMargin * kLanes;
      if (y < 0 || y >= arg.out_height) {
        std::fill(to, to + arg.out_width * kLanes, 0.0f);
        continue;
      }
      const float* from = image + y * arg.out_row();
      const float* next = from + strip / kStride * arg.out_row() + c * arg.out_width;
      for (int64_t x = 0; x < arg.out_width; ++x) {
        __builtin_prefetch(next + x * kLanes);
        store<V>(to + x * kLanes, load<V>(from + x * channels + c));
      }
    }
  };
  const auto compute = [&](const float* image, float* gradient, int64_t c, int64_t begin,
                           int64_t end) MODELZOO_INLINE {
    V kernel[kTaps], kernel_gradient[kTaps] = {}, sum = {}, weighted_sum = {};
    for (int i = 0; i < kTaps; ++i) kernel[i] = load<V>(arg.kernel + i * channels + c);
    const V scale = load<V>(arg.coefficients + c);
    const V shift = load<V>(arg.coefficients + channels + c);
    const V mean = load<V>(arg.coefficients + 2 * channels + c);
    for (int64_t y = begin; y < end; ++y) {
      const float* above[kReach];
      for (int t = 0; t < kReach; ++t)
        above[t] = upstream.row(c, (y + arg.top) / kStride - t + kMargin) + kMargin * kLanes;
      const float* from = image + y * arg.row() + c;
      float* to = gradient + y * arg.row() + c;
      const int64_t ahead = strip * arg.row() + c * (width - 1);
      const float* next = from + ahead;
      float* next_to = to + ahead;
      const auto pixel = [&](auto row_phase, auto column_phase, int64_t column) MODELZOO_INLINE {
        const V value = load<V>(from);
        const V y = value * scale + shift, activated = arg.activation.of<V>(y);
        V total = {};
        for (int i = row_phase(); i < kKernel; i += kStride) {
          V row = {};  // so that fewer additions wait for each other
          for (int j = column_phase(); j < kKernel; j += kStride) {
            const V d = load<V>(above[i / kStride] + (column - j / kStride) * kLanes);
            row += d * kernel[i * kKernel + j];
            kernel_gradient[i * kKernel + j] += d * activated;
          }
          total += row;
        }
        total = arg.activation.gradient<V>(total, y);
        store<V>(to, total);
        __builtin_prefetch(next);
        __builtin_prefetch(next_to, 1);
        sum += total;
        weighted_sum += total * (value - mean);
        from += channels;
        to += channels;
        next += kLanes;
        next_to += kLanes;
      };
      const auto row = [&](auto phase) MODELZOO_INLINE {
        const int64_t end_x = left + width;
        int64_t x = left;
        if (x % kStride == 1) pixel(phase, Constant<kStride - 1>(), x++ / kStride);
        for (; x + kStride <= end_x; x += kStride) {
          pixel(phase, Constant<0>(), x / kStride);
          if (kStride == 2) pixel(phase, Constant<kStride - 1>(), x / kStride);
        }
        if (x < end_x) pixel(phase, Constant<0>(), x / kStride);
      };
      if ((y + arg.top) % kStride == 0)
        row(Constant<0>());
      else
        row(Constant<kStride - 1>());
    }
    for (int i = 0; i < kTaps; ++i)
      add<V>(kernel_gradients.recent(i * channels + c), kernel_gradient[i]);
    add<V>(sums.recent(c), sum);
    add<V>(weighted.recent(c), weighted_sum);
  };

  for (int64_t n = 0; n < arg.images; ++n) {
    int64_t filled = arg.top / kStride - kMargin;
    for (int64_t begin = 0; begin < arg.height; begin += strip) {
      const int64_t end = std::min(begin + strip, arg.height);
      const int64_t needed = (end - 1 + arg.top) / kStride + 1;
      const int64_t image = n * arg.height * arg.row();
      for (int64_t c = 0; c < channels; c += kLanes) {
        fill(dz + n * arg.out_height * arg.out_row(), c, filled, needed);
        compute(arg.x + image, g + image, c, begin, end);
      }
      filled = needed;
    }
    for (Sums* each : {&sums, &weighted, &kernel_gradients})
      each->image_done(arg.height * width, n + 1 == arg.images);
  }
  std::copy_n(kernel_gradients.total(), kTaps * channels, dk);
  std::copy_n(sums.total(), channels, g_sums);
  std::copy_n(weighted.total(), channels, g_sums + channels);
}

// dz, x, coefficients, kernel -> g (the gradient of the normalised x before its activation), the
// kernel's gradient, and the sums of gradient_sums for g.
inline void depthwise_gradient(const Attributes& attr, TF_OpKernelContext* context) {
  Tensor x = maps(context, 1), coefficients = table(context, 2, 4, x.channels());
  Tensor kernel = input(context, 3);
  const DepthwiseArguments arg = depthwise_arguments(attr, x, coefficients, kernel);
  Tensor dz = maps_like(context, 0, {arg.images, arg.out_height, arg.out_width, arg.channels});
  Tensor g = output(context, 0, x.dims()), dk = output(context, 1, kernel.dims());
  Tensor sums = output(context, 2, {2, arg.channels});
  specialize(arg.channels, kernel.dim(0), attr.stride, [&](auto lanes, auto size, auto stride) {
    depthwise_backward<lanes(), size(), stride()>(arg, dz.data(), g.data(), dk.data(),
                                                  sums.data());
  });
}

}  // namespace modelzoo
