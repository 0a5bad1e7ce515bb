"""The dataset of cats and dogs, in each layout that it is published in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelzoo.builtin.cats_vs_dogs.archive import downloaded_images
from modelzoo.builtin.cats_vs_dogs.plugin import CLASSES
from modelzoo.builtin.image_folder.dataset import labelled_files
from modelzoo.builtin.image_folder.layout import find_images
from modelzoo.data import Dataset, Split
from modelzoo.data.validation import split_by_content
from modelzoo.errors import DatasetError
from modelzoo.registry import TaskSpec

__all__ = ["TEST_FRACTION", "load"]

TEST_FRACTION = 0.2
_CLASS_OF_FOLDER = {"cat": "cats", "cats": "cats", "dog": "dogs", "dogs": "dogs"}


def load(*, task: TaskSpec, data_dir: Path | None) -> Dataset:
    """Find the images of cats and dogs.

    Without a folder they are those of Microsoft's archive (Elson et al., "Asirra", CCS 2007;
    825 MB), downloaded once into the cache folder. Of its 25,000 files some hundreds are damaged
    or no images: they are left out when it is unpacked, and listed in ``bad_images.txt`` there.
    In a folder of your own a bad image is an error unless ``bad_images="skip"`` is said.

    Args:
        task: The task; the labels are 0 for cats and 1 for dogs.
        data_dir: A folder with ``training_set`` and ``test_set`` (or another layout of
            :func:`modelzoo.builtin.image_folder.layout.find_images`), or with ``PetImages``,
            that holds folders ``cats`` and ``dogs`` or ``Cat`` and ``Dog``.

    Returns:
        Splits of files ``train`` and ``test``, and ``val`` where the folder has it. Where it has
        no test images, a fifth is set aside for that, chosen by the files' contents: always the
        same images.

    Raises:
        DatasetError: The folder is not there, or has not the images of cats and dogs.
        DownloadError: No folder was given and the archive can't be fetched.
        StorageError: The cache folder can't be written.
    """
    folder = downloaded_images() if data_dir is None else data_dir
    if (folder / "PetImages").is_dir():
        folder /= "PetImages"
    splits: dict[str, Split] = {
        split: labelled_files(CLASSES, _by_class(folder, images))
        for split, images in find_images(folder).items()
    }
    if "test" not in splits:
        splits["train"], splits["test"] = split_by_content(
            splits["train"], TEST_FRACTION, purpose="test"
        )
    return Dataset(name="cats_vs_dogs", splits=splits, classes=CLASSES)


def _by_class(folder: Path, images: Mapping[str, list[Path]]) -> dict[str, list[Path]]:
    found = {_CLASS_OF_FOLDER.get(name.lower(), name): files for name, files in images.items()}
    if set(found) != set(CLASSES) or len(images) != len(CLASSES):
        names = ", ".join(repr(name) for name in images)
        raise DatasetError(
            f"{folder} has class folders {names}, expected 'cats' and 'dogs' (or 'Cat' and 'Dog'). "
            "For other classes use dataset 'image_folder'."
        )
    return found
