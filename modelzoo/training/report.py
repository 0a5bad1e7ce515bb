"""What is left for people to look at in a finished run's folder."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modelzoo.data.source import ArraySplit, Dataset
from modelzoo.reporting import (
    Picture,
    Sample,
    plot_confusion,
    plot_history,
    plot_samples,
    write_report,
)
from modelzoo.task import check_class_indices
from modelzoo.training.config import TrainConfig

if TYPE_CHECKING:
    from modelzoo.training.run import Run

__all__ = ["report_run"]

# The pictures are to cost seconds, whatever the size of the test split.
MOST_IMAGES = 2000
_AT_A_TIME = 256
_SHOWN_AT_RANDOM = 18
_SHOWN_MISTAKES = 12


def report_run(run: Run, dataset: Dataset) -> None:
    """Draw a finished run's curves and answers, and write its page.

    Writes ``curves.png`` and ``report.html`` into the run's folder, and where there is a test
    split also ``samples.png`` and, for labels that are classes, ``confusion.png``. The answers
    are those to at most 2,000 test images, chosen at random but always the same.

    Args:
        run: The run, with its weights.
        dataset: What :meth:`Run.load_dataset` returned.

    Raises:
        StorageError: A file can't be written.
    """
    curves = run.folder / "curves.png"
    plot_history(run.history, curves)
    caption = "Loss and metrics of each epoch, in training and in validation."
    pictures = [Picture(title="Curves", caption=caption, path=curves)]
    if "test" in dataset.splits:
        pictures += _draw_answers(run, dataset)
    write_report(
        run.folder / "report.html",
        folder=str(run.folder),
        info=run.info,
        history=run.history,
        pictures=pictures,
        defaults=TrainConfig().to_dict(),
    )


def _draw_answers(run: Run, dataset: Dataset) -> list[Picture]:
    split = _some_of_test(run, dataset)
    decoded = [run.task.decode(output, run.classes) for output in _outputs(run, split)]
    kind = run.info["task"]["spec"].get("labels", "class")
    truths = [_truth(label, kind, run.classes) for label in _label_rows(split.labels)]
    samples = [
        Sample(
            image=image,
            answer=answer["label"],
            truth=truth,
            right=None if kind == "value" else answer["label"] == truth,
            probability=answer["probability"],
        )
        for image, answer, truth in zip(split.images, decoded, truths, strict=True)
    ]
    pictures = []
    if kind == "class":
        pictures.append(_confusion_picture(run, split, [each["label"] for each in decoded]))
    pictures.append(_samples_picture(run.folder / "samples.png", samples))
    return pictures


def _some_of_test(run: Run, dataset: Dataset) -> ArraySplit:
    test = dataset.splits["test"]
    if len(test) > MOST_IMAGES:
        chosen = np.zeros(len(test), bool)
        chosen[np.random.default_rng(0).choice(len(test), MOST_IMAGES, replace=False)] = True
        test = test.subset(chosen)
    some = Dataset(name=dataset.name, splits={**dataset.splits, "test": test}, classes=run.classes)
    with warnings.catch_warnings():
        # The training has already said which bad images are left out.
        warnings.simplefilter("ignore")
        return run.prepare_split(some, "test")[0]


def _outputs(run: Run, split: ArraySplit) -> NDArray[np.float32]:
    """The model's outputs, ``(n, num_outputs)``."""
    batches = [
        np.asarray(run.model(split.images[start : start + _AT_A_TIME], training=False))
        for start in range(0, len(split), _AT_A_TIME)
    ]
    return np.concatenate(batches)


def _label_rows(labels: NDArray[Any]) -> NDArray[Any]:
    """A row per image, whatever the labels are."""
    return np.asarray(labels).reshape(len(labels), -1)


def _truth(label: NDArray[Any], kind: str, classes: tuple[str, ...]) -> str:
    """What an image is, in the words that the built-in tasks answer with."""
    if kind == "class":
        return classes[int(label[0])]
    if kind == "multi_hot":
        return ", ".join(name for name, here in zip(classes, label, strict=True) if here)
    return ", ".join(f"{name} {each:.4g}" for name, each in zip(classes, label, strict=True))


def _confusion_picture(run: Run, split: ArraySplit, answers: list[str]) -> Picture:
    path = run.folder / "confusion.png"
    labels = check_class_indices(split.labels, len(run.classes))
    indices = {name: index for index, name in enumerate(run.classes)}
    predictions = np.array([indices[each] for each in answers])
    plot_confusion(labels, predictions, run.classes, path)
    caption = (
        f"What {len(labels):,} test images are (rows) and what the model takes them for (columns)."
    )
    return Picture(title="Confusion matrix", caption=caption, path=path)


def _samples_picture(path: Path, samples: list[Sample]) -> Picture:
    order = [samples[each] for each in np.random.default_rng(1).permutation(len(samples))]
    at_random, others = order[:_SHOWN_AT_RANDOM], order[_SHOWN_AT_RANDOM:]
    mistakes = sum(each.right is False for each in samples)
    groups = {
        "Test images, at random": at_random,
        f"More of the {mistakes:,} mistakes among {len(samples):,} test images": [
            each for each in others if each.right is False
        ][:_SHOWN_MISTAKES],
    }
    plot_samples(groups, path)
    caption = (
        "Test images with the model's answer and, where it is not right, with what they are: "
        "some at random, and then some more of the mistakes."
    )
    return Picture(title="Test images", caption=caption, path=path)
