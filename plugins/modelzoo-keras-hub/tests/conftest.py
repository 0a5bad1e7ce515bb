"""Small networks of each architecture, and presets that KerasHub itself writes."""

import inspect
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

# Constructor arguments that make a network of a few thousand weights, and its images' size.
TINY = {
    "cspnet": (
        64,
        {
            "stem_filters": 8,
            "stem_kernel_size": 3,
            "stem_strides": 2,
            "stackwise_depth": [1, 1],
            "stackwise_strides": [1, 2],
            "stackwise_num_filters": [8, 16],
            "block_type": "bottleneck_block",
            "stage_type": "csp",
            "bottle_ratio": [0.5],
            "expand_ratio": [2.0],
        },
    ),
    "deit": (
        32,
        {
            "patch_size": 16,
            "num_layers": 2,
            "num_heads": 2,
            "hidden_dim": 16,
            "intermediate_dim": 32,
        },
    ),
    "densenet": (64, {"stackwise_num_repeats": [1, 2], "growth_rate": 8}),
    "dinov2": (
        28,
        {
            "patch_size": 14,
            "num_layers": 2,
            "num_heads": 2,
            "hidden_dim": 16,
            "intermediate_dim": 32,
            "num_register_tokens": 1,
            "position_embedding_shape": [56, 56],
        },
    ),
    "dinov3": (
        32,
        {
            "patch_size": 16,
            "num_layers": 2,
            "num_heads": 2,
            "hidden_dim": 16,
            "intermediate_dim": 32,
        },
    ),
    "efficientnet": (
        64,
        {
            "stackwise_width_coefficients": [1.0, 1.0],
            "stackwise_depth_coefficients": [1.0, 1.0],
            "stackwise_kernel_sizes": [3, 3],
            "stackwise_num_repeats": [1, 1],
            "stackwise_input_filters": [8, 8],
            "stackwise_output_filters": [8, 16],
            "stackwise_expansion_ratios": [1, 4],
            "stackwise_squeeze_and_excite_ratios": [0.25, 0.25],
            "stackwise_strides": [1, 2],
            "stackwise_block_types": ["v1", "fused"],
            "stackwise_force_input_filters": [0, 0],
            "stackwise_nores_option": [False, False],
            "dropout": 0,
        },
    ),
    "hgnetv2": (
        64,
        {
            "depths": [1, 1],
            "embedding_size": 8,
            "hidden_sizes": [16, 24],
            "stem_channels": [3, 8, 8],
            "hidden_act": "relu",
            "use_learnable_affine_block": False,
            "stackwise_stage_filters": [[8, 8, 16, 1, 1, 3], [16, 8, 24, 1, 1, 3]],
            "apply_downsample": [False, True],
            "use_lightweight_conv_block": [False, True],
        },
    ),
    "mit": (
        64,
        {
            "layerwise_depths": [1, 1],
            "num_layers": 2,
            "layerwise_num_heads": [1, 2],
            "layerwise_sr_ratios": [2, 1],
            "max_drop_path_rate": 0.1,
            "layerwise_patch_sizes": [7, 3],
            "layerwise_strides": [4, 2],
            "hidden_dims": [8, 16],
        },
    ),
    "mobilenet": (
        64,
        {
            "stackwise_expansion": [[16, 24]],
            "stackwise_num_blocks": [2],
            "stackwise_num_filters": [[16, 16]],
            "stackwise_kernel_size": [[3, 5]],
            "stackwise_num_strides": [[2, 1]],
            "stackwise_se_ratio": [[None, 0.25]],
            "stackwise_activation": [["relu", "hard_swish"]],
            "stackwise_padding": [[1, 2]],
            "output_num_filters": 32,
            "depthwise_filters": 8,
            "depthwise_stride": 2,
            "depthwise_residual": False,
            "last_layer_filter": 24,
        },
    ),
    "mobilenetv5": (
        64,
        {
            "stackwise_block_types": [["er"], ["uir", "mqa"]],
            "stackwise_num_blocks": [1, 2],
            "stackwise_num_filters": [[16], [16, 16]],
            "stackwise_strides": [[2], [2, 1]],
            "stackwise_act_layers": [["gelu"], ["gelu", "gelu"]],
            "stackwise_exp_ratios": [[4.0], [2.0, 0.0]],
            "stackwise_se_ratios": [[0.0], [0.0, 0.0]],
            "stackwise_dw_kernel_sizes": [[0], [3, 0]],
            "stackwise_dw_start_kernel_sizes": [[0], [3, 0]],
            "stackwise_dw_end_kernel_sizes": [[0], [0, 0]],
            "stackwise_exp_kernel_sizes": [[3], [0, 0]],
            "stackwise_pw_kernel_sizes": [[1], [0, 0]],
            "stackwise_num_heads": [[0], [0, 2]],
            "stackwise_key_dims": [[0], [0, 8]],
            "stackwise_value_dims": [[0], [0, 8]],
            "stackwise_kv_strides": [[0], [0, 2]],
            "stackwise_use_cpe": [[False], [False, False]],
            "num_features": 32,
        },
    ),
    "resnet": (
        64,
        {
            "input_conv_filters": [64],
            "input_conv_kernel_sizes": [3],
            "stackwise_num_filters": [64, 8],
            "stackwise_num_blocks": [1, 1],
            "stackwise_num_strides": [1, 2],
            "block_type": "basic_block",
        },
    ),
    "swin_transformer": (
        224,
        {
            "embed_dim": 8,
            "depths": [2, 2],
            "num_heads": [1, 2],
            "window_size": 4,
        },
    ),
    "vgg": (224, {"stackwise_num_repeats": [1] * 5, "stackwise_num_filters": [2] * 5}),
    "vit": (
        32,
        {
            "patch_size": [16, 16],
            "num_layers": 2,
            "num_heads": 2,
            "hidden_dim": 16,
            "mlp_dim": 32,
        },
    ),
    "vit_det": (
        64,
        {
            "hidden_size": 16,
            "num_layers": 2,
            "intermediate_dim": 32,
            "num_heads": 2,
            "global_attention_layer_indices": [1],
            "window_size": 2,
            "num_output_channels": 8,
        },
    ),
    "xception": (
        64,
        {
            "stackwise_conv_filters": [[8, 8], [16, 16], [16, 24]],
            "stackwise_pooling": [False, True, False],
        },
    ),
}

# Arguments of the classifiers that have layers before their dense one.
CLASSIFIER = {
    "hgnetv2": {"head_filters": 12},
    "mobilenet": {"num_features": 12},
    "vgg": {"pooling_hidden_dim": 12},
}
SCALE, OFFSET = [0.02, 0.018, 0.017], [-2.0, -1.9, -1.8]
CLASSES = 5


class Theirs:
    """A tiny classifier of KerasHub's own, with weights that no initialiser makes.

    Args:
        name: The name of the architecture.
        arguments: Of the backbone, instead of the tiny ones.
        classifier: Arguments of the classifier.
        size: Height and width of the images.
        num_classes: How many classes it has.
        scaling: What its preprocessing multiplies by and adds.
    """

    def __init__(
        self,
        name,
        arguments=None,
        *,
        classifier=None,
        size=None,
        num_classes=CLASSES,
        scaling=(SCALE, OFFSET),
    ):
        import keras_hub
        from modelzoo_keras_hub.architectures import ARCHITECTURES

        self.scaling = scaling
        self.size = size or TINY[name][0]
        self.architecture = ARCHITECTURES[name]
        self.backbone = getattr(keras_hub.models, self.architecture.backbone)(
            **(arguments or TINY[name][1]),
            **{self.architecture.shape_argument: (self.size, self.size, 3)},
        )
        move_weights(self.backbone)
        self.classifier = None
        if self.architecture.classifier:
            kind = getattr(keras_hub.models, self.architecture.classifier)
            self.classifier = kind(
                backbone=self.backbone,
                num_classes=num_classes,
                preprocessor=self._preprocessor(kind),
                **(CLASSIFIER.get(name, {}) if classifier is None else classifier),
            )
            move_weights(self.classifier)

    def _preprocessor(self, kind):
        if kind.preprocessor_cls is None:
            return None
        converter = kind.preprocessor_cls.image_converter_cls
        return kind.preprocessor_cls(
            image_converter=converter(
                image_size=(self.size, self.size), scale=self.scaling[0], offset=self.scaling[1]
            )
        )

    def images(self, count=3):
        """Images of noise, uint8."""
        shape = (count, self.size, self.size, 3)
        return np.random.default_rng(1).integers(0, 256, shape, np.uint8)

    def probabilities(self, images):
        """What the classifier says of images, with its own preprocessing."""
        import keras

        scaled = self.classifier.preprocessor(images) if self.classifier.preprocessor else images
        logits = self.classifier(scaled, training=False)
        return np.asarray(keras.ops.softmax(logits, axis=-1))

    def save(self, folder):
        """The folder of a preset, as KerasHub writes it."""
        (self.classifier or self.backbone).save_to_preset(str(folder))
        return folder


def move_weights(model):
    """Give all weights values of a size that lets what the images are come through."""
    random = np.random.default_rng(0)
    for variable in model.weights:
        if not variable.trainable or variable.shape == ():
            moved = random.uniform(0.5, 1.5, variable.shape)
        elif len(variable.shape) > 1:
            fan = np.prod(variable.shape[:-1])
            moved = random.normal(0, 1.4 / np.sqrt(fan), variable.shape)
        else:
            moved = np.asarray(variable) + random.normal(0, 0.1, variable.shape)
        variable.assign(moved)


@pytest.fixture(scope="session")
def theirs():
    """KerasHub's tiny classifier of an architecture, made once."""
    made = {}

    def make(name):
        if name not in made:
            made[name] = Theirs(name)
        return made[name]

    return make


@pytest.fixture(scope="session")
def preset(theirs, tmp_path_factory):
    """The folder of a preset of an architecture, written once by KerasHub."""
    folders = {}

    def save(name):
        if name not in folders:
            folders[name] = theirs(name).save(tmp_path_factory.mktemp("presets") / name)
        return folders[name]

    return save


@pytest.fixture(scope="session")
def tiny():
    """All arguments of a tiny network of an architecture, the class's defaults too."""
    import keras_hub
    from modelzoo_keras_hub.architectures import ARCHITECTURES
    from modelzoo_keras_hub.specs import default_arguments

    def arguments(name):
        kind = getattr(keras_hub.models, ARCHITECTURES[name].backbone)
        parameters = inspect.signature(kind).parameters
        ours = default_arguments(ARCHITECTURES[name])
        return {**{each: parameters[each].default for each in ours}, **TINY[name][1]}

    return arguments


@pytest.fixture(scope="session")
def size():
    """Height and width of the images of a tiny network."""
    return lambda name: TINY[name][0]


@pytest.fixture(scope="session")
def full():
    """KerasHub's classifier of a preset in the table, with weights that no initialiser makes."""
    from modelzoo_keras_hub.table import presets

    def make(name):
        row = presets()[name]
        return Theirs(
            row["architecture"],
            row["arguments"],
            classifier=row["classifier"] or {},
            size=row["size"],
            num_classes=1000,
            scaling=(row["scale"], row["offset"]),
        )

    return make
