"""Finding splits, classes and image files in a folder."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from modelzoo.errors import DatasetError

__all__ = ["IMAGE_ENDINGS", "SPLIT_FOLDERS", "find_images"]

IMAGE_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"})

SPLIT_FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "train": "train",
        "training": "train",
        "training_set": "train",
        "val": "val",
        "valid": "val",
        "validation": "val",
        "validation_set": "val",
        "test": "test",
        "testing": "test",
        "test_set": "test",
    }
)
"""The split that a folder of this name holds; upper and lower case are the same."""

# What archives made on a Mac leave beside the images.
_LEFTOVERS = frozenset({"__MACOSX"})
_SHOWN = 8

Images: TypeAlias = dict[str, dict[str, list[Path]]]


def find_images(folder: Path) -> Images:
    """The image files of a folder by split and class.

    The folder holds either class folders, or ``train``, ``test`` and ``val`` (or
    ``training_set``, ``test_set`` and so on) that hold class folders. Hidden files and files
    that are no images by their ending are passed over. Other folders beside those of the splits
    are passed over with a warning if they hold images; but where ``train`` itself holds images
    and no folders, it is a class like them.

    Args:
        folder: Where to look.

    Returns:
        For each split, for each class in the order of their names, the files in the order of
        theirs. A folder without splits is all ``"train"``.

    Raises:
        DatasetError: There is no such folder, it has no images or only one class, a class has
            none, or the splits have different classes. The message says what was found.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in ("cats", "dogs"):
        ...     (folder / name).mkdir()
        ...     _ = (folder / name / "1.jpg").write_bytes(b"")
        >>> list(find_images(folder)["train"])
        ['cats', 'dogs']
    """
    if not folder.exists():
        raise DatasetError(
            f"There is no folder {folder}. Give the folder that has a sub-folder of images for "
            "each class, or 'train' and 'test' with such sub-folders."
        )
    if not folder.is_dir():
        raise DatasetError(f"{folder} is a file, expected a folder with a sub-folder per class.")
    folder = _unwrapped(folder)
    parts = _split_folders(folder)
    images = {split: _classes(part) for split, part in parts.items()}
    for split, found in images.items():
        _check_same_classes(parts["train"], images["train"], parts[split], found)
    return images


def _split_folders(folder: Path) -> dict[str, Path]:
    parts: dict[str, Path] = {}
    inner = _folders(folder)
    for each in inner:
        split = SPLIT_FOLDERS.get(each.name.lower())
        if split in parts:
            raise DatasetError(
                f"{folder} has two folders for one split: {parts[split].name!r} and {each.name!r}. "
                "Rename or remove one of them."
            )
        if split is not None:
            parts[split] = _unwrapped(each)
    others = [each for each in inner if each.name.lower() not in SPLIT_FOLDERS]
    others = [each for each in others if "train" in parts and _images_below(each)]
    if others and _is_class(parts["train"]):
        return {"train": folder}
    if others:
        warnings.warn(
            f"{folder} has splits, so {_listed([each.name for each in others])} is passed over. "
            "Move its images into the folders of the splits if they are to be used.",
            stacklevel=2,
        )
    if "train" in parts:
        return {split: parts[split] for split in ("train", "val", "test") if split in parts}
    if parts and len(parts) == len(inner):
        raise DatasetError(
            f"{folder} has {_listed([each.name for each in inner])}, but no images to train on. "
            "Expected a folder 'train' or 'training_set' beside them."
        )
    return {"train": folder}  # no splits: a class may have the name "test"


def _is_class(folder: Path) -> bool:
    return bool(_images_below(folder)) and not _folders(folder)


def _classes(folder: Path) -> dict[str, list[Path]]:
    inner = _folders(folder)
    classes = {each.name: _images_below(each) for each in inner}
    if not any(classes.values()):
        raise DatasetError(f"No images in {folder}: {_what_is_there(folder)}.")
    if len(classes) == 1:
        (only,) = classes
        raise DatasetError(
            f"{folder} has one class, {only!r} ({len(classes[only])} images), expected at least "
            "two sub-folders with images, one per class."
        )
    for name, found in classes.items():
        if not found:
            raise DatasetError(
                f"Class folder {folder / name} has no images: {_what_is_there(folder / name)}. "
                f"Put images ({_endings()}) there, or remove the folder."
            )
    return classes


def _check_same_classes(
    train_folder: Path,
    train: Mapping[str, list[Path]],
    other_folder: Path,
    other: Mapping[str, list[Path]],
) -> None:
    if set(train) == set(other):
        return
    only_train, only_other = sorted(set(train) - set(other)), sorted(set(other) - set(train))
    differences = [
        f"only {folder} has {_listed(names)}"
        for folder, names in ((train_folder, only_train), (other_folder, only_other))
        if names
    ]
    raise DatasetError(
        f"The splits have different classes: {'; '.join(differences)}. "
        "Give each split the same sub-folders."
    )


def _unwrapped(folder: Path) -> Path:
    # Archives are often packed as training_set/training_set/cats.
    inner = _folders(folder)
    while len(inner) == 1 and inner[0].name == folder.name:
        folder = inner[0]
        inner = _folders(folder)
    return folder


def _folders(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda each: each.name)
    except OSError as error:
        raise DatasetError(f"{folder} can't be read: {error.strerror or error}.") from error
    return [
        each
        for each in entries
        if not each.name.startswith(".") and each.name not in _LEFTOVERS and each.is_dir()
    ]


def _images_below(folder: Path) -> list[Path]:
    return sorted(each for each in _files_below(folder) if each.suffix.lower() in IMAGE_ENDINGS)


def _files_below(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise DatasetError(f"{error.filename} can't be read: {error.strerror or error}.") from error

    found = []
    for parent, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [each for each in folders if not each.startswith(".")]
        found += [Path(parent, each) for each in files if not each.startswith(".")]
    return found


def _what_is_there(folder: Path) -> str:
    files = _files_below(folder)
    inner = [each.name for each in _folders(folder)]
    direct = [
        each for each in files if each.parent == folder and each.suffix.lower() in IMAGE_ENDINGS
    ]
    if direct and not inner:
        return (
            f"its {len(direct)} images lie side by side, expected a sub-folder for each class "
            "with the images of that class"
        )
    if not files:
        return f"it has {f'only the empty {_listed(inner)}' if inner else 'nothing in it'}"
    endings = Counter(each.suffix.lower() or "no ending" for each in files).most_common(_SHOWN)
    counted = ", ".join(f"{count} with {ending}" for ending, count in endings)
    return f"found {len(files)} files ({counted}), expected images ({_endings()})"


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(each) for each in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _endings() -> str:
    return ", ".join(sorted(IMAGE_ENDINGS))
