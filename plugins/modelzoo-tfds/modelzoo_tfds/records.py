"""Images and labels of prepared record files, in the order in which they are there.

``builder.as_dataset`` would start TensorFlow, which then can no longer be given the threads that
make trainings fast; and it reads several files at once, in an order that its settings decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from google.protobuf.message import DecodeError

from modelzoo.errors import DatasetError, LabelError
from modelzoo_tfds.features import ChosenFeatures
from modelzoo_tfds.reasons import one_line

__all__ = ["Records"]

_TFRECORD, _ARRAY_RECORD = tfds.core.FileFormat.TFRECORD, tfds.core.FileFormat.ARRAY_RECORD
# How TensorFlow, ArrayRecord and Protocol Buffers say that bytes are not what was written.
_DAMAGED = (tf.errors.OpError, RuntimeError, DecodeError)
# What TensorFlow Datasets writes for an image whose class is not known.
_NO_CLASS = -1


class Records:
    """One split: pairs of the bytes of an image file and its label, read anew at each iteration.

    Args:
        builder: The builder of the set, which is prepared.
        split: What the split is, in the syntax of TensorFlow Datasets.
        info: TensorFlow Datasets' description of the split.
        features: The features that are the images and the labels.

    Attributes:
        stamp: Changes with any of the files, or with the part of them that is read.

    Raises:
        DatasetError: The files are not there, or in a format that is not read here.
    """

    def __init__(
        self, builder: tfds.core.DatasetBuilder, split: str, info: Any, features: ChosenFeatures
    ) -> None:
        self._builder = builder
        self._split = split
        self._files = info.file_instructions
        self._features = features
        self._format = builder.info.file_format or _TFRECORD
        if self._format not in (_TFRECORD, _ARRAY_RECORD):
            raise DatasetError(
                f"{builder.data_dir} is prepared in the format {self._format.value!r}, expected "
                f"{_TFRECORD.value!r} or {_ARRAY_RECORD.value!r}. Prepare it in one of these in "
                "another folder, and give that as data_dir."
            )
        self.stamp = self._stamp()

    def __len__(self) -> int:
        return sum(each.take for each in self._files)

    def __iter__(self) -> Iterator[tuple[bytes, Any]]:
        features = self._features
        for example in self._examples():
            yield _at(example, features.image), self._label(_at(example, features.label))

    @property
    def is_labelled(self) -> bool:
        """Whether any image has a label: a split for a contest has none.

        Where there is none, all of the split is read to know it.
        """
        if self._features.kind != "class":
            return True
        return any(label != _NO_CLASS for _, label in self)

    def _stamp(self) -> str:
        digest = hashlib.blake2b(digest_size=16)
        for each in self._files:
            path = Path(each.filename)
            try:
                status = path.stat()
            except OSError as error:
                raise self._damaged(f"{path} can't be read: {error.strerror or error}.") from error
            about = (path.name, status.st_size, status.st_mtime_ns, each.skip, each.take)
            digest.update(repr(about).encode())
        return digest.hexdigest()

    def _examples(self) -> Iterator[Any]:
        features = self._features
        nested = _nested({features.image: tfds.decode.SkipDecoding()})
        wanted = tfds.decode.PartialDecoding(_nested({features.image: True, features.label: True}))
        parser = wanted.extract_features(self._builder.info.features)
        for each in self._files:
            count = 0
            try:
                for record in islice(self._read(each.filename), each.skip + each.take):
                    if count >= each.skip:
                        yield parser.deserialize_example_np(record, decoders=nested)
                    count += 1
            except _DAMAGED as error:
                raise self._damaged(
                    f"{each.filename}: record {count + 1} of {each.examples_in_shard} can't be "
                    f"read: {one_line(error)}"
                ) from error
            if count != each.skip + each.take:
                raise self._damaged(
                    f"{each.filename} has {count} records, expected {each.examples_in_shard}."
                )

    def _read(self, path: str) -> Iterator[bytes]:
        if self._format is _ARRAY_RECORD:
            yield from _array_records(path)
            return
        # It is deprecated, for what would start TensorFlow.
        yield from tf.compat.v1.io.tf_record_iterator(path)

    def _label(self, value: Any) -> Any:
        if self._features.kind == "class":
            return int(value)
        classes = self._features.classes
        present = np.zeros(len(classes), np.uint8)
        indices = np.asarray(value, np.int64)
        if len(indices) and not 0 <= indices.min() <= indices.max() < len(classes):
            raise LabelError(
                f"An image of split {self._split!r} has classes {indices.tolist()}, expected 0 to "
                f"{len(classes) - 1}."
            )
        present[indices] = 1
        return present

    def _damaged(self, reason: str) -> DatasetError:
        return DatasetError(
            f"{reason} Delete the folder {self._builder.data_dir} and start again: then it is "
            "prepared anew."
        )


def _array_records(path: str) -> Iterator[bytes]:
    from array_record.python import array_record_module

    reader = array_record_module.ArrayRecordReader(path)
    try:
        for _ in range(reader.num_records()):
            yield reader.read()
    finally:
        reader.close()


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    """Values by names such as ``"a/b"`` as dictionaries in dictionaries."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        *parents, last = name.split("/")
        inner = nested
        for each in parents:
            inner = inner.setdefault(each, {})
        inner[last] = value
    return nested


def _at(example: Any, name: str) -> Any:
    for each in name.split("/"):
        example = example[each]
    return example
