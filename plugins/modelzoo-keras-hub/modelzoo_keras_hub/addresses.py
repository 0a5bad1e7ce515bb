"""The addresses of presets: as KerasHub writes them, and as pages that a person can open."""

from __future__ import annotations

import re

__all__ = ["handle_in_name", "handle_of", "page_of"]

_KAGGLE = ("kaggle://", "https://www.kaggle.com/models/")
_HUGGING_FACE = ("hf://", "https://huggingface.co/")
# A preset that only the installed library knows; its page has all presets.
_NAMED = ("", "https://keras.io/keras_hub/presets/#")

_WORD = r"[A-Za-z0-9][A-Za-z0-9_.\-]*"
_IN_NAME = re.compile(rf"(?:(hf)/({_WORD}/{_WORD})|(kaggle)/({_WORD}(?:/{_WORD}){{3,4}}))")


def page_of(handle: str) -> str:
    """The page of a preset.

    Args:
        handle: ``kaggle://OWNER/MODEL/keras/NAME/VERSION``, ``hf://OWNER/NAME``, the name of a
            preset, or nothing.

    Example:
        >>> page_of("hf://keras/resnet_18_imagenet")
        'https://huggingface.co/keras/resnet_18_imagenet'
    """
    if not handle:
        return ""
    prefix, page = next(
        each for each in (_KAGGLE, _HUGGING_FACE, _NAMED) if handle.startswith(each[0])
    )
    return page + handle.removeprefix(prefix)


def handle_of(page: str) -> str:
    """The handle of a preset, from the page that :func:`page_of` gave.

    Example:
        >>> handle_of("https://www.kaggle.com/models/keras/vgg/keras/vgg_11_imagenet/3")
        'kaggle://keras/vgg/keras/vgg_11_imagenet/3'
    """
    for prefix, start in (_KAGGLE, _HUGGING_FACE, _NAMED):
        if page.startswith(start):
            return prefix + page.removeprefix(start)
    return ""


def handle_in_name(rest: str) -> str:
    """The handle in what follows ``keras_hub/`` in a model's name; empty where there is none.

    Example:
        >>> handle_in_name("hf/keras/resnet_18_imagenet")
        'hf://keras/resnet_18_imagenet'
        >>> handle_in_name("kaggle/keras/vgg/keras/vgg_11_imagenet/3")
        'kaggle://keras/vgg/keras/vgg_11_imagenet/3'
        >>> handle_in_name("resnet_18_imagenet")
        ''
    """
    found = _IN_NAME.fullmatch(rest)
    if found is None:
        return ""
    scheme, path = (each for each in found.groups() if each)
    return f"{scheme}://{path}"
