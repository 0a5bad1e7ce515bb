// Depthwise convolution of normalised and activated maps, and its gradient.
//
// An image is computed strip by strip of a few rows, and a strip vector by vector of channels, so
// that a kernel's weights stay in registers and the rows under it in the nearest cache. As that
// leaps over the memory of the maps, the next strip is asked for in advance, from its beginning to
// its end: one cache line with each vector that is computed, which hides most of the waiting.

#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "activation.h"
#include "batch_norm.h"
#include "tensors.h"
#include "vectors.h"

namespace modelzoo {

struct DepthwiseArguments {
  int64_t images, height, width, channels;  // of the maps
  int64_t top, left, out_height, out_width;
  const float *x, *coefficients, *kernel;
  Activation activation;

  int64_t row() const { return width * channels; }
  int64_t out_row() const { return out_width * channels; }
};

template <int kValue>
using Constant = std::integral_constant<int, kValue>;

// As many rows as leave room in the nearest cache for the next strip and for the results of both.
inline int64_t strip_rows(int64_t row, int64_t rows) {
  constexpr int64_t kFloats = 1024;
  return std::clamp<int64_t>(kFloats / row, 1, rows);
}

// The latest rows of an image with columns of zeros at their sides, for each vector of channels.
template <int kLanes>
class Rows {
 public:
  Rows(int64_t kept, int64_t rows, int64_t columns, int64_t channels)
      : plane_(kept * columns), data_(plane_ * channels, 0.0f) {
    for (int64_t i = 0; i < rows; ++i) offsets_.push_back(i % kept * columns * kLanes);
  }
  float* row(int64_t channel, int64_t index) {
    return data_.data() + channel * plane_ + offsets_[index];
  }

 private:
  int64_t plane_;  // pixels
  Buffer<float> data_;
  std::vector<int64_t> offsets_;  // a table, as a division takes as long as a few pixels
};

// Sums of many values: in float over an image or a few small ones, and these in double.
class Sums {
 public:
  explicit Sums(int64_t count) : recent_(count, 0.0f), total_(count, 0.0) {}
  float* recent(int64_t index) { return recent_.data() + index; }
  const double* total() const { return total_.data(); }
  void image_done(int64_t pixels, bool last) {
    constexpr int64_t kPixels = 1024;
    pixels_ += pixels;
    if (pixels_ < kPixels && !last) return;
    pixels_ = 0;
    for (size_t i = 0; i < total_.size(); ++i) total_[i] += recent_[i];
    std::fill(recent_.begin(), recent_.end(), 0.0f);
  }

 private:
  Buffer<float> recent_;
  Buffer<double> total_;
  int64_t pixels_ = 0;
};

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

// Calls `function(lanes, kernel, stride)` with constants for what is known at run time only.
template <typename Function>
void specialize(int64_t channels, int64_t kernel, int64_t stride, Function function) {
  const auto with_stride = [&](auto lanes, auto size) {
    stride == 1 ? function(lanes, size, Constant<1>()) : function(lanes, size, Constant<2>());
  };
  const auto with_kernel = [&](auto lanes) {
    kernel == 3 ? with_stride(lanes, Constant<3>()) : with_stride(lanes, Constant<5>());
  };
  if (channels % 16 == 0) return with_kernel(Constant<16>());
  if (channels % 8 == 0) return with_kernel(Constant<8>());
  if (channels % 4 == 0) return with_kernel(Constant<4>());
  with_kernel(Constant<1>());
}

inline DepthwiseArguments depthwise_arguments(const Attributes& attr, const Tensor& x,
                                              const Tensor& coefficients, const Tensor& kernel) {
  const std::vector<int64_t> dims = x.dims(), shape = kernel.dims();
  require(dims.size() == 4 && dims[1] >= 1 && dims[2] >= 1,
          "maps (batch, height, width, channels) of one pixel or more");
  require(shape.size() == 4 && (shape[0] == 3 || shape[0] == 5) && shape[1] == shape[0] &&
              shape[2] == dims[3] && shape[3] == 1,
          "a kernel (3, 3, channels, 1) or (5, 5, channels, 1) for the channels of the maps");
  require(attr.stride == 1 || attr.stride == 2, "a stride of 1 or 2");
  require(attr.top >= 0 && attr.left >= 0 && attr.height >= 1 && attr.width >= 1,
          "top and left of 0 or more, height and width of 1 or more");
  return {dims[0],   dims[1],  dims[2],     dims[3],    attr.top,
          attr.left, attr.height, attr.width, x.data(), coefficients.data(),
          kernel.data(), Activation(attr)};
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
