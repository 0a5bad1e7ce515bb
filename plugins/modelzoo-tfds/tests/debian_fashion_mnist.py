"""Gives TensorFlow Datasets the files of Fashion-MNIST that Debian has, without a network.

::

    apt install dataset-fashion-mnist
    python tests/debian_fashion_mnist.py FOLDER
    modelzoo check modelzoo-tfds --data-dir FOLDER
"""

import struct
import sys
from pathlib import Path

FILES = Path("/usr/share/datasets/fashion-mnist")

# When the publisher compressed them: Debian's have another time and no names within, so that
# their checksums are not those that TensorFlow Datasets expects. All else in them is the same.
COMPRESSED = {
    "train-images-idx3-ubyte": 1504176606,
    "train-labels-idx1-ubyte": 1504176606,
    "t10k-images-idx3-ubyte": 1504176627,
    "t10k-labels-idx1-ubyte": 1504176627,
}
_HEADER = struct.Struct("<3sBI2s")  # RFC 1952: method, flags, time, and how and where
_HAS_NAME = 8


def put_files(data_dir):
    """Write the publisher's files to where TensorFlow Datasets looks for what people download."""
    manual = Path(data_dir, "downloads", "manual")
    manual.mkdir(parents=True, exist_ok=True)
    for name, time in COMPRESSED.items():
        data = (FILES / f"{name}.gz").read_bytes()
        method, _, _, how = _HEADER.unpack_from(data)
        header = _HEADER.pack(method, _HAS_NAME, time, how) + name.encode() + b"\0"
        (manual / f"{name}.gz").write_bytes(header + data[_HEADER.size :])


if __name__ == "__main__":
    put_files(*sys.argv[1:])
