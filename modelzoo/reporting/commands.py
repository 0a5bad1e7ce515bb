"""The command lines that make a run again and use it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

__all__ = ["Command", "commands_of"]

_BUILT_IN = "tf-modelzoo/"

Command = tuple[str, str]


def commands_of(info: Mapping[str, Any], folder: str, defaults: Mapping[str, Any]) -> list[Command]:
    """What to type to train the same again, and to use, or go on with, what was trained.

    Args:
        info: What a run's ``run.json`` says.
        folder: The run's folder.
        defaults: The training settings that hold where a command says nothing.

    Returns:
        Pairs of a purpose and a command line for a POSIX shell.

    Example:
        >>> info = {"status": "interrupted", "model": {"name": "acme/net"},
        ...         "dataset": {"name": "tf-modelzoo/shapes"}, "task": {"name": "acme/count"},
        ...         "input_shape": [32, 32, 3], "config": {"epochs": 3, "seed": 0}}
        >>> for purpose, command in commands_of(info, "runs/my run", {"epochs": 10, "seed": 0}):
        ...     print(f"{purpose}: {command}")
        Go on with this run: modelzoo train --resume 'runs/my run'
        Train the same again: modelzoo train acme/net shapes --task acme/count --input-size \
32x32x3 --config epochs=3
    """
    again = ("Train the same again", shlex.join(_train_words(info, defaults)))
    run = shlex.quote(folder)
    if info["status"] != "finished":
        return [("Go on with this run", f"modelzoo train --resume {run}"), again]
    return [
        again,
        ("Predict images", f"modelzoo predict {run} IMAGE..."),
        ("Measure it again", f"modelzoo evaluate {run}"),
        ("Export it", f"modelzoo export {run} savedmodel"),
        ("Compare it with other runs", "modelzoo runs"),
    ]


def _train_words(info: Mapping[str, Any], defaults: Mapping[str, Any]) -> list[str]:
    recipe = info.get("recipe")
    words = ["modelzoo", "train"]
    if recipe:
        words += ["--recipe", _name(recipe)]
        defaults = {**defaults, **recipe["spec"].get("config", {})}
    else:
        words += [_name(info["model"]), _name(info["dataset"]), "--task", _name(info["task"])]
        words += ["--input-size", "x".join(map(str, info["input_shape"]))]
        words += _settings("--model-option", info.get("model_options") or {})
        words += _settings("--dataset-option", info.get("dataset_options") or {})
        if info.get("weights"):
            words += ["--weights", info["weights"]]
    if info.get("data_dir"):
        words += ["--data-dir", info["data_dir"]]
    changed = {
        name: value
        for name, value in info["config"].items()
        if name not in defaults or not _same(value, defaults[name])
    }
    return words + _settings("--config", changed)


def _name(origin: Mapping[str, Any]) -> str:
    """A name as a user writes it: no other plugin can take that of a built-in one."""
    return str(origin["name"]).removeprefix(_BUILT_IN)


def _settings(option: str, values: Mapping[str, Any]) -> list[str]:
    words = []
    for name, value in values.items():
        text = value if isinstance(value, str) and not _is_json(value) else json.dumps(value)
        words += [option, f"{name}={text}"]
    return words


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: a tuple is a list."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
