"""One exporter that is as it should be, and one broken in each way that the kit has a check for."""

import json

import keras
import numpy as np

from modelzoo import Exporter


class Intact(Exporter):
    """The layers' configuration and weights, in a file."""

    def export(self, model, path):
        arrays = {str(index): each for index, each in enumerate(model.get_weights())}
        config = json.dumps(keras.saving.serialize_keras_object(model))
        with path.open("wb") as file:
            np.savez(file, config=np.frombuffer(config.encode(), np.uint8), **arrays)

    def load(self, path):
        with np.load(path) as data:
            config = json.loads(data["config"].tobytes())
            arrays = [data[str(index)] for index in range(len(data.files) - 1)]
        model = keras.saving.deserialize_keras_object(config)
        model.set_weights(arrays)
        return lambda images: np.asarray(model(images, training=False))


class Raises(Intact):
    def export(self, model, path):
        raise RuntimeError("no converter")


class OtherOutputs(Intact):
    def load(self, path):
        loaded = super().load(path)
        return lambda images: loaded(images) * np.float32(1.01)


class SquareImagesOnly(Intact):
    def export(self, model, path):
        height, width = model.input_shape[1:3]
        assert height == width, "images have to be square"
        super().export(model, path)


class Folder(Intact):
    """Into a folder, whatever the spec says."""

    def export(self, model, path):
        path.mkdir(exist_ok=True)
        super().export(model, path / "model.npz")

    def load(self, path):
        return super().load(path / "model.npz")


class ThreeImagesAtMost(Intact):
    def load(self, path):
        loaded = super().load(path)
        return lambda images: loaded(images[:3])


class RoundsByChance(Intact):
    def export(self, model, path):
        random = np.random.default_rng()
        rounded = keras.models.clone_model(model)
        rounded.set_weights(
            [each * (1 + 1e-6 * random.uniform(-1, 1, each.shape)) for each in model.get_weights()]
        )
        super().export(rounded, path)


class WritesBeside(Intact):
    def export(self, model, path):
        super().export(model, path)
        path.with_suffix(".txt").write_text("three classes")


class FreezesTheModel(Intact):
    def export(self, model, path):
        model.trainable = False
        super().export(model, path)


class RoundsTheModel(Intact):
    def export(self, model, path):
        model.set_weights([np.round(each, 3) for each in model.get_weights()])
        super().export(model, path)


class KnowsNoExport(Intact):
    """Does not recognise what it wrote, once that has another name than when it was written."""

    def export(self, model, path):
        super().export(model, path)
        self.written = path

    def load(self, path):
        if not hasattr(self, "written") and path.name == "model.npz":
            raise ValueError("unknown")
        return super().load(path)


class LoadsAnything(Intact):
    def load(self, path):
        try:
            return super().load(path)
        except Exception:
            return lambda images: np.zeros((len(images), 3), np.float32)
