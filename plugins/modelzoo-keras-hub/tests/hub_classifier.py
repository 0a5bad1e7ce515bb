"""KerasHub's own classifiers, which the models of this package are compared with."""

import keras
import keras_hub
import numpy as np
from modelzoo_keras_hub.architectures import ARCHITECTURES
from tiny_networks import CLASSIFIER, TINY

SCALE, OFFSET = [0.02, 0.018, 0.017], [-2.0, -1.9, -1.8]
CLASSES = 5


class HubClassifier:
    """A classifier of KerasHub's own, with weights that no initialiser makes.

    Args:
        name: The name of the architecture, of which it is a tiny network.
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
