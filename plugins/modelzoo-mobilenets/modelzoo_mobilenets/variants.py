"""Which networks there are: names, builders, options, image sizes, and published weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["FAMILIES", "Family", "Variant"]

_HOST = "https://storage.googleapis.com/tensorflow/keras-applications"
_V2_SIZES = (96, 128, 160, 192, 224)
_V3_SIZES = (96, 128, 160, 192, 224, 256)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A network that a name stands for.

    Attributes:
        name: The registered name.
        alpha: The width multiplier.
        size: The side of the images, in pixels.
    """

    name: str
    alpha: float
    size: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Networks that differ in width and image size alone.

    Attributes:
        name: The name of the network of any width and size; those of the others begin with it.
        title: What summaries call it.
        paper: Where it was published.
        builder: ``"module:function"``.
        options: Options of the builder, the width multiplier aside.
        sizes: The sides of the images in pixels, for each width multiplier.
        published: The same for the networks that Keras publishes weights of.
        url: Where these are, with ``{alpha}`` and ``{size}``.
        converter: The function that reads them, ``"module:function"``.
    """

    name: str
    title: str
    paper: str
    builder: str
    options: Mapping[str, Any]
    sizes: Mapping[float, tuple[int, ...]]
    published: Mapping[float, tuple[int, ...]]
    url: str
    converter: str

    @property
    def resizable(self) -> Variant:
        """The network of any width and size, as it is unless a user says otherwise."""
        return Variant(name=self.name, alpha=1.0, size=224)

    def variants(self) -> Iterator[Variant]:
        """The networks whose names say width, in percent, and size."""
        for alpha, sizes in self.sizes.items():
            for size in sizes:
                name = f"{self.name}_{percent(alpha)}_{size}"
                yield Variant(name=name, alpha=alpha, size=size)

    def options_of(self, variant: Variant) -> dict[str, Any]:
        """The options that the builder is called with."""
        return {"alpha": variant.alpha, **self.options}


def percent(alpha: float) -> str:
    """A width multiplier as names have it.

    Example:
        >>> percent(0.35)
        '035'
    """
    return f"{round(100 * alpha):03d}"


def _v3(kind: str, *, minimalistic: bool) -> Family:
    name = f"{kind}_minimalistic" if minimalistic else kind
    return Family(
        name=f"mobilenet_v3_{name}",
        title=f"MobileNet v3 {kind.title()}{', minimalistic,' if minimalistic else ''}",
        paper="arXiv:1905.02244",
        builder=f"modelzoo_mobilenets.mobilenet_v3:mobilenet_v3_{kind}",
        options={"minimalistic": minimalistic},
        # The widths and sizes of figure 5 of the paper.
        sizes={0.35: (224,), 0.5: (224,), 0.75: (224,), 1.0: _V3_SIZES, 1.25: (224,)},
        published={1.0: (224,)} if minimalistic else {0.75: (224,), 1.0: (224,)},
        url=f"{_HOST}/mobilenet_v3/weights_mobilenet_v3_{name}_{{size}}_{{alpha}}_float.h5",
        converter="modelzoo_mobilenets.imagenet:load_mobilenet_v3",
    )


FAMILIES = (
    Family(
        name="mobilenet_v2",
        title="MobileNet v2",
        paper="arXiv:1801.04381",
        builder="modelzoo_mobilenets.mobilenet_v2:mobilenet_v2",
        options={},
        sizes=dict.fromkeys((0.35, 0.5, 0.75, 1.0, 1.3, 1.4), _V2_SIZES),
        # Its authors trained the widest at the largest size alone: 22 networks.
        published={
            **dict.fromkeys((0.35, 0.5, 0.75, 1.0), _V2_SIZES),
            **dict.fromkeys((1.3, 1.4), (224,)),
        },
        url=f"{_HOST}/mobilenet_v2/"
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{alpha}_{size}.h5",
        converter="modelzoo.weights:load_keras_file",
    ),
    _v3("large", minimalistic=False),
    _v3("small", minimalistic=False),
    _v3("large", minimalistic=True),
    _v3("small", minimalistic=True),
)
