// Training kernels for separable convolutions and batch norm on a CPU, registered through
// TensorFlow's C API. Maps are float32 NHWC; every kernel runs on the one thread that calls it: the
// parallelism is that of the parts of a batch.

#include <vector>

#include "batch_norm.h"
#include "depthwise.h"
#include "depthwise_gradient.h"
#include "image_depthwise.h"
#include "pointwise_pool.h"
#include "tensors.h"
#include "tensorflow/c/ops.h"

namespace modelzoo {
namespace {

void* read_attributes(TF_OpKernelConstruction* construction) {
  return new Attributes(construction);
}
void delete_attributes(void* attributes) { delete static_cast<Attributes*>(attributes); }

struct Operation {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  void (*function)(void*, TF_OpKernelContext*);
};

bool register_all() {
  const std::vector<Operation> operations = {
      {"ModelzooBatchNormMoments", {"x: float"}, {"moments: float"}, {}, compute<moments>},
      {"ModelzooBatchNormCoefficients",
       {"gamma: float", "beta: float", "moving_mean: float", "moving_variance: float",
        "moments: parts * float"},
       {"coefficients: float", "new_mean: float", "new_variance: float"},
       {"parts: int >= 1", "epsilon: float", "momentum: float"},
       compute<coefficients>},
      {"ModelzooBatchNormNormalize",
       {"x: float", "coefficients: float"},
       {"y: float"},
       {"low: float", "high: float", "hard_swish: bool = false"},
       compute<normalize>},
      {"ModelzooBatchNormGradientSums",
       {"dy: float", "x: float", "coefficients: float"},
       {"sums: float"},
       {"low: float", "high: float", "hard_swish: bool = false"},
       compute<gradient_sums>},
      {"ModelzooBatchNormGradientFactors",
       {"coefficients: float", "moments: parts * float", "sums: parts * float"},
       {"gamma: float", "beta: float", "factors: float"},
       {"parts: int >= 1"},
       compute<gradient_factors>},
      {"ModelzooBatchNormInputGradient",
       {"dy: float", "x: float", "coefficients: float", "factors: float"},
       {"dx: float"},
       {"low: float", "high: float", "hard_swish: bool = false"},
       compute<input_gradient>},
      {"ModelzooDepthwise",
       {"x: float", "coefficients: float", "kernel: float"},
       {"z: float", "moments: float"},
       {"low: float", "high: float", "hard_swish: bool = false", "stride: int", "top: int",
        "left: int", "height: int", "width: int"},
       compute<depthwise>},
      {"ModelzooDepthwiseGradient",
       {"dz: float", "x: float", "coefficients: float", "kernel: float"},
       {"g: float", "dk: float", "sums: float"},
       {"low: float", "high: float", "hard_swish: bool = false", "stride: int", "top: int",
        "left: int", "height: int", "width: int"},
       compute<depthwise_gradient>},
      {"ModelzooPointwisePool",
       {"x: float", "kernel: float", "bias: float"},
       {"y: float", "winners: uint8"},
       {},
       compute<pointwise_pool::forward>},
      {"ModelzooPointwisePoolGradient",
       {"dy: float", "winners: uint8", "x: float", "kernel: float"},
       {"dx: float", "dk: float", "db: float"},
       {},
       compute<pointwise_pool::gradient>},
      {"ModelzooImageDepthwise",
       {"x: float", "kernel: float"},
       {"z: float"},
       {},
       compute<image_depthwise::forward>},
      {"ModelzooImageDepthwiseGradient",
       {"dz: float", "x: float"},
       {"dk: float"},
       {},
       compute<image_depthwise::gradient>},
  };
  for (const Operation& each : operations) {
    Status status;
    // The kernel first, so that no operation is there without; library.py looks for them all.
    TF_RegisterKernelBuilder(
        each.name,
        TF_NewKernelBuilder(each.name, "CPU", read_attributes, each.function, delete_attributes),
        status.get());
    if (TF_GetCode(status.get()) != TF_OK) continue;
    TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(each.name);
    for (const char* spec : each.inputs) TF_OpDefinitionBuilderAddInput(definition, spec);
    for (const char* spec : each.outputs) TF_OpDefinitionBuilderAddOutput(definition, spec);
    for (const char* spec : each.attributes) TF_OpDefinitionBuilderAddAttr(definition, spec);
    TF_OpDefinitionBuilderSetShapeInferenceFunction(definition,
                                                    &TF_ShapeInferenceContextSetUnknownShape);
    TF_RegisterOpDefinition(definition, status.get());
  }
  return true;
}

const bool done = register_all();

}  // namespace
}  // namespace modelzoo
