"""The card of a trained model: what its ``run.json`` says, for people and for the Hub's search."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

__all__ = ["model_card"]

_SHOWN_CLASSES = 20
_SPLITS = {"train": "training", "val": "validation", "test": "test"}
_OURS = "tf-modelzoo"


def model_card(info: Mapping[str, Any], repo: str, *, licence: str | None) -> str:
    """A model card in Markdown with the metadata of the Hub in front.

    Every number in it was measured by the run, or is a setting of it.

    Args:
        info: The entries of a run's ``run.json``.
        repo: The repository that the card is for, ``OWNER/NAME``.
        licence: The licence of the weights; ``None``: none is named.

    Returns:
        The text of ``README.md``.
    """
    model, dataset, task = (info[kind]["spec"]["name"] for kind in ("model", "dataset", "task"))
    parts = [
        f"---\n{_metadata(info, repo, licence)}\n---",
        f"# {repo.rpartition('/')[2]}",
        f"The model `{model}`, trained on `{dataset}` for the task `{task}` with "
        f"{_OURS} {info['versions'][_OURS]}.",
        "## Use",
        _use(info, repo),
        "## Results",
        _results(info),
        "## Model",
        _table(("", ""), _facts_of_model(info)),
        "## Training",
        _table(("", ""), _facts_of_training(info)),
        "This card was made of `run.json`, which has all settings.",
    ]
    return "\n\n".join(parts) + "\n"


def _metadata(info: Mapping[str, Any], repo: str, licence: str | None) -> str:
    classifies = info["task"]["spec"].get("labels", "class") != "value"
    kind = "image-classification" if classifies else info["task"]["spec"]["name"]
    dataset = info["dataset"]["spec"]["name"]
    # What was read from a folder may be anything.
    from_hub = dataset.startswith("hf/") and info["data_dir"] is None
    on_hub = [dataset.removeprefix("hf/")] if from_hub else None
    chosen = info["dataset_options"] if on_hub else {}
    measured = _measured(info)
    data = ModelCardData(
        license=licence,
        library_name="modelzoo",
        tags=["modelzoo", "keras", kind],
        pipeline_tag=kind if classifies else None,
        datasets=on_hub,
        metrics=sorted({metric for _, metric, _ in measured} - {"loss"}) or None,
        model_name=repo.rpartition("/")[2],
        eval_results=[
            EvalResult(
                task_type=kind,
                dataset_type=on_hub[0] if on_hub else dataset,
                dataset_name=dataset,
                dataset_config=chosen.get("config"),
                dataset_revision=chosen.get("revision"),
                dataset_split=split,
                metric_type=metric,
                metric_value=value,
            )
            for split, metric, value in measured
        ]
        or None,
    )
    return str(data.to_yaml())


def _measured(info: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """Split, metric and value of each result."""
    named = [(name.partition("_"), value) for name, value in info.get("results", {}).items()]
    return [(split, metric, value) for (split, _, metric), value in named]


def _use(info: Mapping[str, Any], repo: str) -> str:
    model, task = info["model"]["spec"]["name"], info["task"]["spec"]["name"]
    others = {info[kind]["provenance"]["distribution"] for kind in ("model", "task")} - {_OURS}
    packages = " ".join([_OURS, "modelzoo-huggingface", *sorted(others)])
    arguments = {
        "task": task,
        "num_classes": len(info["classes"]),
        "input_shape": tuple(info["input_shape"]),
        **info["model_options"],
    }
    lines = (
        "```bash",
        f"pip install {packages}",
        f"modelzoo hf-pull {repo} --path pulled",
        "modelzoo predict pulled photo.jpg",
        "```",
        "",
        "```python",
        "import modelzoo",
        "from modelzoo_huggingface import pull",
        "",
        f'folder = pull("{repo}")',
        'print(modelzoo.Run(folder).predict("photo.jpg"))',
        "",
        "# The Keras model: uint8 images in, the task's outputs out.",
        "model = modelzoo.get(",
        f"    {_literal(model)},",
        *(f"    {name}={_literal(value)}," for name, value in arguments.items()),
        "    weights=folder,",
        ")",
        "```",
    )
    return "\n".join(lines)


def _literal(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _results(info: Mapping[str, Any]) -> str:
    measured = _measured(info)
    if not measured:
        return "None were measured."
    rows = [
        (_SPLITS.get(split, split), metric.replace("_", " "), f"{value:.4f}")
        for split, metric, value in measured
    ]
    return _table(("images", "metric", "value"), rows)


def _facts_of_model(info: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    classes = [f"`{name}`" for name in info["classes"]]
    shown = ", ".join(classes[:_SHOWN_CLASSES])
    more = len(classes) - _SHOWN_CLASSES
    yield "model", _origin(info["model"])
    yield "task", _origin(info["task"])
    yield "input", f"{' x '.join(map(str, info['input_shape']))}, uint8, 0-255"
    yield "options", _settings(info["model_options"])
    yield "classes", shown + (f" and {more} more" if more > 0 else "")


def _facts_of_training(info: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    config = info["config"]
    yield "dataset", _origin(info["dataset"])
    yield "options of the dataset", _settings(info["dataset_options"])
    yield "licence of the dataset", info["dataset"]["spec"].get("licence", "")
    yield "images", _settings(info.get("splits", {}))
    yield "fingerprint of the data", f"`{info['fingerprint']}`"
    yield "began with", Path(info["weights"]).name if info["weights"] else "random weights"
    for name in ("epochs", "batch_size", "optimizer", "learning_rate", "augment", "seed"):
        yield name.replace("_", " "), _setting(config[name])
    yield "versions", _settings(info["versions"])
    yield "trained", info["created"]


def _origin(part: Mapping[str, Any]) -> str:
    provenance = part["provenance"]
    return f"`{part['spec']['name']}` of {provenance['distribution']} {provenance['version']}"


def _settings(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_setting(value)}" for name, value in values.items())


def _setting(value: Any) -> str:
    if isinstance(value, Mapping):
        # What Keras makes of an object has its class, and settings of which few matter.
        return str(value["class_name"]) if "class_name" in value else _settings(value) or "none"
    return str(value)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    # A bar within a cell would end it.
    lines = [
        " | ".join(cell.replace("|", "\\|") for cell in row)
        for row in [header, ["---"] * len(header), *(row for row in rows if all(row))]
    ]
    return "\n".join(f"| {line} |" for line in lines)
