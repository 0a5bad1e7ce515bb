"""Which of a set's features are the images and the labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow_datasets as tfds

from modelzoo.errors import DatasetError, IncompatibleError, OptionError
from modelzoo.registry import LabelKind, TaskSpec

__all__ = ["ChosenFeatures", "choose_features"]


@dataclass(frozen=True, slots=True)
class ChosenFeatures:
    """The features that are used.

    Attributes:
        image: Name of the images' feature; within other features with slashes, ``"a/b"``.
        label: Name of the labels' feature.
        kind: ``"class"`` for one class per image, ``"multi_hot"`` for any number of them.
        classes: The classes' names.
        shape: ``(height, width, channels)`` of all images; ``None`` where they vary.
    """

    image: str
    label: str
    kind: LabelKind
    classes: tuple[str, ...]
    shape: tuple[int, int, int] | None


def choose_features(
    info: tfds.core.DatasetInfo, task: TaskSpec, *, image: str | None, label: str | None
) -> ChosenFeatures:
    """Find the images and labels of a set by the types of its features.

    Where there are several of a type, the set's own ``supervised_keys`` decide, unless the user
    names one.

    Args:
        info: What is known of the set.
        task: The task; says which kind of label is wanted.
        image: Name of the feature with the images.
        label: Name of the feature with the labels.

    Raises:
        DatasetError: There are no images or no labels, several that nobody has chosen from, or
            images that are no bytes of 0 to 255.
        IncompatibleError: The labels are of another kind than the task learns from.
        OptionError: The user named a feature that is not there or of another type.
    """
    features = dict(_named(info.features))
    images = [name for name, each in features.items() if _is_image(each)]
    kinds = {name: kind for name, each in features.items() if (kind := _label_kind(each))}
    wanted = [name for name, kind in kinds.items() if kind == task.labels]
    preferred = info.supervised_keys or ()
    chosen_image = _choose("image", image, images, features, info, preferred)
    if label is None and kinds and not wanted:
        label = next(iter(kinds))  # of the other kind, which is said below
    chosen_label = _choose(
        "label", label, wanted if label is None else kinds, features, info, preferred
    )
    if kinds[chosen_label] != task.labels:
        raise _other_kind(info, chosen_label, kinds[chosen_label], task)
    connector = features[chosen_image]
    if connector.np_dtype != np.uint8:
        raise DatasetError(
            f"The images of {info.full_name!r} (feature {chosen_image!r}) are "
            f"{np.dtype(connector.np_dtype).name}, expected uint8, 0 to 255. How they become that "
            "is for you to decide: write such images into a folder and use the dataset "
            "image_folder."
        )
    shape = connector.shape
    return ChosenFeatures(
        image=chosen_image,
        label=chosen_label,
        kind=kinds[chosen_label],
        classes=tuple(_class_label(features[chosen_label]).names),
        shape=shape if len(shape) == 3 and None not in shape else None,
    )


def _named(features: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each feature and its name; those that are dictionaries of others are entered."""
    for name, each in features.items():
        if isinstance(each, tfds.features.FeaturesDict):
            yield from _named(each, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", each


def _is_image(feature: Any) -> bool:
    # A labelled image has a class for each pixel.
    return isinstance(feature, tfds.features.Image) and not isinstance(
        feature, tfds.features.LabeledImage
    )


def _label_kind(feature: Any) -> LabelKind | None:
    if isinstance(feature, tfds.features.ClassLabel):
        return "class" if feature.num_classes else None
    if _is_list_of_classes(feature):
        return "multi_hot" if feature.feature.num_classes else None
    return None


def _is_list_of_classes(feature: Any) -> bool:
    return isinstance(feature, tfds.features.Sequence) and isinstance(
        feature.feature, tfds.features.ClassLabel
    )


def _class_label(feature: Any) -> tfds.features.ClassLabel:
    return feature.feature if _is_list_of_classes(feature) else feature


def _choose(
    option: str,
    named: str | None,
    candidates: Iterable[str],
    features: Mapping[str, Any],
    info: tfds.core.DatasetInfo,
    preferred: Any,
) -> str:
    names = list(candidates)
    if named is not None:
        if named in names:
            return named
        raise OptionError(
            f"{option}={named!r} is not one of the features of {info.full_name!r} that are "
            f"{_WANTED[option]}: {', '.join(names) or 'there are none'}."
        )
    if len(names) == 1:
        return names[0]
    if not names:
        raise DatasetError(
            f"The set {info.full_name!r} has no feature that is {_WANTED[option]}, so it is not "
            f"for image classification. Its features are: {_described(features)}."
        )
    for each in preferred:
        if isinstance(each, str) and each in names:
            return each
    raise DatasetError(
        f"The set {info.full_name!r} has several features that are {_WANTED[option]}: "
        f"{', '.join(names)}. Choose one by the option {option}={names[0]!r}, on the command line "
        f"--dataset-option {option}={names[0]}."
    )


_WANTED = {"image": "an image (Image)", "label": "a class or several (ClassLabel)"}


def _other_kind(
    info: tfds.core.DatasetInfo, label: str, kind: LabelKind, task: TaskSpec
) -> IncompatibleError:
    has, advice = {
        "class": ("one class per image", "multiclass"),
        "multi_hot": ("any number of classes per image", "multilabel"),
    }[kind]
    return IncompatibleError(
        f"The labels of {info.full_name!r} (feature {label!r}) are {has}, but task {task.name!r} "
        f"learns from {task.labels!r} labels. Say task={advice!r}, on the command line "
        f"--task {advice}."
    )


def _described(features: Mapping[str, Any]) -> str:
    shown = [f"{name} ({type(each).__name__})" for name, each in list(features.items())[:8]]
    more = len(features) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
