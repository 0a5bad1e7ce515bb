"""From the name of a set to its builder, prepared or not."""

from __future__ import annotations

import re
from pathlib import Path

import tensorflow_datasets as tfds

from modelzoo.errors import DatasetError, ModelZooError, UnknownNameError
from modelzoo.registry import closest, named_libraries
from modelzoo_tfds.reasons import one_line

__all__ = ["PREPARED", "find_builder", "is_prepared"]

PREPARED = "dataset_info.json"
"""What a folder has in it that TensorFlow Datasets has prepared."""


def find_builder(name: str, data_dir: Path | None) -> tfds.core.DatasetBuilder:
    """The builder of a set, from its code or from the files that were prepared.

    Args:
        name: As TensorFlow Datasets writes it: ``name``, ``name/config:version`` and so on.
        data_dir: Where sets are prepared, each in a folder of its name; or the folder of this
            set, with ``dataset_info.json`` in it. Default: where TensorFlow Datasets has them.

    Returns:
        A builder whose ``info`` is known without a network.

    Raises:
        UnknownNameError: There is no such set; the message has close matches.
        DatasetError: There is no such configuration or version, or the files are of another set.
        MissingLibraryError: Its code needs a library that is not installed.
    """
    if data_dir is not None and data_dir.exists() and not data_dir.is_dir():
        raise DatasetError(
            f"{data_dir} is a file, expected the folder where TensorFlow Datasets keeps its sets, "
            "or that of one of them."
        )
    try:
        # It imports most of what it needs only when that is used.
        with named_libraries(__name__, needed_by=f"the set {name!r}"):
            if data_dir is not None and (data_dir / PREPARED).is_file():
                return _from_its_folder(name, data_dir)
            return tfds.builder(name, data_dir=None if data_dir is None else str(data_dir))
    except ModelZooError:
        raise
    except tfds.core.DatasetNotFoundError as error:
        raise _unknown(name, data_dir) from error
    except Exception as error:
        # ValueError, AssertionError, KeyError: TensorFlow Datasets has no class for it.
        raise DatasetError(
            f"TensorFlow Datasets {tfds.__version__} can't make the set {name!r}: {one_line(error)}"
        ) from error


def is_prepared(builder: tfds.core.DatasetBuilder) -> bool:
    """Whether a set is there to be read.

    TensorFlow Datasets' own method wants the folder to have the version's name, too.
    """
    return Path(builder.data_dir, PREPARED).is_file()


def _from_its_folder(name: str, folder: Path) -> tfds.core.DatasetBuilder:
    builder = tfds.builder_from_directory(str(folder))
    wanted = re.split("[/:]", name)
    found = builder.info.full_name.split("/")
    if wanted[0] != found[0] or not set(wanted) <= set(found):
        raise DatasetError(
            f"{folder} has the set {builder.info.full_name!r}, not {name!r}. Name that one "
            f"(tfds/{builder.info.full_name}), or give another folder."
        )
    return builder


def _unknown(name: str, data_dir: Path | None) -> ModelZooError:
    set_name = re.split("[/:]", name)[0]
    root = Path(data_dir or tfds.core.constants.DATA_DIR).expanduser()
    prepared = sorted(
        each.name
        for each in (root / set_name).glob("*")
        if each.is_dir() and not each.name.startswith((".", "incomplete."))
    )
    if prepared:
        return DatasetError(
            f"TensorFlow Datasets finds no set {name!r}, but {root / set_name} has "
            f"{', '.join(prepared)}. Name one: tfds/{set_name}/{prepared[0]}."
        )
    known = tfds.list_builders(with_community_datasets=False)
    matches = closest(set_name, known)
    meant = " or ".join(f"'tfds/{each}'" for each in matches)
    advice = (
        f"Did you mean {meant}?"
        if matches
        else "https://www.tensorflow.org/datasets/catalog lists all that there are."
    )
    return UnknownNameError(
        f"TensorFlow Datasets {tfds.__version__} has no set {set_name!r}, and none of that name "
        f"is prepared in {root}. {advice}"
    )
