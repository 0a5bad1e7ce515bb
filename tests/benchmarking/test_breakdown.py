import re
import sys
from pathlib import Path

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelzoo.benchmarking import Subject
from modelzoo.benchmarking.breakdown import KINDS, kind_of, profile, scopes_of, share_out
from modelzoo.benchmarking.work import make_training
from modelzoo.errors import MissingLibraryError
from modelzoo.layers import native

SCOPES = {
    "conv1": "convolution",
    "conv_pw_1": "convolution",
    "conv_pw_1_bn": "batch norm",
    "hidden": "dense layer",
    "rescale": "input and augmentation",
    "adam": "optimizer",
}
FORWARD = "while/body/_1/while/functional_1_1/backbone_1"
BACKWARD = "while/body/_1/gradient_tape/while/functional_1_1/backbone_1"
# Names that TensorFlow's profiler has written.
OPERATIONS = {
    f"{FORWARD}/conv1_1/convolution:_MklNativeConv2D": "convolution",
    f"{FORWARD}/conv1_1/Relu:_MklNativeFusedConv2D": "convolution",
    f"{BACKWARD}/conv1_1/convolution/Conv2DBackpropFilter:_MklNativeConv2DBackpropFilter": (
        "convolution"
    ),
    f"{BACKWARD}/conv1_1/BiasAdd/BiasAddGrad:BiasAddGrad": "convolution",
    f"{FORWARD}/conv_pw_1_1/MatMul:MatMul": "convolution",
    f"{FORWARD}/conv_dw_1_1/depthwise:_MklNativeDepthwiseConv2dNative": "depthwise convolution",
    f"{BACKWARD}/conv_1/separable_conv2d/DepthwiseConv2dNativeBackpropInput:"
    "_MklNativeDepthwiseConv2dNativeBackpropInput": "depthwise convolution",
    f"{FORWARD}/conv_pw_1_bn_1/batchnorm/mul_1:Mul": "batch norm",
    f"{BACKWARD}/conv_pw_1_bn_1/moments/BroadcastTo_1:BroadcastTo": "batch norm",
    f"{FORWARD}/norm/FusedBatchNormV3:_MklNativeFusedBatchNormV3": "batch norm",
    f"{FORWARD}/hidden_1/Relu:_MklNativeFusedMatMul": "dense layer",
    f"{BACKWARD}/conv_1_1/ReluGrad:ReluGrad": "activation",
    f"{FORWARD}/conv1_relu_1/Relu6:Relu6": "activation",
    f"{FORWARD}/pool_1_1/MaxPool2d:_MklNativeMaxPool": "pooling",
    "while/body/_1/while/adam/Sub_26:Sub": "optimizer",
    "while/body/_1/while/adam/Cast_146:Cast": "optimizer",
    "while/body/_1/while/ResourceApplyAdam:ResourceApplyAdam": "optimizer",
    "while/body/_1/while/ImageProjectiveTransformV3:ImageProjectiveTransformV3": (
        "input and augmentation"
    ),
    "while/body/_1/while/GatherV2:GatherV2": "input and augmentation",
    "CpuExecutable::ExecuteAsyncOnStream": "input and augmentation",
    "while/body/_1/while/functional_1_1/rescale_1/mul:Mul": "input and augmentation",
    "while/body/_1/gradient_tape/while/GatherV2_1:GatherV2": "rest",
    "while/body/_1/while/AddN_49:AddN": "rest",
    "while/body/_1/while/SparseSoftmaxCrossEntropyWithLogits/SparseSoftmaxCrossEntropyWithLogits:"
    "SparseSoftmaxCrossEntropyWithLogits": "rest",
}
# What our kernels are mainly. None of them is within the scope of a layer.
KERNELS = {
    "ModelzooBatchNormMoments": "batch norm",
    "ModelzooBatchNormCoefficients": "batch norm",
    "ModelzooBatchNormNormalize": "batch norm",
    "ModelzooBatchNormGradientSums": "batch norm",
    "ModelzooBatchNormGradientFactors": "batch norm",
    "ModelzooBatchNormInputGradient": "batch norm",
    "ModelzooDepthwise": "depthwise convolution",
    "ModelzooDepthwiseGradient": "depthwise convolution",
    "ModelzooImageDepthwise": "depthwise convolution",
    "ModelzooImageDepthwiseGradient": "depthwise convolution",
    "ModelzooPointwisePool": "convolution",
    "ModelzooPointwisePoolGradient": "convolution",
}
NO_OPERATIONS = [
    "ExecutorState::Process",
    "EagerExecute",
    "EagerLocalExecute: __inference_run_steps_9007",
    "KernelAndDeviceFunc::Run",
    "FunctionRun",
    "ParallelFor",
    "run_steps",
    "while:While",
    "StatefulPartitionedCall:StatefulPartitionedCall",
    "replica/PartitionedCall_1:PartitionedCall",
]


@pytest.mark.parametrize(("name", "kind"), OPERATIONS.items())
def test_an_operation_is_of_the_kind_that_its_type_or_its_layer_says(name, kind):
    assert kind_of(name, SCOPES) == kind


@pytest.mark.parametrize(("name", "kind"), KERNELS.items())
def test_a_kernel_of_ours_is_of_the_kind_that_it_mainly_is(name, kind):
    assert kind_of(f"while/body/_1/while/{name}:{name}", SCOPES) == kind


def test_all_kernels_of_ours_have_a_kind():
    source = Path(native.__file__).with_name("kernels.cc").read_text("utf-8")
    assert set(re.findall(r"\bModelzoo\w+", source)) == set(KERNELS)


@pytest.mark.parametrize("name", NO_OPERATIONS)
def test_what_only_calls_operations_is_left_out(name):
    assert kind_of(name, SCOPES) is None


@given(
    st.lists(
        st.tuples(st.sampled_from([*OPERATIONS, *NO_OPERATIONS]), st.floats(0.0, 10.0)),
        max_size=30,
    )
)
def test_shares_add_up_to_one_of_the_operations_time(events):
    events = [*events, ("while/Less:Less", 1.0)]
    shares, seconds = share_out(events, SCOPES)
    assert list(shares) == list(KINDS)
    assert sum(shares.values()) == pytest.approx(1)
    assert seconds == pytest.approx(sum(time for name, time in events if kind_of(name, SCOPES)))


def test_a_profile_without_operations_is_an_error():
    with pytest.raises(MissingLibraryError, match="saw no operation"):
        share_out([("FunctionRun", 1.0)], SCOPES)


def test_layers_are_told_by_the_name_of_their_class_in_nested_models_too():
    class Mixer(keras.layers.SeparableConv2D):
        pass

    layers = [
        keras.layers.Rescaling(1 / 255, name="a"),
        Mixer(4, 3, name="b"),
        keras.layers.BatchNormalization(name="c"),
        keras.layers.ReLU(name="d"),
        keras.layers.MaxPooling2D(name="e"),
    ]
    backbone = keras.Sequential([keras.Input((16, 16, 3)), *layers], name="backbone")
    head = [keras.layers.Flatten(name="f"), keras.layers.Dense(2, name="g")]
    model = keras.Sequential([keras.Input((16, 16, 3)), backbone, *head])
    scopes = scopes_of(model, keras.optimizers.SGD(name="updates"))
    assert {name: scopes.get(name) for name in "abcdefg"} == {
        "a": "input and augmentation",
        "b": "convolution",
        "c": "batch norm",
        "d": "activation",
        "e": "pooling",
        "f": None,
        "g": "dense layer",
    }
    assert scopes["updates"] == "optimizer"


@pytest.fixture(scope="module")
def training():
    work = make_training(Subject.from_names("mobilenet_v1_mini", task="multiclass", batch_size=8))
    work.run(1)
    return work


def test_a_real_step_is_made_of_what_its_model_has(training):
    scopes = scopes_of(training.model, training.optimizer)
    breakdown = profile(training.run, steps=2, scopes=scopes)
    shares = breakdown.shares
    assert sum(shares.values()) == pytest.approx(1)
    for kind in ("convolution", "depthwise convolution", "dense layer", "optimizer"):
        assert shares[kind] > 0, kind
    assert shares["batch norm"] == 0
    assert breakdown.operations_seconds > 0
    assert breakdown.wall_seconds > 0


def test_augmentation_is_seen_though_it_is_compiled(monkeypatch):
    seen = []

    def see(events, scopes):
        seen.extend(events)
        return share_out(seen, scopes)

    monkeypatch.setattr("modelzoo.benchmarking.breakdown.share_out", see)
    augment = {"rotation": 20, "brightness": 0.2}
    work = make_training(Subject.from_names("mobilenet_v1_mini", batch_size=8, augment=augment))
    work.run(1)
    profile(work.run, steps=3, scopes={})
    compiled = [name for name, _ in seen if "::" in name and kind_of(name, {})]
    assert len(compiled) >= 3


def test_another_format_of_profiles_is_an_error_that_names_the_version(training, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow.tsl.profiler.protobuf", None)
    with pytest.raises(MissingLibraryError, match=r"TensorFlow \d.* format of its profiles"):
        profile(training.run, steps=1, scopes={})
