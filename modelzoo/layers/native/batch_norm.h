// Batch norm of maps (batch, ..., channels): its statistics, itself, and its gradients.
// Ioffe and Szegedy 2015, "Batch Normalization", arXiv:1502.03167.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "activation.h"
#include "tensors.h"
#include "vectors.h"

namespace modelzoo {

// Rows of channels as rows of whole vectors: where channels are few, several rows side by side.

struct WideRows {
  int64_t channels, width, count, tail_begin, size;

  WideRows(int64_t size, int64_t channels)
      : channels(channels),
        width(channels * (16 / std::gcd(channels, int64_t{16}))),
        count(size / width),
        tail_begin(count * width),
        size(size) {}

  // A value per channel, repeated for each of the rows that lie side by side.
  Buffer<float> repeat(const float* values) const {
    Buffer<float> repeated(width);
    for (int64_t i = 0; i < width; ++i) repeated[i] = values[i % channels];
    return repeated;
  }
};

constexpr int64_t kRowsPerBlock = 64;  // summed up in float, and the blocks in double
constexpr int kVectors = 4;            // as many sums as registers hold

// Adds up two sums per channel over all values. The functions get the index of a value (or of a
// vector of them), its index in the wide row, and the two sums to add to.
template <typename Vectorised, typename Scalar>
void sum_pairs(const WideRows& rows, Vectorised vectorised, Scalar scalar, double* first,
               double* second) {
  std::vector<double> sums(2 * rows.width, 0.0);
  double *a = sums.data(), *b = a + rows.width;
  for (int64_t begin = 0; begin < rows.count; begin += kRowsPerBlock) {
    const int64_t end = std::min(begin + kRowsPerBlock, rows.count);
    for (int64_t column = 0; column < rows.width; column += 16 * kVectors) {
      const int vectors = std::min<int64_t>(kVectors, (rows.width - column) / 16);
      Wide s[kVectors] = {}, q[kVectors] = {};
      if (vectors == kVectors) {
        for (int64_t row = begin; row < end; ++row)
          for (int v = 0; v < kVectors; ++v)
            vectorised(row * rows.width + column + 16 * v, column + 16 * v, s[v], q[v]);
      } else {
        for (int64_t row = begin; row < end; ++row)
          for (int v = 0; v < vectors; ++v)
            vectorised(row * rows.width + column + 16 * v, column + 16 * v, s[v], q[v]);
      }
      for (int v = 0; v < vectors; ++v)
        for (int lane = 0; lane < 16; ++lane) {
          a[column + 16 * v + lane] += s[v][lane];
          b[column + 16 * v + lane] += q[v][lane];
        }
    }
  }
  for (int64_t i = rows.tail_begin; i < rows.size; ++i)
    scalar(i, i - rows.tail_begin, a[i - rows.tail_begin], b[i - rows.tail_begin]);
  for (int64_t i = 0; i < rows.width; ++i) {
    first[i % rows.channels] += a[i];
    second[i % rows.channels] += b[i];
  }
}

// Number, mean and sum of squared deviations, from sums of deviations from a pivot.
inline void write_moments(float* moments, int64_t channels, int64_t count, const float* pivot,
                   const double* sum, const double* squares) {
  const double n = count;
  for (int64_t c = 0; c < channels; ++c) {
    const double mean = count > 0 ? sum[c] / n : 0.0;
    moments[c] = n;
    moments[channels + c] = count > 0 ? pivot[c] + mean : 0.0;
    // Rounding may leave a little less than nothing. The first argument is kept where it is NaN.
    moments[2 * channels + c] = count > 0 ? std::max(squares[c] - sum[c] * mean, 0.0) : 0.0;
  }
}

// x -> moments (3, channels): number of values, mean, sum of squared deviations from the mean.
inline void moments(const Attributes&, TF_OpKernelContext* context) {
  Tensor x = maps(context, 0);
  const int64_t channels = x.channels();
  Tensor result = output(context, 0, {3, channels});
  std::vector<double> sum(channels, 0.0), squares(channels, 0.0);
  if (x.size() == 0) {
    write_moments(result.data(), channels, 0, nullptr, sum.data(), squares.data());
    return;
  }
  const WideRows rows(x.size(), channels);
  const float* values = x.data();
  // Deviations from the first value lose no digits where the mean is far from zero.
  const Buffer<float> pivot = rows.repeat(values);
  const float* p = pivot.data();
  sum_pairs(
      rows,
      [=](int64_t i, int64_t column, Wide& s, Wide& q) {
        const Wide d = load<Wide>(values + i) - load<Wide>(p + column);
        s += d;
        q += d * d;
      },
      [=](int64_t i, int64_t column, double& s, double& q) {
        const double d = values[i] - p[column];
        s += d;
        q += d * d;
      },
      sum.data(), squares.data());
  write_moments(result.data(), channels, x.size() / channels, p, sum.data(), squares.data());
}

// gamma, beta, moving mean, moving variance, moments of each part -> coefficients (4, channels):
// scale, shift, mean, 1 / deviation; and the new moving mean and variance.
inline void coefficients(const Attributes& attr, TF_OpKernelContext* context) {
  Tensor gamma = input(context, 0);
  const int64_t channels = gamma.size();
  Tensor beta = table(context, 1, 1, channels);
  Tensor moving_mean = table(context, 2, 1, channels);
  Tensor moving_variance = table(context, 3, 1, channels);
  std::vector<Tensor> parts;
  for (int part = 0; part < attr.parts; ++part)
    parts.push_back(table(context, 4 + part, 3, channels));
  Tensor result = output(context, 0, {4, channels});
  Tensor new_mean = output(context, 1, {channels}), new_variance = output(context, 2, {channels});
  float* out = result.data();
  for (int64_t c = 0; c < channels; ++c) {
    // Chan, Golub, LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample
    // variances", equation 2.1.
    double n = 0, mean = 0, squares = 0;
    for (const Tensor& part : parts) {
      const float* m = part.data() + c;
      const double count = m[0], delta = m[channels] - mean, total = n + count;
      if (count == 0) continue;
      squares += m[2 * channels] + delta * delta * n * count / total;
      mean += delta * count / total;
      n = total;
    }
    const double variance = squares / n;
    const double inverse = 1.0 / std::sqrt(variance + attr.epsilon);
    const double scale = gamma.data()[c] * inverse;
    out[c] = scale;
    out[channels + c] = beta.data()[c] - mean * scale;
    out[2 * channels + c] = mean;
    out[3 * channels + c] = inverse;
    const float keep = attr.momentum;
    new_mean.data()[c] = moving_mean.data()[c] * keep + static_cast<float>(mean) * (1 - keep);
    new_variance.data()[c] =
        moving_variance.data()[c] * keep + static_cast<float>(variance) * (1 - keep);
  }
}

// x, coefficients -> the activation of scale * x + shift
inline void normalize(const Attributes& attr, TF_OpKernelContext* context) {
  Tensor x = maps(context, 0), coefficients = table(context, 1, 4, x.channels());
  Tensor y = output(context, 0, x.dims());
  const WideRows rows(x.size(), x.channels());
  const Buffer<float> scale = rows.repeat(coefficients.data());
  const Buffer<float> shift = rows.repeat(coefficients.data() + rows.channels);
  const float *from = x.data(), *a = scale.data(), *b = shift.data();
  float* to = y.data();
  const Activation activation(attr);
  for (int64_t row = 0; row < rows.count; ++row) {
    const int64_t begin = row * rows.width;
    for (int64_t i = 0; i < rows.width; i += 16)
      store(to + begin + i,
            activation.of<Wide>(load<Wide>(from + begin + i) * load<Wide>(a + i) +
                                   load<Wide>(b + i)));
  }
  for (int64_t i = rows.tail_begin; i < rows.size; ++i)
    to[i] = activation.of<float>(from[i] * a[i - rows.tail_begin] + b[i - rows.tail_begin]);
}

// dy, x, coefficients -> sums (2, channels) of g and of g * (x - mean), where g is the gradient of
// the normalised x and dy that of its activation.
inline void gradient_sums(const Attributes& attr, TF_OpKernelContext* context) {
  Tensor x = maps(context, 1), dy = maps_like(context, 0, x.dims());
  Tensor coefficients = table(context, 2, 4, x.channels());
  const WideRows rows(x.size(), x.channels());
  Tensor result = output(context, 0, {2, rows.channels});
  const Buffer<float> scale = rows.repeat(coefficients.data());
  const Buffer<float> shift = rows.repeat(coefficients.data() + rows.channels);
  const Buffer<float> mean = rows.repeat(coefficients.data() + 2 * rows.channels);
  const float *grad = dy.data(), *values = x.data();
  const float *a = scale.data(), *b = shift.data(), *m = mean.data();
  const Activation activation(attr);
  std::vector<double> sums(2 * rows.channels, 0.0);
  sum_pairs(
      rows,
      [=](int64_t i, int64_t column, Wide& s, Wide& q) {
        const Wide v = load<Wide>(values + i);
        const Wide y = v * load<Wide>(a + column) + load<Wide>(b + column);
        const Wide g = activation.gradient<Wide>(load<Wide>(grad + i), y);
        s += g;
        q += g * (v - load<Wide>(m + column));
      },
      [=](int64_t i, int64_t column, double& s, double& q) {
        const float y = values[i] * a[column] + b[column];
        const float g = activation.gradient<float>(grad[i], y);
        s += g;
        q += g * (values[i] - m[column]);
      },
      sums.data(), sums.data() + rows.channels);
  for (int64_t i = 0; i < 2 * rows.channels; ++i) result.data()[i] = sums[i];
}

// coefficients, moments and sums of each part -> the gradients of gamma and beta, and
// the two factors (2, channels) of dx = scale * g + factor 0 * (x - mean) + factor 1.
// Section 3 of the paper.
inline void gradient_factors(const Attributes& attr, TF_OpKernelContext* context) {
  Tensor coefficients = maps(context, 0);
  const int64_t channels = coefficients.channels();
  require(coefficients.size() == 4 * channels, "coefficients (4, channels)");
  std::vector<Tensor> moments, sums;
  for (int part = 0; part < attr.parts; ++part) {
    moments.push_back(table(context, 1 + part, 3, channels));
    sums.push_back(table(context, 1 + attr.parts + part, 2, channels));
  }
  Tensor gamma = output(context, 0, {channels}), beta = output(context, 1, {channels});
  Tensor factors = output(context, 2, {2, channels});
  const float* coefficient = coefficients.data();
  for (int64_t c = 0; c < channels; ++c) {
    double n = 0, g = 0, g_x = 0;
    for (int part = 0; part < attr.parts; ++part) {
      n += moments[part].data()[c];
      g += sums[part].data()[c];
      g_x += sums[part].data()[channels + c];
    }
    const double scale = coefficient[c], inverse = coefficient[3 * channels + c];
    beta.data()[c] = g;
    gamma.data()[c] = g_x * inverse;
    factors.data()[c] = -scale * inverse * inverse * g_x / n;
    factors.data()[channels + c] = -scale * g / n;
  }
}

// dy, x, coefficients, factors -> dx
inline void input_gradient(const Attributes& attr, TF_OpKernelContext* context) {
  Tensor x = maps(context, 1), dy = maps_like(context, 0, x.dims());
  Tensor coefficients = table(context, 2, 4, x.channels());
  Tensor factors = table(context, 3, 2, x.channels());
  Tensor dx = output_over_input(context, 0, 0, x.dims());
  const WideRows rows(x.size(), x.channels());
  const Buffer<float> scale = rows.repeat(coefficients.data());
  const Buffer<float> shift = rows.repeat(coefficients.data() + rows.channels);
  const Buffer<float> mean = rows.repeat(coefficients.data() + 2 * rows.channels);
  const Buffer<float> slope = rows.repeat(factors.data());
  const Buffer<float> constant = rows.repeat(factors.data() + rows.channels);
  const float *grad = dy.data(), *values = x.data(), *a = scale.data(), *b = shift.data();
  const float *m = mean.data(), *f = slope.data(), *k = constant.data();
  float* to = dx.data();
  const Activation activation(attr);
  for (int64_t row = 0; row < rows.count; ++row) {
    const int64_t begin = row * rows.width;
    for (int64_t i = 0; i < rows.width; i += 16) {
      const Wide v = load<Wide>(values + begin + i);
      const Wide y = v * load<Wide>(a + i) + load<Wide>(b + i);
      const Wide g = activation.gradient<Wide>(load<Wide>(grad + begin + i), y);
      const Wide from_mean = v - load<Wide>(m + i);
      store(to + begin + i,
            load<Wide>(a + i) * g + load<Wide>(f + i) * from_mean + load<Wide>(k + i));
    }
  }
  for (int64_t i = rows.tail_begin; i < rows.size; ++i) {
    const int64_t c = i - rows.tail_begin;
    const float g = activation.gradient<float>(grad[i], values[i] * a[c] + b[c]);
    to[i] = a[c] * g + f[c] * (values[i] - m[c]) + k[c];
  }
}

}  // namespace modelzoo
