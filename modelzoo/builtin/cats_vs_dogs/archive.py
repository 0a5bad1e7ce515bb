"""Microsoft's archive of cats and dogs, downloaded by its hash and unpacked into the cache."""

from __future__ import annotations

import re
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from modelzoo.data.decode import decode_bytes
from modelzoo.data.download import fetch, writing_to_cache
from modelzoo.errors import BadImageError, DatasetError, DownloadError
from modelzoo.progress import progress
from modelzoo.storage import atomic_folder, cache_folder

__all__ = ["downloaded_images"]

URL = (
    "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
    "kagglecatsanddogs_5340.zip"
)
SHA256 = "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9"

BAD_IMAGES = "bad_images.txt"

# An image is decoded to see whether it is whole; small, because JPEGs decode faster then.
_SMALL = (32, 32, 3)
# The names that the images have; nothing else is unpacked, least of all a name with "..".
_IMAGE = re.compile(r"PetImages/(?:Cat|Dog)/[0-9]+\.jpg")


def downloaded_images() -> Path:
    """The folder ``PetImages`` of the archive, downloaded and unpacked where it is not yet.

    Files of the archive that are no whole images are left out and listed beside the others.

    Returns:
        The folder, with sub-folders ``Cat`` and ``Dog``, and ``bad_images.txt`` where there were
        such files.

    Raises:
        DownloadError: The archive can't be fetched.
        DatasetError: The archive has no images.
        StorageError: The cache folder can't be written.
    """
    folder = cache_folder() / "cats_vs_dogs" / "PetImages"
    if folder.is_dir():
        return folder
    try:
        archive = fetch(URL, sha256=SHA256, folder="cats_vs_dogs")
    except DownloadError as error:
        raise DownloadError(
            f"{error} Or say data_dir='PATH' (--data-dir PATH) for a folder that has PetImages, "
            "or training_set and test_set, with sub-folders of cats and dogs."
        ) from error
    with writing_to_cache():
        _unpack(archive, folder)
    archive.unlink()  # its images are beside it now, and would be there twice
    return folder


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed, atomic_folder(folder) as unpacked:
        names = [name for name in packed.namelist() if _IMAGE.fullmatch(name)]
        if not names:
            raise DatasetError(f"{archive} has no images in PetImages/Cat and PetImages/Dog.")
        for each in ("Cat", "Dog"):
            (unpacked / each).mkdir()

        def unpack(name: str) -> str | None:
            data = packed.read(name)
            try:
                decode_bytes(data, _SMALL, name=name)
            except BadImageError as error:
                return str(error)
            (unpacked / Path(name).relative_to("PetImages")).write_bytes(data)
            return None

        bad = []
        with ThreadPoolExecutor() as pool, progress(len(names), "Unpacking images") as bar:
            for reason in pool.map(unpack, names):
                bad += [reason] if reason else []
                bar.advance()
        if bad:
            (unpacked / BAD_IMAGES).write_text("\n".join(bad) + "\n", encoding="utf-8")
            warnings.warn(
                f"{len(bad)} of the archive's {len(names)} files are no whole images and were left "
                f"out; they are listed in {folder / BAD_IMAGES}.",
                stacklevel=4,
            )
