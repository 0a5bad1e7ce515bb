// What a depthwise convolution and its gradient have in common: how they go through their maps.
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
#include "tensors.h"

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

}  // namespace modelzoo
