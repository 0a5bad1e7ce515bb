"""Makes ``presets.json``: ``python -m modelzoo_keras_hub.make_table``.

KerasHub's metadata say a preset's address, its size and a line about it; the library's converters
of timm models say how these are built; the rest is in ``sources.py``. Each preset's backbone is
built without its weights, to know its features and to compare its parameters with KerasHub's.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import keras_hub

from modelzoo_keras_hub.architectures import ARCHITECTURES, Architecture
from modelzoo_keras_hub.backbones import build, hub_backbone
from modelzoo_keras_hub.publishers import Source
from modelzoo_keras_hub.sources import SOURCES

TABLE = Path(__file__).with_name("presets.json")


def make_table() -> dict[str, Any]:
    """The table, as data that ``json.dumps`` takes.

    Raises:
        ValueError: A preset's backbone has not as many parameters as KerasHub says.
    """
    presets = {name: row(name, source) for name, source in sorted(SOURCES.items())}
    return {
        "keras_hub": keras_hub.__version__,
        "presets": presets,
        "architectures": {
            each.name: _counted(each, presets[each.default]["arguments"] if each.default else {})
            for each in ARCHITECTURES.values()
        },
    }


def _counted(architecture: Architecture, arguments: Mapping[str, Any]) -> dict[str, int]:
    """The features and the parameters of an architecture with its defaults."""
    shape = (architecture.size, architecture.size, 3)
    with _without_memory():
        features = build(architecture, shape, **{**arguments, **(architecture.arguments or {})})
    return {"features": features.output_shape[-1], "parameters": features.count_params()}


def row(name: str, source: Source) -> dict[str, Any]:
    """What the table says of a preset.

    Args:
        name: The preset's name.
        source: Where it comes from.

    Raises:
        ValueError: Its backbone has not as many parameters as KerasHub says.
    """
    architecture = ARCHITECTURES[source.architecture]
    published = getattr(keras_hub.models, architecture.backbone).presets[name]
    arguments = {**_timm_arguments(source), **(source.arguments or {})}
    shape = (source.size, source.size, 3)
    with _without_memory():
        features = build(architecture, shape, classifier=source.classifier, **arguments)
        _check_parameters(name, hub_backbone(features), source, published["metadata"]["params"])
    normalisation = source.normalisation
    return {
        "architecture": architecture.name,
        "summary": " ".join(published["metadata"]["description"].split()),
        "handle": _own_handle(name, published["kaggle_handle"]),
        "origin": source.origin,
        "licence": source.licence,
        "paper": source.paper or architecture.paper,
        "size": source.size,
        "scale": [1 / 255 / each for each in normalisation.deviation],
        "offset": [
            -mean / deviation if mean else 0.0
            for mean, deviation in zip(normalisation.mean, normalisation.deviation, strict=True)
        ],
        "num_classes": source.num_classes,
        "features": features.output_shape[-1],
        "parameters": features.count_params(),
        "classifier": source.classifier,
        "arguments": arguments,
    }


@contextmanager
def _without_memory() -> Iterator[None]:
    """Take no memory for the weights of what is built inside, which would be up to 27 GB."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        # Keras has listed them, to give them memory when it next builds something.
        keras.utils.clear_session()


def _timm_arguments(source: Source) -> dict[str, Any]:
    publisher, _, model = source.origin.partition("/")
    if publisher != "timm":
        return {}
    module = importlib.import_module(f"keras_hub.src.utils.timm.convert_{source.architecture}")
    # Names of timm changed when there were several weights for one network.
    name, _, tag = model.replace("efficientnetv2_", "efficientnet_").partition(".")
    converted: dict[str, Any] = module.convert_backbone_config(
        {"architecture": name, "pretrained_cfg": {"tag": tag}}
    )
    return converted


# KerasHub's numbers that are those of another preset (of the first version of the network).
_COPIED = ("resnet_v2_50_imagenet", "resnet_v2_101_imagenet")
# It says millions for the largest ones.
_ROUNDED = "dinov3_"


def _check_parameters(name: str, backbone: keras.Model, source: Source, published: int) -> None:
    """Compare with KerasHub's number, which is with or without a head, and statistics."""
    everything = backbone.count_params()
    trainable = sum(math.prod(each.shape) for each in backbone.trainable_weights)
    width = keras.tree.flatten(backbone.output_shape)[-1]
    heads = [(width + 1) * classes for classes in (0, 10, 1000, source.num_classes or 0)]
    possible = [count + head for count in (everything, trainable) for head in heads]
    rounded = name.startswith(_ROUNDED) and abs(published - everything) < 0.02 * everything
    if published not in possible and not rounded and name not in _COPIED:
        raise ValueError(
            f"{name!r} has {everything:,} parameters as it is described in sources.py, "
            f"KerasHub says {published:,}"
        )


def _own_handle(name: str, handle: str) -> str:
    """The address, where it is this preset's own."""
    return handle if handle.split("/")[-2] == name else ""


def write_table(table: dict[str, Any], path: Path) -> None:
    """Write the table as JSON, with a line for each preset and architecture."""
    parts = [f'"keras_hub": {json.dumps(table["keras_hub"])}']
    for key in ("presets", "architectures"):
        lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in table[key].items()]
        parts.append(f'"{key}": {{\n' + ",\n".join(lines) + "\n}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write_table(make_table(), TABLE)
