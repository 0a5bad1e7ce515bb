"""What errors of TensorFlow Datasets say."""

from __future__ import annotations

import re

__all__ = ["one_line"]

# How TensorFlow Datasets begins its errors: with a copy of what it was called with.
_PREAMBLE = re.compile(r'^Failed to construct dataset ".*?", builder_kwargs ".*?": ', re.DOTALL)


def one_line(error: BaseException) -> str:
    r"""What an error of TensorFlow Datasets says, as one sentence.

    Example:
        >>> one_line(ValueError("No such\nconfig."))
        'No such config.'
    """
    text = " ".join(_PREAMBLE.sub("", str(error)).split()) or type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."
