"""Small sets, defined as TensorFlow Datasets wants it. Importing this makes their names known."""
# ruff: noqa: RUF012 - TensorFlow Datasets wants these as attributes of classes

from io import BytesIO

import numpy as np
import tensorflow_datasets as tfds
from PIL import Image

from modelzoo.builtin.fashion_mnist.plugin import CLASSES as CLOTHES

CLASSES = ("dark", "bright")


def picture(seed, label, *, height=20, width=24, channels=3):
    """Noise that is dark or bright."""
    low, high = ((0, 100), (150, 256))[label]
    return np.random.default_rng(seed).integers(low, high, (height, width, channels), np.uint8)


def encoded(pixels, kind="PNG"):
    buffer = BytesIO()
    Image.fromarray(np.squeeze(pixels)).save(buffer, kind)
    buffer.seek(0)
    return buffer


class SmallSet(tfds.core.GeneratorBasedBuilder):
    """What the sets have in common; by itself it is none."""

    skip_registration = True
    VERSION = tfds.core.Version("1.0.0")
    FEATURES = {}
    SIZES = {"train": 8}
    SUPERVISED = None

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(self.FEATURES),
            supervised_keys=self.SUPERVISED,
        )

    def _split_generators(self, dl_manager):
        return {name: self._generate_examples(name) for name in self.SIZES}

    def _generate_examples(self, split):
        for index in range(self.SIZES[split]):
            # Other pictures in each split; the keys decide the order of the records.
            yield f"{split}-{index}", self.example(1000 * len(split) + index, index % 2, split)


def image_and_label(**image):
    return {
        "image": tfds.features.Image(**image),
        "label": tfds.features.ClassLabel(names=list(CLASSES)),
    }


class Photos(SmallSet):
    """Encoded images of many sizes, in two formats."""

    FEATURES = image_and_label()
    SIZES = {"train": 24, "validation": 6, "test": 10}

    def example(self, seed, label, split):
        pixels = picture(seed, label, height=20 + seed % 5)
        return {"image": encoded(pixels, ("PNG", "JPEG")[seed // 2 % 2]), "label": label}


class Digits(SmallSet):
    """Small images of one size, given as arrays, which TensorFlow encodes."""

    FEATURES = image_and_label(shape=(12, 12, 1))
    SIZES = {"train": 20, "test": 8}

    def example(self, seed, label, split):
        return {"image": picture(seed, label, height=12, width=12, channels=1), "label": label}


class Several(SmallSet):
    """Any number of three classes per image."""

    FEATURES = {
        "image": tfds.features.Image(),
        "seen": tfds.features.Sequence(tfds.features.ClassLabel(names=["a", "b", "c"])),
    }
    SIZES = {"train": 12, "test": 6}

    def example(self, seed, label, split):
        return {"image": encoded(picture(seed, label)), "seen": [[], [2], [0, 2], [1]][seed % 4]}


class Twofold(SmallSet):
    """Two images and two labels, and others that are neither."""

    FEATURES = {
        "name": tfds.features.Text(),
        "left": tfds.features.Image(),
        "mask": tfds.features.LabeledImage(labels=3, shape=(None, None, 1)),
        "views": {"right": tfds.features.Image()},
        "coarse": tfds.features.ClassLabel(names=list(CLASSES)),
        "fine": tfds.features.ClassLabel(num_classes=4),
        "box": tfds.features.BBoxFeature(),
    }

    def example(self, seed, label, split):
        return {
            "name": "ünnamed",
            "left": encoded(picture(seed, label)),
            "mask": encoded(picture(seed, 0, channels=1) % 3),
            "views": {"right": encoded(picture(seed + 500, label))},
            "coarse": label,
            "fine": seed % 4,
            "box": tfds.features.BBox(0.0, 0.0, 0.5, 0.5),
        }


class Supervised(Twofold):
    """The same, and it says which are meant."""

    SUPERVISED = ("left", "fine")


class Contest(SmallSet):
    """Its test split has no labels."""

    FEATURES = image_and_label()
    SIZES = {"train": 8, "test": 4}

    def example(self, seed, label, split):
        return {"image": encoded(picture(seed, label)), "label": -1 if split == "test" else label}


class Partly(SmallSet):
    """Of its test split one image has a label, which is not the first of the records."""

    FEATURES = image_and_label()
    SIZES = {"train": 8, "test": 4}

    def example(self, seed, label, split):
        without = split == "test" and seed % 10 != 3
        return {"image": encoded(picture(seed, label)), "label": -1 if without else label}


class Benchmark(SmallSet):
    """It has no training split."""

    FEATURES = image_and_label()
    SIZES = {"test": 10}

    def example(self, seed, label, split):
        return {"image": encoded(picture(seed, label)), "label": label}


class Transparent(SmallSet):
    """Images with a fourth channel, all of one small size."""

    FEATURES = image_and_label(shape=(20, 24, 4), encoding_format="png")

    def example(self, seed, label, split):
        return {"image": encoded(picture(seed, label, channels=4)), "label": label}


class Deep(SmallSet):
    """Images of 16 bits."""

    FEATURES = image_and_label(shape=(None, None, 1), dtype=np.uint16, encoding_format="png")

    def example(self, seed, label, split):
        return {"image": picture(seed, label, channels=1).astype(np.uint16), "label": label}


class Words(SmallSet):
    """No images."""

    FEATURES = {"text": tfds.features.Text(), "label": tfds.features.ClassLabel(num_classes=2)}

    def example(self, seed, label, split):
        return {"text": "word", "label": label}


class Boxes(SmallSet):
    """No class of the whole image."""

    FEATURES = {
        "image": tfds.features.Image(),
        "objects": tfds.features.Sequence({"label": tfds.features.ClassLabel(num_classes=2)}),
    }

    def example(self, seed, label, split):
        return {"image": encoded(picture(seed, label)), "objects": [{"label": label}]}


class Coloured(SmallSet):
    """Two configurations."""

    FEATURES = image_and_label()
    BUILDER_CONFIGS = [
        tfds.core.BuilderConfig(name=name, version=tfds.core.Version("2.0.0"))
        for name in ("red", "blue-green")
    ]

    def example(self, seed, label, split):
        pixels = picture(seed, label)
        pixels[..., 1 if self.builder_config.name == "red" else 0] = 0
        return {"image": encoded(pixels), "label": label}


class FashionMnist(SmallSet, skip_registration=True):
    """A small set in the place of that of TensorFlow Datasets, whose code reads it."""

    VERSION = tfds.core.Version("3.0.1")
    FEATURES = {
        "image": tfds.features.Image(shape=(28, 28, 1)),
        "label": tfds.features.ClassLabel(names=list(CLOTHES)),
    }
    SIZES = {"train": 20, "test": 10}

    def example(self, seed, label, split):
        image = picture(seed, label, height=28, width=28, channels=1)
        return {"image": image, "label": seed % len(CLOTHES)}


class ByHand(SmallSet):
    """Files that a person has to download."""

    MANUAL_DOWNLOAD_INSTRUCTIONS = """
    Register at https://example.org and put
    pictures.tar into the folder.
    """
    FEATURES = image_and_label()

    def _split_generators(self, dl_manager):
        assert (dl_manager.manual_dir / "pictures.tar").exists(), "pictures.tar is missing"
        return super()._split_generators(dl_manager)

    def example(self, seed, label, split):
        return {"image": encoded(picture(seed, label)), "label": label}


class Failing(SmallSet):
    """Its code fails."""

    FEATURES = image_and_label()

    def example(self, seed, label, split):
        raise RuntimeError("the publisher\nhas changed the files")
