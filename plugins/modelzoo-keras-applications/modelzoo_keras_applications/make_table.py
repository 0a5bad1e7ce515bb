"""Writes ``table.json``: builds each network, counts, and asks Keras what it downloads for it.

Keras has the addresses and hashes of its files inside the functions that build the networks, so
what each of them asks for is caught. Nothing is downloaded.

    python -m modelzoo_keras_applications.make_table [ARCHITECTURE ...]

Rows of other networks than those that are named stay as they are.
"""

from __future__ import annotations

import gc
import json
import sys
import warnings
from collections.abc import Iterator
from typing import Any
from unittest import mock

import keras

from modelzoo.layers import count_mult_adds
from modelzoo_keras_applications import backbones
from modelzoo_keras_applications.families import FAMILIES
from modelzoo_keras_applications.table import FILE, Published

# What Keras publishes weights for besides the network as it is by default: the options and sides
# of images, as the documentation of each function lists them.
_VARIANTS: dict[str, list[tuple[dict[str, Any], int]]] = {
    "MobileNet": [
        ({"alpha": alpha}, side)
        for alpha in (1.0, 0.75, 0.5, 0.25)
        for side in (224, 192, 160, 128)
    ],
    "MobileNetV2": [
        ({"alpha": alpha}, side)
        for alpha in (1.4, 1.3, 1.0, 0.75, 0.5, 0.35)
        for side in (224, 192, 160, 128, 96)
        if alpha <= 1 or side == 224
    ],
    "MobileNetV3Small": [({"alpha": 0.75}, 224), ({"minimalistic": True}, 224)],
    "MobileNetV3Large": [({"alpha": 0.75}, 224), ({"minimalistic": True}, 224)],
}


class _AskedError(Exception):
    """Keras has asked for a file."""


def requested_file(architecture: str, side: int, **options: Any) -> dict[str, str]:
    """What a function of ``keras.applications`` downloads for ``weights="imagenet"``.

    Args:
        architecture: The function.
        side: Height and width of the images.
        **options: More arguments of it.

    Returns:
        ``url``, ``file`` and ``hash``; the hash is empty where Keras checks none.
    """
    asked: dict[str, str] = {}

    def get_file(fname: str, origin: str, *, file_hash: str | None = None, **_: Any) -> str:
        asked.update(url=origin, file=fname, hash=file_hash or "")
        raise _AskedError

    with mock.patch("keras.src.utils.file_utils.get_file", get_file), warnings.catch_warnings():
        warnings.simplefilter("error")  # of weights for other images than these
        try:
            getattr(keras.applications, architecture)(input_shape=(side, side, 3), **options)
        except _AskedError:
            return asked
    raise AssertionError(f"keras.applications.{architecture} asked for no file.")


def row(architecture: str, side: int) -> dict[str, Any]:
    """The row of a network, as ``table.json`` has it."""
    backbone = getattr(backbones, architecture)((side, side, 3))
    return {
        "features": backbone.output_shape[-1],
        "parameters": backbone.count_params(),
        "mult_adds": count_mult_adds(backbone),
        "published": [each._asdict() for each in _published(architecture, side)],
    }


def _published(architecture: str, side: int) -> Iterator[Published]:
    yield Published("imagenet", "", **requested_file(architecture, side))
    variants = _VARIANTS.get(architecture, [])
    sides = {side for _, side in variants}
    for options, other in variants:
        name, words = "imagenet", []
        if "alpha" in options:
            name += f"_{round(100 * options['alpha']):03d}"
            words.append(f"alpha {options['alpha']:g}")
        if "minimalistic" in options:
            name += "_minimalistic"
            words.append("minimalistic")
        if len(sides) > 1:
            name += f"_{other}"
            words.append(f"{other} x {other}")
        text = f" ({', '.join(words)})"
        yield Published(name, text, **requested_file(architecture, other, **options))


def main(chosen: list[str]) -> None:
    """Write the rows of the networks that are named, or of all."""
    sides = dict(member for family in FAMILIES for member in family.members.values())
    networks = json.loads(FILE.read_text("utf-8"))["networks"] if FILE.exists() else {}
    for architecture in chosen or sides:
        networks[architecture] = row(architecture, sides[architecture])
        table = {
            "made_by": f"modelzoo_keras_applications.make_table, with Keras {keras.__version__}",
            "networks": {each: networks[each] for each in sides if each in networks},
        }
        FILE.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
        print(architecture, f"{networks[architecture]['parameters']:,}", flush=True)
        keras.backend.clear_session()
        gc.collect()


if __name__ == "__main__":
    main(sys.argv[1:])
