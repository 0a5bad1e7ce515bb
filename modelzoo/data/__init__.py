"""From a source of images to batches."""

from modelzoo.data.loading import load_dataset
from modelzoo.data.source import ArraySplit, Dataset, FileSplit, Split

__all__ = ["ArraySplit", "Dataset", "FileSplit", "Split", "load_dataset"]
