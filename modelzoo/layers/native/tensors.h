// What a kernel gets and gives, over TensorFlow's C API. What goes wrong is thrown, and becomes the
// status of the operation.

#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace modelzoo {

class Failure : public std::runtime_error {
 public:
  Failure(TF_Code code, const std::string& message) : std::runtime_error(message), code(code) {}
  const TF_Code code;
};

inline void require(bool holds, const char* expected) {
  if (!holds) throw Failure(TF_INVALID_ARGUMENT, std::string("Expected ") + expected + ".");
}

class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  Status(const Status&) = delete;
  ~Status() { TF_DeleteStatus(status_); }
  TF_Status* get() { return status_; }
  void check() const {
    if (TF_GetCode(status_) != TF_OK) throw Failure(TF_GetCode(status_), TF_Message(status_));
  }

 private:
  TF_Status* status_;
};

// A tensor of floats, or of bytes.
class Tensor {
 public:
  explicit Tensor(TF_Tensor* tensor) : tensor_(tensor) {}
  Tensor(Tensor&& other) : tensor_(std::exchange(other.tensor_, nullptr)) {}
  ~Tensor() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }
  float* data() const { return static_cast<float*>(TF_TensorData(tensor_)); }
  uint8_t* bytes() const { return static_cast<uint8_t*>(TF_TensorData(tensor_)); }
  int64_t size() const { return TF_TensorElementCount(tensor_); }
  int64_t dim(int index) const { return TF_Dim(tensor_, index); }
  int64_t channels() const { return dim(TF_NumDims(tensor_) - 1); }
  std::vector<int64_t> dims() const {
    std::vector<int64_t> all(TF_NumDims(tensor_));
    for (size_t i = 0; i < all.size(); ++i) all[i] = dim(i);
    return all;
  }

 private:
  TF_Tensor* tensor_;
};

inline Tensor input(TF_OpKernelContext* context, int index) {
  Status status;
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context, index, &tensor, status.get());
  status.check();
  return Tensor(tensor);
}

// An input with a row of `channels` values for each of `rows` quantities.
inline Tensor table(TF_OpKernelContext* context, int index, int64_t rows, int64_t channels) {
  Tensor tensor = input(context, index);
  if (tensor.size() != rows * channels)
    throw Failure(TF_INVALID_ARGUMENT, "Expected " + std::to_string(rows * channels) +
                                           " values (" + std::to_string(rows) +
                                           " per channel) in input " + std::to_string(index) +
                                           ", received " + std::to_string(tensor.size()) + ".");
  return tensor;
}

inline Tensor maps(TF_OpKernelContext* context, int index) {
  Tensor tensor = input(context, index);
  require(tensor.dims().size() >= 2 && tensor.channels() >= 1,
          "maps (batch, ..., channels) with one channel or more");
  return tensor;
}

inline Tensor maps_like(TF_OpKernelContext* context, int index,
                        const std::vector<int64_t>& dims) {
  Tensor tensor = input(context, index);
  require(tensor.dims() == dims, "an upstream gradient of the shape of the operation's result");
  return tensor;
}

inline Tensor allocated(TF_OpKernelContext* context, int index, TF_DataType type,
                        const std::vector<int64_t>& dims) {
  Status status;
  const int64_t size =
      std::accumulate(dims.begin(), dims.end(), int64_t{1}, std::multiplies<int64_t>());
  Tensor tensor(TF_AllocateOutput(context, index, type, dims.data(), dims.size(),
                                  size * TF_DataTypeSize(type), status.get()));
  status.check();
  return tensor;
}

inline Tensor output(TF_OpKernelContext* context, int index, const std::vector<int64_t>& dims) {
  return allocated(context, index, TF_FLOAT, dims);
}

inline Tensor output_bytes(TF_OpKernelContext* context, int index,
                           const std::vector<int64_t>& dims) {
  return allocated(context, index, TF_UINT8, dims);
}

// Writes over the input's memory where nobody else needs it any more.
inline Tensor output_over_input(TF_OpKernelContext* context, int from, int index,
                                const std::vector<int64_t>& dims) {
  Status status;
  int forwarded = -1;
  Tensor tensor(TF_ForwardInputOrAllocateOutput(context, &from, 1, index, dims.data(),
                                                dims.size(), &forwarded, status.get()));
  status.check();
  return tensor;
}

// Those that an operation has not stay as they are here.
struct Attributes {
  float low = 0, high = 0, epsilon = 0, momentum = 0;
  int32_t stride = 1, top = 0, left = 0, height = 0, width = 0;
  int32_t parts = 1;
  bool hard_swish = false;

  explicit Attributes(TF_OpKernelConstruction* construction) {
    Status status;
    const auto has = [&](const char* name) {
      return TF_OpKernelConstruction_HasAttr(construction, name, status.get());
    };
    for (auto& each : {std::make_pair("low", &low), std::make_pair("high", &high),
                       std::make_pair("epsilon", &epsilon), std::make_pair("momentum", &momentum)})
      if (has(each.first))
        TF_OpKernelConstruction_GetAttrFloat(construction, each.first, each.second, status.get());
    for (auto& each : {std::make_pair("stride", &stride), std::make_pair("top", &top),
                       std::make_pair("left", &left), std::make_pair("height", &height),
                       std::make_pair("width", &width), std::make_pair("parts", &parts)})
      if (has(each.first))
        TF_OpKernelConstruction_GetAttrInt32(construction, each.first, each.second, status.get());
    if (has("hard_swish")) {
      TF_Bool value = 0;
      TF_OpKernelConstruction_GetAttrBool(construction, "hard_swish", &value, status.get());
      hard_swish = value;
    }
  }
};

inline void fail(TF_OpKernelContext* context, TF_Code code, const char* message) {
  Status status;
  TF_SetStatus(status.get(), code, message);
  TF_OpKernelContext_Failure(context, status.get());
}

// The function that TensorFlow calls: an exception must not reach it.
template <void (*kKernel)(const Attributes&, TF_OpKernelContext*)>
void compute(void* attributes, TF_OpKernelContext* context) {
  try {
    kKernel(*static_cast<const Attributes*>(attributes), context);
  } catch (const Failure& failure) {
    fail(context, failure.code, failure.what());
  } catch (const std::bad_alloc&) {
    fail(context, TF_RESOURCE_EXHAUSTED, "No memory is left for a few rows of the maps.");
  } catch (const std::exception& error) {
    fail(context, TF_INTERNAL, error.what());
  }
}

}  // namespace modelzoo
