"""From a source of images to batches."""

from modelzoo.data.download import fetch
from modelzoo.data.loading import load_dataset
from modelzoo.data.small_images import unpack_arrays
from modelzoo.data.source import ArraySplit, Dataset, FileSplit, Split
from modelzoo.data.unpack import unpack_images
from modelzoo.storage import atomic_folder, cache_folder

__all__ = [
    "ArraySplit",
    "Dataset",
    "FileSplit",
    "Split",
    "atomic_folder",
    "cache_folder",
    "fetch",
    "load_dataset",
    "unpack_arrays",
    "unpack_images",
]
