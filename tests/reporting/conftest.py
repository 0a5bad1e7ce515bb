"""What the reports of the tests are about, and ways to look at them."""

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest


def texts_of(svg: Path) -> list[str]:
    """The texts of a drawing: Matplotlib writes each beside its outlines, as a comment."""
    return [html.unescape(each) for each in re.findall(r"<!-- (.*?) -->", svg.read_text(), re.S)]


@pytest.fixture
def texts():
    """Reads the texts of an SVG drawing."""
    return texts_of


@pytest.fixture
def rows():
    """Makes the history of a training of so many epochs."""

    def make(epochs, *metrics, validation=True):
        return [
            {
                "epoch": epoch,
                "step": 10 * epoch,
                "seconds": 2.5,
                "images_per_second": 128.0,
                "learning_rate": 1e-3,
                **dict.fromkeys(metrics, 1 / (epoch + 1)),
                **{f"val_{name}": 1 / epoch for name in metrics if validation},
            }
            for epoch in range(1, epochs + 1)
        ]

    return make


@pytest.fixture
def info():
    """What run.json of a finished run says."""

    def origin(name, **spec):
        return {
            "name": f"tf-modelzoo/{name}",
            "spec": {"name": name, "summary": f"Summary of {name}", **spec},
            "provenance": {
                "distribution": "tf-modelzoo",
                "version": "1.2.3",
                "plugin": f"{name}_plugin",
                "module": f"modelzoo.builtin.{name}.plugin",
            },
        }

    return {
        "format": 1,
        "status": "finished",
        "created": "2026-01-31T12:34:56+00:00",
        "model": origin("tiny_net", paper="arXiv:1704.04861"),
        "dataset": origin("drawings", licence="CC0-1.0"),
        "task": origin("binary"),
        "recipe": None,
        "model_options": {"alpha": 0.5},
        "dataset_options": {"train": 300},
        "data_dir": "/data/my drawings",
        "input_shape": [32, 48, 3],
        "weights": None,
        "config": {"epochs": 3, "batch_size": 32, "augment": {"zoom": 0.2}, "loss": None},
        "classes": ["cat", "dog"],
        "splits": {"train": 270, "val": 30, "test": 1000},
        "fingerprint": "0123456789abcdef",
        "versions": {"python": "3.11.7", "keras": "3.15.1"},
        "results": {
            "train_loss": 0.4,
            "train_accuracy": 0.83,
            "val_loss": 0.45,
            "val_accuracy": 0.8,
            "test_loss": 0.461,
            "test_accuracy": 0.787,
        },
        "monitor": {"metric": "accuracy", "mode": "max"},
    }


@pytest.fixture(scope="session")
def chromium() -> list[str]:
    """The command of a browser without a window."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return [found, "--headless", "--no-sandbox", "--disable-gpu"]
    pytest.skip("there is no Chromium to look at the page with; Debian: apt install chromium")


@pytest.fixture
def dom(chromium, tmp_path):
    """The document that a page has become in a browser, after its scripts have run."""

    def load(page: Path, *options: str) -> str:
        done = subprocess.run(
            [
                *chromium,
                f"--user-data-dir={tmp_path / 'browser'}",
                *options,
                "--virtual-time-budget=5000",
                "--dump-dom",
                page.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return load
