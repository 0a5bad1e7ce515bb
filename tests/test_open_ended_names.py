"""Names with slashes, of all five kinds, from the first question to a run that is used later."""

import json
import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import modelzoo
from modelzoo.registry import PluginHost, queries
from modelzoo.training.display import LineListener

# Its code is that of the documentation's examples.
PLUGIN = """\
import re

from modelzoo import DatasetSpec, ExporterSpec, ModelSpec, RecipeSpec, TaskSpec, hookimpl


def tower(name, number):
    return ModelSpec(name=name, summary="A tower", builder="acme_resolve.tower:tower",
                     options={"blocks": number}, input_shape=(32, 32, 3))


def stripes(name, number):
    return DatasetSpec(name=name, summary="Stripes", loader="acme_datasets.stripes:load",
                       task="open/smooth-10", num_classes=3, input_shape=(16, 16, 1),
                       options={"train": number, "test": 12})


def smooth(name, number):
    return TaskSpec(name=name, summary="Smooth", task="acme_tasks.smooth:Smooth",
                    options={"smoothing": number / 100})


def recipe(name, number):
    return RecipeSpec(name=name, summary="Quick", model="open/tower-2", dataset="open/stripes-24",
                      config={"epochs": number, "validation": 0.0})


def graph(name, number):
    return ExporterSpec(name=name, summary="A graph", exporter="acme_exporters.frozen_graph:"
                        "FrozenGraph", suffix=".pb")


MAKERS = {("model", "tower"): tower, ("dataset", "stripes"): stripes, ("task", "smooth"): smooth,
          ("recipe", "quick"): recipe, ("exporter", "graph"): graph}


@hookimpl
def modelzoo_resolve(kind, name):
    found = re.fullmatch(r"open/(\\w+)-(\\d+)", name)
    if found and (kind, found[1]) in MAKERS:
        return MAKERS[kind, found[1]](name, int(found[2]))
"""
NAMES = {
    "model": "open/tower-2",
    "dataset": "open/stripes-24",
    "task": "open/smooth-10",
    "recipe": "open/quick-2",
    "exporter": "open/graph-1",
}


@pytest.fixture(scope="module")
def site(repository, tmp_path_factory) -> Path:
    """A folder in which the plugin is installed."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "open_zoo.py").write_text(PLUGIN)
    about = folder / "open_zoo-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: open-zoo\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[modelzoo]\nopen = open_zoo\n")
    return folder


@pytest.fixture
def host(repository, site, cache, monkeypatch) -> PluginHost:
    """The plugin as one of this process."""
    monkeypatch.syspath_prepend(repository / "docs" / "examples")
    monkeypatch.syspath_prepend(site)
    points = distribution("open-zoo").entry_points
    host = PluginHost(installed=list(points), environ={"MODELZOO_STRICT_PLUGINS": "1"})
    monkeypatch.setattr(queries, "_host", host)
    yield host
    for name in [name for name in sys.modules if name.startswith(("acme_", "open_zoo"))]:
        del sys.modules[name]


@pytest.fixture
def trainer(host, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return modelzoo.Trainer.from_recipe("open/quick-2")


@pytest.mark.parametrize(("kind", "name"), NAMES.items())
def test_each_kind_is_found(host, kind, name):
    assert modelzoo.find(kind, name).spec.name == name


def test_a_model_is_built_for_a_task(host):
    model = modelzoo.get("open/tower-3", task="open/smooth-20", num_classes=4)
    assert model.output_shape == (None, 4)
    assert "/" not in "".join([model.name, *(layer.name for layer in model.layers)])


def test_a_dataset_is_loaded_for_its_own_task(host):
    dataset = modelzoo.load_dataset("open/stripes-30")
    assert len(dataset.splits["train"]) == 30


def test_a_recipe_says_all_of_a_training(trainer):
    assert (trainer.config.epochs, trainer.input_shape) == (2, (16, 16, 1))


def test_a_run_s_folder_is_one_in_runs(trainer):
    run = trainer.fit()
    assert run.folder.parent == Path.cwd() / "runs"
    assert run.name.startswith("open_tower-2-open_stripes-24-")


def test_an_export_is_one_file_in_the_run_s_folder(trainer):
    run = trainer.fit()
    written = run.export("open/graph-1")
    assert written == run.folder / "exports" / "open_graph-1.pb"


# In processes of their own


@pytest.fixture(scope="module")
def process(repository, site, tmp_path_factory):
    """Runs ``modelzoo`` as a process of its own, always in the same folder, and gives its output.

    The folder is the attribute ``here``.
    """
    here = tmp_path_factory.mktemp("here")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site), str(repository / "docs" / "examples")]),
        "MODELZOO_CACHE": str(here / "cache"),
        "MODELZOO_STRICT_PLUGINS": "1",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "modelzoo", *arguments],
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run.here = here
    return run


@pytest.fixture(scope="module")
def folder(process) -> Path:
    """The folder of a run that another process has trained."""
    process(
        *("train", "open/tower-2", "open/stripes-24", "--task", "open/smooth-10"),
        *("--epochs", "2", "--config", "validation=0.0", "--run-dir", "runs/first"),
    )
    return process.here / "runs" / "first"


@pytest.mark.parametrize(("kind", "name"), NAMES.items())
def test_the_command_line_tells_of_it(process, kind, name):
    data = json.loads(process("info", name, "--json"))
    assert (data["kind"], data["name"]) == (kind, name)
    assert data["provenance"]["distribution"] == "open-zoo"


@pytest.mark.slow
def test_a_run_knows_what_it_was_made_of(folder):
    info = json.loads((folder / "run.json").read_text())
    for kind in ("model", "dataset", "task"):
        assert info[kind]["spec"]["name"] == NAMES[kind]
        assert info[kind]["name"] == f"open-zoo/{NAMES[kind]}"
        assert info[kind]["provenance"]["distribution"] == "open-zoo"


@pytest.mark.slow
def test_the_report_names_them_and_the_command_that_does_it_again(folder):
    page = (folder / "report.html").read_text("utf-8")
    names = "open-zoo/open/tower-2 open-zoo/open/stripes-24 --task open-zoo/open/smooth-10"
    again = f"modelzoo train {names}"
    assert again in page


@pytest.mark.slow
def test_tensorboard_s_events_are_in_the_run_s_folder(folder):
    assert list((folder / "events").glob("events.out.tfevents.*"))


@pytest.mark.slow
def test_a_run_is_measured_by_another_process(process, folder):
    results = json.loads(process("evaluate", "first", "--json"))["results"]
    recorded = json.loads((folder / "run.json").read_text())["results"]
    assert results["loss"] == pytest.approx(recorded["test_loss"], rel=1e-5)


@pytest.mark.slow
def test_a_run_predicts_in_another_process(process, folder):
    image = np.random.default_rng(0).integers(0, 256, (16, 16), np.uint8)
    Image.fromarray(image).save(process.here / "image.png")
    [prediction] = json.loads(process("predict", "first", "image.png", "--json"))
    assert prediction["label"] in ("level", "upright", "crossed")


@pytest.mark.slow
def test_a_run_is_exported_by_another_process(process, folder):
    printed = process("export", "first", "open/graph-1")
    assert Path(printed.strip()) == folder / "exports" / "open_graph-1.pb"


@pytest.mark.slow
def test_runs_are_compared_by_their_names(process, folder):
    [compared] = [each for each in json.loads(process("runs", "--json")) if each["run"] == "first"]
    assert [compared[kind] for kind in ("model", "dataset", "task")] == [
        NAMES[kind] for kind in ("model", "dataset", "task")
    ]


@pytest.mark.slow
def test_a_model_s_speed_is_measured(process):
    measured = json.loads(
        process("bench", "open/tower-1", "--task", "open/smooth-10", "--steps", "1", "--json")
    )
    [model] = measured["models"]
    assert (model["model"], model["task"]) == ("open/tower-1", "open/smooth-10")


@pytest.mark.slow
def test_a_recipe_is_trained(process):
    process("train", "--recipe", "open/quick-1", "--run-dir", "runs/recipe")
    info = json.loads((process.here / "runs" / "recipe" / "run.json").read_text())
    assert info["recipe"]["name"] == "open-zoo/open/quick-1"
    page = (process.here / "runs" / "recipe" / "report.html").read_text("utf-8")
    assert "modelzoo train --recipe open-zoo/open/quick-1" in page


class Stops(LineListener):
    """Stops a training after its first epoch, as Ctrl-C does."""

    def epoch_ended(self, row):
        raise KeyboardInterrupt


@pytest.mark.slow
def test_an_interrupted_run_is_resumed_by_another_process(trainer, process):
    folder = process.here / "runs" / "interrupted"
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(run_dir=folder, listener=Stops())
    process("train", "--resume", "interrupted")
    finished = modelzoo.Run(folder)
    assert finished.status == "finished"
    assert [row["epoch"] for row in finished.history] == [1, 2]
    assert finished.info["model"]["name"] == "open-zoo/open/tower-2"
