"""The commands and the Python of the README and of the pages do what they say."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import modelzoo
from modelzoo.cli import main
from modelzoo.errors import RunError
from modelzoo.training.display import LineListener

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "docs/index.md",
    "docs/concepts.md",
    "docs/authors/specs.md",
    "docs/authors/testing.md",
]
SLOW = {"docs/index.md", "docs/concepts.md", "docs/authors/testing.md"}

# These are not run, because they take long, need data or a network, or change the computer.
SET_UP = {
    "pip install -e . && modelzoo quickstart",
    "pip install -e '.[test]' && pytest",
    "sudo apt-get install dataset-fashion-mnist",
    "pip install -e .",
    "pip install -e '.[docs]'",
    "sphinx-build -W docs docs/_build",
}
LONG = {
    "modelzoo train mobilenet_v1_mini fashion_mnist --epochs 10",
    "modelzoo train --recipe fashion_mnist_seed",
    "modelzoo train --recipe cats_vs_dogs_seed --data-dir cats_and_dogs/",
}


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of each block of a page, in their order."""
    text = (REPOSITORY / page).read_text("utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(page: str) -> list[str]:
    return [line for kind, text in blocks(page) if kind == "bash" for line in text.splitlines()]


@pytest.fixture
def readme_plugin(plug_in, tmp_path, monkeypatch) -> Path:
    """The plugin of the README in a folder of its own, and as a plugin of this process."""
    folder = tmp_path / "plugin"
    folder.mkdir()
    [module] = [text for kind, text in blocks("README.md") if "@hookimpl" in text]
    [pyproject] = [text for kind, text in blocks("README.md") if kind == "toml"]
    (folder / "modelzoo_acme.py").write_text(module)
    (folder / "pyproject.toml").write_text(pyproject)
    monkeypatch.syspath_prepend(folder)
    plug_in(pyproject)
    yield folder
    sys.modules.pop("modelzoo_acme", None)


@pytest.fixture
def working_folder(tmp_path, monkeypatch, cache) -> Path:
    """Where a reader is: there are photographs, and a training that Ctrl-C has ended."""
    folder = tmp_path / "here"
    random = np.random.default_rng(0)
    for kind in ("cats", "dogs"):
        (folder / "photos" / kind).mkdir(parents=True)
        for number in range(1, 9):
            pixels = random.integers(0, 256, (40, 50, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "photos" / kind / f"{number}.jpg")
    monkeypatch.chdir(folder)
    return folder


class PressesControlC(LineListener):
    def epoch_ended(self, row):
        signal.raise_signal(signal.SIGINT)


def leave_interrupted_run() -> None:
    trainer = modelzoo.Trainer(
        "mobilenet_v1_mini", "shapes", epochs=2, dataset_options={"train": 60, "test": 20}
    )
    with pytest.raises(modelzoo.errors.TrainingInterrupted):
        trainer.fit(run_dir=Path("runs") / "z_interrupted", listener=PressesControlC())


def execute(line: str) -> None:
    if line == "modelzoo train --resume latest":
        leave_interrupted_run()
    words = shlex.split(line, comments=True)
    variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    if variables:
        process = [sys.executable, "-m", "modelzoo", *words[len(variables) + 1 :]]
        subprocess.run(process, env={**os.environ, **variables}, check=True)
    else:
        assert words[0] == "modelzoo"
        assert main(words[1:]) == 0, line


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[pytest.mark.slow] * (page in SLOW)) for page in PAGES],
)
def test_blocks_run_from_the_first_to_the_last(
    page, working_folder, readme_plugin, examples_folder
):
    names = {}
    for kind, text in blocks(page):
        if kind == "python" and "@hookimpl" not in text:
            exec(compile(text, page, "exec"), names)
        elif kind == "bash":
            for line in text.splitlines():
                if line not in SET_UP | LONG:
                    execute(line)


@pytest.mark.parametrize("line", sorted(LONG))
def test_long_trainings_are_accepted_up_to_their_first_step(line, monkeypatch, tmp_path, capsys):
    def fit(trainer, *, run_dir):
        raise RunError("It would train now.")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(modelzoo.Trainer, "fit", fit)
    main(shlex.split(line)[1:])
    assert "It would train now." in capsys.readouterr().err


def test_no_command_is_excepted_that_is_nowhere():
    assert {line for page in PAGES for line in commands(page)} >= SET_UP | LONG


def test_set_up_is_two_commands():
    assert commands("README.md")[:2] == [
        "pip install -e . && modelzoo quickstart",
        "pip install -e '.[test]' && pytest",
    ]


def test_the_plugin_has_no_more_than_ten_lines(readme_plugin):
    lines = (readme_plugin / "modelzoo_acme.py").read_text().splitlines()
    assert len([line for line in lines if line]) <= 10


def test_the_plugin_takes_its_option(readme_plugin):
    assert modelzoo.get("acme_net", width=8).output_shape[-1] == 8


@pytest.mark.slow
def test_the_plugin_can_be_installed(readme_plugin, tmp_path):
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site]
    subprocess.run([*pip, readme_plugin], check=True)
    shown = subprocess.run(
        [sys.executable, "-m", "modelzoo", "info", "acme_net"],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "modelzoo-acme/acme_net" in shown.stdout
