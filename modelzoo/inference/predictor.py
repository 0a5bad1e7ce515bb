"""What a trained model says of images: files, arrays, and any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.decode import decode_image, fit_images
from modelzoo.errors import ArrayError, IncompatibleError
from modelzoo.inference.forward import Forward
from modelzoo.inference.image_arrays import check_images, is_array
from modelzoo.inference.model_input import image_shape
from modelzoo.progress import progress

if TYPE_CHECKING:
    import keras

    from modelzoo.task import Task

__all__ = ["Prediction", "Predictor"]

# As many images as are in memory at their final size at once.
BATCH_SIZE = 256

Image: TypeAlias = str | Path | NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's answer for one image.

    Attributes:
        label: The answer in words: a class, several classes ``"a, c"``, or named values.
        probability: The label's, 0 to 1; ``None`` where there is no single one.
        scores: Each class's probability, or each value, by its name.
        source: Which image: the file's path as it was given, ``"images[3]"`` for an array at
            index 3 of several, ``"image"`` for a single one.

    Example:
        >>> print(Prediction("dog", 0.931, {"cat": 0.069, "dog": 0.931}, "rex.jpg"))
        dog (93.1 %)
    """

    label: str
    probability: float | None
    scores: dict[str, float]
    source: str

    def __str__(self) -> str:
        answer = self.label or "none of the classes"
        if self.probability is None:
            return answer
        return f"{answer} ({100 * self.probability:.1f} %)"


class Predictor:
    """A model with its task and class names, compiled once for batches of any size.

    Args:
        model: uint8 images ``(batch, height, width, channels)``, 0-255, to the task's outputs,
            float32 ``(batch, num_outputs)``.
        task: Decodes the outputs.
        classes: Names of the classes (or values), in the order of their indices.

    Raises:
        IncompatibleError: The model does not take uint8 images of one size, or its outputs or the
            classes are not as many as the task has.

    Example:
        >>> from modelzoo import find, get
        >>> from modelzoo.compose import make_task
        >>> model = get("mobilenet_v1_mini", task="binary")
        >>> task = make_task(find("task", "binary").spec, 2)
        >>> predictor = Predictor(model, task, ("cat", "dog"))
        >>> predictor.predict(np.zeros((64, 64, 3), np.uint8)).label in ("cat", "dog")
        True
    """

    def __init__(self, model: keras.Model, task: Task, classes: Sequence[str]) -> None:
        if len(classes) != task.num_classes:
            raise IncompatibleError(
                f"There are {len(classes)} class names, but the task has {task.num_classes} "
                "classes. Give one name for each."
            )
        if model.output_shape[1:] != (task.num_outputs,):
            raise IncompatibleError(
                f"The model's outputs have shape {model.output_shape[1:]} per image, but the task "
                f"has {task.num_outputs} outputs. Build the model for this task."
            )
        self.model = model
        self.task = task
        self.classes = tuple(classes)
        self._shape = image_shape(model)
        self._forward = Forward(model)

    def predict(self, images: Image | Iterable[Image]) -> Prediction | list[Prediction]:
        """Say what is on one image or many.

        Images of another size or number of channels are fitted to the model's input, as in its
        training. At most 256 of them are computed at a time.

        Args:
            images: One image: a file's path, or a uint8 array, 0-255, ``(height, width, channels)``
                or grey ``(height, width)``, with 1 or 3 channels. Or many: a list of such, or a
                uint8 batch ``(n, height, width, channels)``.

        Returns:
            One prediction for one image; a list for a batch or list, even of one.

        Raises:
            ArrayError: An array has a wrong shape or dtype, or NaN, or there are no images.
            BadImageError: A file is missing or not a whole image; the message has its path.
        """
        if isinstance(images, str | Path):
            return self._predict_all([images], [str(images)])[0]
        if is_array(images):
            pixels = np.asarray(images)
            if pixels.ndim != 4:
                return self._predict_all([_image(pixels, "image")], ["image"])[0]
            check_images(pixels, "The batch", dimensions=4)
            several = list(pixels)
        elif isinstance(images, Iterable):
            several = list(images)
        else:
            raise ArrayError(_type_message("image", images))
        if not several:
            raise ArrayError("There are no images, expected at least one path or array.")
        names = [
            str(each) if isinstance(each, str | Path) else f"images[{index}]"
            for index, each in enumerate(several)
        ]
        return self._predict_all(list(map(_image, several, names)), names)

    def _predict_all(self, images: Sequence[Image], names: Sequence[str]) -> list[Prediction]:
        predictions = []
        with ThreadPoolExecutor() as pool, progress(len(images), "Predicting") as bar:
            for start in range(0, len(images), BATCH_SIZE):
                chunk = slice(start, start + BATCH_SIZE)
                batch = np.stack(list(pool.map(self._fitted, images[chunk])))
                for output, name in zip(self._forward(batch), names[chunk], strict=True):
                    answer = self.task.decode(output, self.classes)
                    predictions.append(Prediction(**answer, source=name))
                bar.advance(len(batch))
        return predictions

    def _fitted(self, image: Image) -> NDArray[np.uint8]:
        if isinstance(image, str | Path):
            return decode_image(image, self._shape)
        fitted: NDArray[np.uint8] = fit_images(image[None], self._shape)[0]
        return fitted


def _image(image: Any, name: str) -> Image:
    """A path as it is, and pixels as a checked array with a last axis for channels."""
    if isinstance(image, str | Path):
        return image
    if not is_array(image):
        raise ArrayError(_type_message(name, image))
    pixels = np.asarray(image)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    check_images(pixels, name, dimensions=3)
    return pixels


def _type_message(name: str, image: Any) -> str:
    return (
        f"{name} is of type {type(image).__name__}, expected a path or a uint8 array. "
        "Convert what holds pixels with np.asarray(image)."
    )
