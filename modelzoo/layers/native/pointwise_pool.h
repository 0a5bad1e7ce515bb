// A 1 x 1 convolution, bias, ReLU and 2 x 2 max pooling in one pass, and the gradient of all of it.
//
// Pooling commutes with adding a bias and with ReLU, so three quarters of both are never done, and
// the maps before pooling, four times as large as what is kept of them, are never written. Backward,
// only the position that won in each window gets a gradient.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tensors.h"
#include "vectors.h"

namespace modelzoo {
namespace pointwise_pool {

typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef uint16_t Shorts __attribute__((vector_size(32)));
typedef int32_t Indices __attribute__((vector_size(64)));

constexpr int kWindow = 4;    // positions of a window
constexpr int kNobody = 4;    // nobody has won: ReLU makes it 0
constexpr int kLanes = 16;    // outputs at once
constexpr int kFewInputs = 4; // as many inputs as have their sums in registers

struct Shape {
  int64_t images, height, width, inputs, outputs, pooled_height, pooled_width;

  Shape(const Tensor& x, const Tensor& kernel)
      : images(x.dim(0)),
        height(x.dim(1)),
        width(x.dim(2)),
        inputs(x.dim(3)),
        outputs(kernel.channels()),
        pooled_height(height / 2),
        pooled_width(width / 2) {}

  // Where the positions of a window begin.
  void window(int64_t image, int64_t y, int64_t x, int64_t (&begin)[kWindow]) const {
    const int64_t first = ((image * height + 2 * y) * width + 2 * x) * inputs;
    begin[0] = first;
    begin[1] = first + inputs;
    begin[2] = first + width * inputs;
    begin[3] = first + (width + 1) * inputs;
  }
};

template <typename Function>
MODELZOO_INLINE inline void for_each_window(const Shape& shape, Function function) {
  int64_t pooled = 0, begin[kWindow];
  for (int64_t n = 0; n < shape.images; ++n)
    for (int64_t y = 0; y < shape.pooled_height; ++y)
      for (int64_t x = 0; x < shape.pooled_width; ++x) {
        shape.window(n, y, x, begin);
        function(begin, pooled * shape.outputs);
        ++pooled;
      }
}

inline void check(const Tensor& x, const Tensor& kernel) {
  require(x.dims().size() == 4 && (x.channels() <= kFewInputs || x.channels() % 8 == 0),
          "maps (batch, height, width, channels) of at most 4 channels or a multiple of 8");
  require(kernel.dims().size() == 4 && kernel.dim(2) == x.channels() &&
              kernel.size() == x.channels() * kernel.channels() && kernel.channels() % kLanes == 0,
          "a kernel (1, 1, channels, outputs) with outputs in multiples of 16");
}

template <int kChunks>
MODELZOO_INLINE inline void forward_window(const Shape& shape, const float* u,
                                           const int64_t (&begin)[kWindow], const float* kernel,
                                           const float* bias, float* y, uint8_t* winners) {
  Wide sums[kWindow][kChunks] = {};
  for (int64_t i = 0; i < shape.inputs; ++i) {
    Wide weights[kChunks];
    for (int c = 0; c < kChunks; ++c)
      weights[c] = load<Wide>(kernel + i * shape.outputs + c * kLanes);
    for (int p = 0; p < kWindow; ++p) {
      const Wide value = splat<Wide>(u[begin[p] + i]);
      for (int c = 0; c < kChunks; ++c) sums[p][c] += value * weights[c];
    }
  }
  for (int c = 0; c < kChunks; ++c) {
    Wide best = sums[0][c];
    Indices winner = {};
    for (int p = 1; p < kWindow; ++p) {
      // The first of equal ones wins, as in TensorFlow; NaN wins over numbers, and stays.
      const Indices loses = (sums[p][c] <= best) | (best != best);
      best = loses ? best : sums[p][c];
      winner = loses ? winner : Indices{} + p;
    }
    best += load<Wide>(bias + c * kLanes);
    const Indices is_zero = best <= Wide{};
    store<Wide>(y + c * kLanes, is_zero ? Wide{} : best);
    const Bytes bytes = __builtin_convertvector(is_zero ? Indices{} + kNobody : winner, Bytes);
    std::memcpy(winners + c * kLanes, &bytes, kLanes);
  }
}

// x, kernel (1, 1, inputs, outputs), bias -> y, winners (0 to 3, or 4 where ReLU gives 0)
inline void forward(const Attributes&, TF_OpKernelContext* context) {
  Tensor x = input(context, 0), kernel = input(context, 1);
  check(x, kernel);
  Tensor bias = table(context, 2, 1, kernel.channels());
  const Shape shape(x, kernel);
  const std::vector<int64_t> dims = {shape.images, shape.pooled_height, shape.pooled_width,
                                     shape.outputs};
  Tensor y = output(context, 0, dims), winners = output_bytes(context, 1, dims);
  const float *u = x.data(), *k = kernel.data(), *b = bias.data();
  float* to = y.data();
  uint8_t* won = winners.bytes();
  for_each_window(shape, [&](const int64_t (&begin)[kWindow], int64_t pooled) {
    int64_t c = 0;
    for (; c + 2 * kLanes <= shape.outputs; c += 2 * kLanes)
      forward_window<2>(shape, u, begin, k + c, b + c, to + pooled + c, won + pooled + c);
    if (c < shape.outputs)
      forward_window<1>(shape, u, begin, k + c, b + c, to + pooled + c, won + pooled + c);
  });
}

// ---------------------------------------------------------------------------------------------
// The gradient where there are few inputs: outputs are in the lanes, and each position takes what of
// their gradients is its own.

inline void distribute(const float* dy, const uint8_t* winners, Wide (&shares)[kWindow]) {
  Bytes bytes;
  std::memcpy(&bytes, winners, kLanes);
  // By way of 16 bits: GCC converts from 8 to 32 one by one.
  const Indices winner =
      __builtin_convertvector(__builtin_convertvector(bytes, Shorts), Indices);
  const Wide gradient = load<Wide>(dy);
  for (int p = 0; p < kWindow; ++p) shares[p] = winner == Indices{} + p ? gradient : Wide{};
}

typedef Lanes<8>::Vector Eight;
typedef Lanes<4>::Vector Four;

inline Four sums_of_quarters(Wide v) {
  const float* lanes = reinterpret_cast<const float*>(&v);
  const Eight eight = load<Eight>(lanes) + load<Eight>(lanes + 8);
  const float* halves = reinterpret_cast<const float*>(&eight);
  return load<Four>(halves) + load<Four>(halves + 4);
}

inline Four sums_of_pairs(Four a, Four b) {
  return Four{a[0], a[2], b[0], b[2]} + Four{a[1], a[3], b[1], b[3]};
}

// The sum of each of four vectors.
inline Four sums_of_lanes(const Wide (&v)[4]) {
  return sums_of_pairs(sums_of_pairs(sums_of_quarters(v[0]), sums_of_quarters(v[1])),
                       sums_of_pairs(sums_of_quarters(v[2]), sums_of_quarters(v[3])));
}

// The gradient through some outputs. That of the maps is written by the first ones, and added to by
// the others.
template <int kInputs, int kChunks>
void gradient_through(const Shape& shape, const float* u, const float* dy, const uint8_t* winners,
                      const float* kernel, bool is_first, float* du, float* dk, float* db) {
  Wide weights[kInputs][kChunks], own[kInputs][kChunks] = {}, own_bias[kChunks] = {};
  for (int i = 0; i < kInputs; ++i)
    for (int c = 0; c < kChunks; ++c)
      weights[i][c] = load<Wide>(kernel + i * shape.outputs + c * kLanes);
  for_each_window(shape, [&](const int64_t (&begin)[kWindow], int64_t pooled) MODELZOO_INLINE {
    Wide sums[kWindow][kFewInputs] = {};
    for (int c = 0; c < kChunks; ++c) {
      Wide shares[kWindow];
      distribute(dy + pooled + c * kLanes, winners + pooled + c * kLanes, shares);
      own_bias[c] += (shares[0] + shares[1]) + (shares[2] + shares[3]);
      for (int i = 0; i < kInputs; ++i)
        for (int p = 0; p < kWindow; ++p) {
          sums[p][i] += weights[i][c] * shares[p];
          own[i][c] += splat<Wide>(u[begin[p] + i]) * shares[p];
        }
    }
    for (int p = 0; p < kWindow; ++p) {
      const Four inputs = sums_of_lanes(sums[p]);
      for (int i = 0; i < kInputs; ++i)
        du[begin[p] + i] = is_first ? inputs[i] : du[begin[p] + i] + inputs[i];
    }
  });
  for (int c = 0; c < kChunks; ++c) {
    store<Wide>(db + c * kLanes, own_bias[c]);
    for (int i = 0; i < kInputs; ++i)
      store<Wide>(dk + i * shape.outputs + c * kLanes, own[i][c]);
  }
}

template <int kInputs>
void gradient_of_few(const Shape& shape, const float* u, const float* dy, const uint8_t* winners,
                     const float* kernel, float* du, float* dk, float* db) {
  for (int64_t c = 0; c < shape.outputs; c += 2 * kLanes) {
    const auto compute = c + kLanes < shape.outputs ? gradient_through<kInputs, 2>
                                                    : gradient_through<kInputs, 1>;
    compute(shape, u, dy + c, winners + c, kernel + c, c == 0, du, dk + c, db + c);
  }
}

// ---------------------------------------------------------------------------------------------
// The gradient where there are many inputs: they are in the lanes, and each position goes through
// the outputs that it has won.

struct Wins {
  std::vector<int32_t> outputs;  // by position, and those that nobody has won at last
  int64_t stride, count[kWindow + 1];

  explicit Wins(int64_t stride) : outputs((kWindow + 1) * stride), stride(stride) {}

  void find(const uint8_t* winners) {
    std::fill_n(count, kWindow + 1, 0);
    for (int64_t c = 0; c < stride; ++c) {
      const int p = winners[c];
      outputs[p * stride + count[p]++] = c;
    }
  }
};

template <int kInputLanes, int kVectors>
void gradient_of_inputs(const Shape& shape, const Wins& wins, const int64_t (&begin)[kWindow],
                        const float* u, const float* dy, const float* transposed, float* du,
                        float* dk_transposed) {
  typedef typename Lanes<kInputLanes>::Vector V;
  for (int p = 0; p < kWindow; ++p) {
    V values[kVectors], sums[kVectors] = {};
    for (int v = 0; v < kVectors; ++v) values[v] = load<V>(u + begin[p] + v * kInputLanes);
    const int32_t* outputs = wins.outputs.data() + p * wins.stride;
    for (int64_t index = 0; index < wins.count[p]; ++index) {
      const int64_t c = outputs[index], row = c * shape.inputs;
      const V gradient = splat<V>(dy[c]);
      for (int v = 0; v < kVectors; ++v) {
        sums[v] += gradient * load<V>(transposed + row + v * kInputLanes);
        add<V>(dk_transposed + row + v * kInputLanes, gradient * values[v]);
      }
    }
    for (int v = 0; v < kVectors; ++v) store<V>(du + begin[p] + v * kInputLanes, sums[v]);
  }
}

inline void gradient_of_many(const Shape& shape, const float* u, const float* dy, const uint8_t* winners,
                      const float* kernel, float* du, float* dk, float* db) {
  std::vector<float> transposed(shape.inputs * shape.outputs), dk_transposed(transposed.size());
  for (int64_t i = 0; i < shape.inputs; ++i)
    for (int64_t c = 0; c < shape.outputs; ++c)
      transposed[c * shape.inputs + i] = kernel[i * shape.outputs + c];
  Wins wins(shape.outputs);
  for_each_window(shape, [&](const int64_t (&begin)[kWindow], int64_t pooled) {
    wins.find(winners + pooled);
    for (int64_t c = 0; c < shape.outputs; ++c)
      db[c] += winners[pooled + c] == kNobody ? 0.0f : dy[pooled + c];
    const float *weights = transposed.data(), *values = u, *upstream = dy + pooled;
    float *to = du, *own = dk_transposed.data();
    int64_t left = shape.inputs;
    const auto advance = [&](int64_t inputs) {
      values += inputs, weights += inputs, to += inputs, own += inputs, left -= inputs;
    };
    for (; left >= 32; advance(32))
      gradient_of_inputs<16, 2>(shape, wins, begin, values, upstream, weights, to, own);
    for (; left >= 16; advance(16))
      gradient_of_inputs<16, 1>(shape, wins, begin, values, upstream, weights, to, own);
    for (; left >= 8; advance(8))
      gradient_of_inputs<8, 1>(shape, wins, begin, values, upstream, weights, to, own);
  });
  for (int64_t i = 0; i < shape.inputs; ++i)
    for (int64_t c = 0; c < shape.outputs; ++c)
      dk[i * shape.outputs + c] = dk_transposed[c * shape.inputs + i];
}

// dy, winners, x, kernel -> dx, the gradients of kernel and bias
inline void gradient(const Attributes&, TF_OpKernelContext* context) {
  Tensor x = input(context, 2), kernel = input(context, 3);
  check(x, kernel);
  const Shape shape(x, kernel);
  const std::vector<int64_t> dims = {shape.images, shape.pooled_height, shape.pooled_width,
                                     shape.outputs};
  Tensor dy = maps_like(context, 0, dims), winners = maps_like(context, 1, dims);
  Tensor dx = output(context, 0, x.dims()), dk = output(context, 1, kernel.dims());
  Tensor db = output(context, 2, {shape.outputs});
  std::fill_n(dk.data(), dk.size(), 0.0f);
  std::fill_n(db.data(), db.size(), 0.0f);
  // A last row or column that is in no window has no gradient.
  if (shape.height % 2 || shape.width % 2) std::fill_n(dx.data(), dx.size(), 0.0f);
  const auto compute = shape.inputs == 1   ? gradient_of_few<1>
                       : shape.inputs == 2 ? gradient_of_few<2>
                       : shape.inputs == 3 ? gradient_of_few<3>
                       : shape.inputs == 4 ? gradient_of_few<4>
                                           : gradient_of_many;
  compute(shape, x.data(), dy.data(), winners.bytes(), kernel.data(), dx.data(), dk.data(),
          db.data());
}

}  // namespace pointwise_pool
}  // namespace modelzoo
