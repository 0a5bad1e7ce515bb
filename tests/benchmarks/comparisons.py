"""What is compared with whom, and what is to be shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import modelzoo

NO_TORCH = "no PyTorch here; --torch-python names an interpreter that has it"
NO_IMAGES = "no photographs here; --cats-and-dogs names their folder"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One ratio of a comparison.

    Attributes:
        work: What is done, in words.
        figure: The name of its seconds in what both scripts print.
        target: How many times as long the peer has to take.
    """

    work: str
    figure: str
    target: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two scripts that do the same work, to be run in turn.

    Attributes:
        name: What ``--only`` calls it.
        peer: Who is compared with us, in words.
        ours: Our script, relative to this folder, and its arguments.
        theirs: The peer's.
        rows: What is compared.
        python: The interpreter of the peer's script; ``None``: ours.
        missing: Why it can't be measured here; empty where it can be.
    """

    name: str
    peer: str
    ours: Sequence[str]
    theirs: Sequence[str]
    rows: Sequence[Row]
    python: str | None = None
    missing: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Training:
    """A MobileNet-v1 of which a step is timed, and what is to be shown of it."""

    name: str
    alpha: float
    size: int
    batch: int
    steps: int
    keras: float
    torch: float

    @property
    def arguments(self) -> list[str]:
        """The options that every script of a training step takes."""
        settings = {
            "--alpha": self.alpha,
            "--size": self.size,
            "--batch": self.batch,
            "--steps": self.steps,
        }
        return [str(each) for setting in settings.items() for each in setting]

    def row(self, target: float) -> Row:
        """The row of the table."""
        setting = f"width {self.alpha}, {self.size} pixels, batch {self.batch}"
        return Row(work=f"training step of MobileNet-v1, {setting}", figure="step", target=target)


TRAININGS = (
    Training(name="small", alpha=0.25, size=96, batch=64, steps=20, keras=3.0, torch=2.0),
    Training(name="large", alpha=1.0, size=128, batch=32, steps=10, keras=1.5, torch=1.5),
)


def comparisons(*, torch_python: str | None, cats_and_dogs: str | None) -> list[Comparison]:
    """Everything that is compared.

    Args:
        torch_python: An interpreter that imports PyTorch, if there is one.
        cats_and_dogs: The folder of the photographs, if there is one.
    """
    steps = [each for training in TRAININGS for each in _training_steps(training, torch_python)]
    return [*steps, *_epochs(cats_and_dogs), *_answers()]


def _training_steps(training: Training, torch_python: str | None) -> list[Comparison]:
    ours = ["ours/train_step.py", *training.arguments]
    in_torch = ["peers/torch_train_step.py", *training.arguments]
    missing = "" if torch_python else NO_TORCH
    return [
        Comparison(
            name=f"{training.name}_keras",
            peer="stock Keras",
            ours=ours,
            theirs=["peers/keras_train_step.py", *training.arguments],
            rows=[training.row(training.keras)],
        ),
        Comparison(
            name=f"{training.name}_torch",
            peer="PyTorch, channels last",
            ours=ours,
            theirs=in_torch,
            rows=[training.row(training.torch)],
            python=torch_python,
            missing=missing,
        ),
        Comparison(
            name=f"{training.name}_torch_compile",
            peer="PyTorch, compiled",
            ours=ours,
            theirs=[*in_torch, "--compile"],
            rows=[training.row(training.torch)],
            python=torch_python,
            missing=missing,
        ),
    ]


def _epochs(cats_and_dogs: str | None) -> list[Comparison]:
    images = ["--data", cats_and_dogs or ""]
    return [
        Comparison(
            name="fashion_mnist",
            peer="notebook in stock Keras",
            ours=["ours/fashion_mnist.py"],
            theirs=["peers/keras_fashion_mnist.py"],
            rows=[
                Row(
                    work="epoch of `mobilenet_v1_mini` on Fashion-MNIST, batch 32",
                    figure="later_epochs",
                    target=2.5,
                )
            ],
        ),
        Comparison(
            name="cats_vs_dogs",
            peer="notebook in stock Keras",
            ours=["ours/cats_vs_dogs.py", *images],
            theirs=["peers/keras_cats_vs_dogs.py", *images],
            rows=[
                Row(
                    work="first epoch on cats vs dogs from JPEG files, augmented, empty cache",
                    figure="first_epoch",
                    target=2.0,
                ),
                Row(
                    work="later epochs on cats vs dogs, augmented",
                    figure="later_epochs",
                    target=6.0,
                ),
            ],
            missing="" if cats_and_dogs else NO_IMAGES,
        ),
    ]


def _answers() -> list[Comparison]:
    return [
        Comparison(
            name="predict",
            peer="`keras.Model.predict`",
            ours=["ours/predict.py"],
            theirs=["peers/keras_predict.py"],
            rows=[Row(work="one image predicted by a loaded run", figure="image", target=30.0)],
        ),
        Comparison(
            name="list",
            peer='`python -c "import keras"`',
            ours=["process_seconds.py", "-m", "modelzoo", "list"],
            theirs=["process_seconds.py", "-c", "import keras"],
            rows=[Row(work=_listing(), figure="process", target=15.0)],
        ),
    ]


def _listing() -> str:
    packages = {record.distribution for record in modelzoo.list_plugins()}
    return (
        f"`modelzoo list` as a process, {len(modelzoo.list_models())} models of {len(packages)} "
        f"package{'s' * (len(packages) > 1)}"
    )
