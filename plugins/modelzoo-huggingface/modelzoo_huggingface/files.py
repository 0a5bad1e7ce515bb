"""The files of a trained model on the Hub, and what a run tells the world of itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelzoo.weights import WEIGHTS_FILE

__all__ = ["CARD", "FILES", "public_info"]

CARD = "README.md"
FILES = (WEIGHTS_FILE, "weights.json", "run.json", CARD)
"""All that is ever pushed or pulled: arrays, JSON and a text; no code, and nothing pickled."""


def public_info(info: Mapping[str, Any]) -> dict[str, Any]:
    """What ``run.json`` says, without what it says of the computer that it was written on.

    Args:
        info: The entries of a run's ``run.json``.

    Returns:
        The same without the process and the folder of the data; of weights that the training
        began with, where they were a file, the file's name.

    Example:
        >>> public_info({"data_dir": "/home/ada/pets", "weights": None, "process": {"pid": 7}})
        {'data_dir': None, 'weights': None}
    """
    public = {name: value for name, value in info.items() if name != "process"}
    public["data_dir"] = None
    if public["weights"] is not None:
        public["weights"] = Path(public["weights"]).name
    return public
