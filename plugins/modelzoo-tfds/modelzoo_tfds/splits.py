"""Which of a set's splits are for training, validation and testing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import tensorflow_datasets as tfds

from modelzoo.errors import DatasetError, OptionError

__all__ = ["SPLIT_NAMES", "choose_splits"]

SPLIT_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "train": ("train",),
        "val": ("validation", "val", "valid", "dev"),
        "test": ("test",),
    }
)
"""By what names sets have the split that a user does not name; the first that is there."""


def choose_splits(
    info: tfds.core.DatasetInfo, named: Mapping[str, str | None]
) -> dict[str, tuple[str, Any]]:
    """The splits of a set for training, validation and testing.

    Args:
        info: What is known of the set, which is prepared.
        named: For ``"train"``, ``"val"`` and ``"test"`` what the user wants, in the syntax of
            TensorFlow Datasets: ``"train[:80%]"``, ``"train+validation"``. Where one is named,
            there are no others than those that are named; where none is, they go by their names.

    Returns:
        For each split what it is, in that syntax, and TensorFlow Datasets' description of it with
        the files and what to read of each.

    Raises:
        DatasetError: Nobody has named a split to train with, and there is none of that name.
        OptionError: What was named is not there or no such syntax.
    """
    if any(each is not None for each in named.values()):
        chosen = {name: each for name, each in named.items() if each is not None}
    else:
        chosen = {
            name: next(each for each in names if each in info.splits)
            for name, names in SPLIT_NAMES.items()
            if any(each in info.splits for each in names)
        }
    if "train" not in chosen:
        first = next(iter(info.splits), "test")
        raise DatasetError(
            f"The set {info.full_name!r} has splits {', '.join(info.splits) or 'none'}, and none "
            f"of them was named to train with. Name one or a part of it by the options train, val "
            f"and test, such as train='{first}[:80%]' and test='{first}[80%:]', on the command "
            f"line --dataset-option 'train={first}[:80%]'."
        )
    return {name: (each, _found(info, name, each)) for name, each in chosen.items()}


def _found(info: tfds.core.DatasetInfo, name: str, wanted: str) -> Any:
    if isinstance(wanted, str):
        try:
            return info.splits[wanted]
        except (KeyError, ValueError, AssertionError):
            pass
    raise OptionError(
        f"{name}={wanted!r} is no split of {info.full_name!r} nor a part of one. Its splits are: "
        f"{', '.join(info.splits)}; a part is written train[:80%] or train[1000:2000]."
    )
