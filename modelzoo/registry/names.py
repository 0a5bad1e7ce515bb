"""How names are written, compared and suggested."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Literal, get_args

from modelzoo.errors import InvalidSpecError

Kind = Literal["model", "dataset", "task", "recipe", "exporter"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PIECE = r"[A-Za-z0-9][A-Za-z0-9_.\-]*"
# A name of an open-ended family: "tfds/mnist", "hf/owner/Some-Name".
_OPEN_NAME = re.compile(r"[a-z][a-z0-9_]*(/[A-Za-z0-9][A-Za-z0-9_.\-]*)+")


def normalise_name(name: str) -> str:
    """The stored form of a bare name: lower case, ``-`` read as ``_``.

    >>> normalise_name("MobileNet-V1-mini")
    'mobilenet_v1_mini'
    """
    return name.strip().lower().replace("-", "_")


def normalise_open_name(name: str) -> str:
    """A name with its first word in the stored form; only the family can tell about the others.

    >>> normalise_open_name("Keras-Hub/resnet/ResNet-18")
    'keras_hub/resnet/ResNet-18'
    """
    first, slash, rest = name.strip().partition("/")
    return normalise_name(first) + slash + rest


def normalise_distribution(name: str) -> str:
    """The stored form of a distribution's name, as the Python packaging standards define it.

    >>> normalise_distribution("TF_ModelZoo")
    'tf-modelzoo'
    """
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def normalise_pattern(pattern: str) -> str:
    """A shell-style pattern of names, read as :func:`normalise_name` reads a name.

    >>> normalise_pattern("MobileNet-v[1-3]*")
    'mobilenet_v[1-3]*'
    """
    # The hyphen of a range such as [1-3] stays.
    return re.sub(r"(\[[^]]*\])|-", lambda found: found[1] or "_", pattern.strip().lower())


def is_name(text: str) -> bool:
    """Whether something may be called so, in whatever case, or with a distribution before it.

    >>> is_name("TFDS/mnist"), is_name("hf/.."), is_name("two words")
    (True, False, False)
    """
    return re.fullmatch(rf"{_PIECE}(/{_PIECE})*", text.strip()) is not None


def check_kind(kind: object) -> None:
    """Raise where ``kind`` is none of the five.

    Raises:
        InvalidSpecError: It is something else, such as a plural.
    """
    if kind not in KINDS:
        raise InvalidSpecError(
            f"{kind!r} is not a kind of spec, expected one of: {', '.join(KINDS)}."
        )


def check_name(name: object, *, open_ended: bool = False) -> str:
    """Return ``name`` where it is a name that a spec may have, and raise where it is not.

    Args:
        name: What a plugin gave as its spec's name.
        open_ended: Also allow names with slashes, which only ``modelzoo_resolve`` may return.

    Raises:
        InvalidSpecError: The name is not a string or not in the stored form.
    """
    if isinstance(name, str):
        if _NAME.fullmatch(name) or (open_ended and _OPEN_NAME.fullmatch(name)):
            return name
        hint = f" Use {normalise_name(name)!r}." if _NAME.fullmatch(normalise_name(name)) else ""
    else:
        hint = ""
    raise InvalidSpecError(
        f"{name!r} is not a name: expected lower-case snake case that starts with a letter, "
        f"such as 'mobilenet_v1_mini'.{hint}"
    )


def check_open_name(name: object) -> None:
    """Raise where ``name`` is not one of an open-ended family, which has slashes.

    Raises:
        InvalidSpecError: It is something else.
    """
    if not isinstance(name, str) or not _OPEN_NAME.fullmatch(name):
        raise InvalidSpecError(
            f"{name!r} is not a name of an open-ended family: expected a lower-case word and more "
            "after a slash, such as 'tfds/mnist'."
        )


def closest(name: str, candidates: Iterable[str]) -> list[str]:
    """Up to three candidates that a person who typed a name may have meant, best first.

    Args:
        name: What was typed, in any case, with ``-`` or ``_``.
        candidates: The names that there are, in the stored form.

    Example:
        >>> closest("Mobilnet-v1-mini", ["mobilenet_v1_mini", "shapes"])
        ['mobilenet_v1_mini']
    """
    return difflib.get_close_matches(normalise_name(name), list(candidates), n=3, cutoff=0.6)


def natural_key(name: str) -> list[tuple[int, int | str]]:
    """Sort key that puts ``v2`` before ``v10``.

    >>> sorted(["net_v10", "net_v2"], key=natural_key)
    ['net_v2', 'net_v10']
    """
    return [
        (0, int(part)) if part.isdecimal() else (1, part)
        for part in re.split(r"(\d+)", name)
        if part
    ]
