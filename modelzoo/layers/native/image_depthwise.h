// A 3 x 3 depthwise convolution of images, which have too few channels to fill a vector: the pixels
// of a row lie side by side in the lanes, and a vector of the kernel repeats its channels.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "tensors.h"
#include "vectors.h"

namespace modelzoo {
namespace image_depthwise {

constexpr int kKernel = 3, kTaps = kKernel * kKernel;
constexpr int64_t kMostChannels = 4;

struct Shape {
  int64_t images, height, width, channels, out_height, out_width;

  explicit Shape(const Tensor& x)
      : images(x.dim(0)),
        height(x.dim(1)),
        width(x.dim(2)),
        channels(x.dim(3)),
        out_height(height - kKernel + 1),
        out_width(width - kKernel + 1) {}
  int64_t row() const { return width * channels; }
  int64_t out_row() const { return out_width * channels; }
  std::vector<int64_t> out_dims() const { return {images, out_height, out_width, channels}; }
};

inline void check(const Tensor& x) {
  require(x.dims().size() == 4 && x.channels() >= 1 && x.channels() <= kMostChannels &&
              x.dim(1) >= kKernel && x.dim(2) >= kKernel,
          "images (batch, height, width, channels) of 1 to 4 channels and 3 x 3 pixels or more");
}

// As many vectors as it takes until the channels repeat.
template <int kVectors>
struct Block {
  static constexpr int kSize = 16 * kVectors;
  Wide vectors[kVectors];
};

// Adds the products of a block of a row of the result with the pixels under each tap to `sums`.
template <int kVectors>
inline void add_products(const float* const (&rows)[kKernel], int64_t channels, const float* dz,
                         Block<kVectors> (&sums)[kTaps]) {
  for (int v = 0; v < kVectors; ++v) {
    const Wide upstream = load<Wide>(dz + 16 * v);
    for (int i = 0; i < kKernel; ++i)
      for (int j = 0; j < kKernel; ++j)
        sums[i * kKernel + j].vectors[v] += upstream * load<Wide>(rows[i] + 16 * v + j * channels);
  }
}

template <int kVectors>
void kernel_gradient(const Shape& shape, const float* x, const float* dz, float* dk) {
  constexpr int kSize = Block<kVectors>::kSize;
  std::vector<double> totals(kTaps * kSize, 0.0);
  // What is left at the end of a row, filled up with zeros.
  float end[kKernel][kSize + 2 * kMostChannels] = {}, end_dz[kSize] = {};
  const int64_t whole = shape.out_row() / kSize * kSize, left = shape.out_row() - whole;
  for (int64_t n = 0; n < shape.images; ++n) {
    Block<kVectors> sums[kTaps] = {};
    for (int64_t y = 0; y < shape.out_height; ++y) {
      const float* first = x + (n * shape.height + y) * shape.row();
      const float* upstream = dz + (n * shape.out_height + y) * shape.out_row();
      for (int64_t f = 0; f < whole; f += kSize) {
        const float* const rows[] = {first + f, first + shape.row() + f, first + 2 * shape.row() + f};
        add_products<kVectors>(rows, shape.channels, upstream + f, sums);
      }
      if (left == 0) continue;
      for (int i = 0; i < kKernel; ++i)
        std::copy_n(first + i * shape.row() + whole, left + 2 * shape.channels, end[i]);
      std::copy_n(upstream + whole, left, end_dz);
      const float* const rows[] = {end[0], end[1], end[2]};
      add_products<kVectors>(rows, shape.channels, end_dz, sums);
    }
    for (int tap = 0; tap < kTaps; ++tap)
      for (int lane = 0; lane < kSize; ++lane)
        totals[tap * kSize + lane] += sums[tap].vectors[lane / 16][lane % 16];
  }
  std::vector<double> gradient(kTaps * shape.channels, 0.0);
  for (int tap = 0; tap < kTaps; ++tap)
    for (int lane = 0; lane < kSize; ++lane)
      gradient[tap * shape.channels + lane % shape.channels] += totals[tap * kSize + lane];
  std::copy(gradient.begin(), gradient.end(), dk);
}

template <int kVectors>
void convolve(const Shape& shape, const float* x, const float* kernel, float* z) {
  constexpr int kSize = Block<kVectors>::kSize;
  Block<kVectors> taps[kTaps];
  for (int tap = 0; tap < kTaps; ++tap)
    for (int lane = 0; lane < kSize; ++lane)
      taps[tap].vectors[lane / 16][lane % 16] =
          kernel[tap * shape.channels + lane % shape.channels];
  const auto block = [&](const float* const (&rows)[kKernel], float* to) {
    for (int v = 0; v < kVectors; ++v) {
      Wide sum = {};
      for (int i = 0; i < kKernel; ++i)
        for (int j = 0; j < kKernel; ++j)
          sum += taps[i * kKernel + j].vectors[v] *
                 load<Wide>(rows[i] + 16 * v + j * shape.channels);
      store<Wide>(to + 16 * v, sum);
    }
  };
  float end[kKernel][kSize + 2 * kMostChannels] = {}, end_z[kSize];
  const int64_t whole = shape.out_row() / kSize * kSize, left = shape.out_row() - whole;
  for (int64_t n = 0; n < shape.images; ++n)
    for (int64_t y = 0; y < shape.out_height; ++y, z += shape.out_row()) {
      const float* first = x + (n * shape.height + y) * shape.row();
      for (int64_t f = 0; f < whole; f += kSize)
        block({first + f, first + shape.row() + f, first + 2 * shape.row() + f}, z + f);
      if (left == 0) continue;
      for (int i = 0; i < kKernel; ++i)
        std::copy_n(first + i * shape.row() + whole, left + 2 * shape.channels, end[i]);
      block({end[0], end[1], end[2]}, end_z);
      std::copy_n(end_z, left, z + whole);
    }
}

// x, kernel (3, 3, channels, 1) -> z, without padding and with a stride of 1
inline void forward(const Attributes&, TF_OpKernelContext* context) {
  Tensor x = input(context, 0);
  check(x);
  const Shape shape(x);
  Tensor kernel = table(context, 1, kTaps, shape.channels);
  Tensor z = output(context, 0, shape.out_dims());
  const auto compute = shape.channels == 3 ? convolve<3> : convolve<1>;
  compute(shape, x.data(), kernel.data(), z.data());
}

// dz, x -> the kernel's gradient
inline void gradient(const Attributes&, TF_OpKernelContext* context) {
  Tensor x = input(context, 1);
  check(x);
  const Shape shape(x);
  Tensor dz = maps_like(context, 0, shape.out_dims());
  Tensor dk = output(context, 0, {kKernel, kKernel, shape.channels, 1});
  const auto compute = shape.channels == 3 ? kernel_gradient<3> : kernel_gradient<1>;
  compute(shape, x.data(), dz.data(), dk.data());
}

}  // namespace image_depthwise
}  // namespace modelzoo
