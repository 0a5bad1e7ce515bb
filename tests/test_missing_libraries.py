"""A library that a plugin imports late and that is not installed is named, whoever comes to it."""

import os
import subprocess
import sys
from importlib.metadata import Distribution

import pytest

import modelzoo
from modelzoo.errors import MissingLibraryError
from modelzoo.inference import export_model
from modelzoo.registry import PluginHost, queries

METADATA = """\
Metadata-Version: 2.4
Name: modelzoo-late
Version: 1.0
"""
PLUGIN = """
from modelzoo import DatasetSpec, ExporterSpec, ModelSpec, TaskSpec, hookimpl


@hookimpl
def modelzoo_models():
    return [
        ModelSpec(name=f"{name}_net", summary="A model", builder=f"late_code:{name}_net")
        for name in ("late", "again", "own")
    ]


@hookimpl
def modelzoo_datasets():
    return [
        DatasetSpec(
            name="late_set", summary="A set", loader="late_code:late_set", task="multiclass"
        )
    ]


@hookimpl
def modelzoo_tasks():
    return [
        TaskSpec(
            name=f"{place}_task",
            summary="A task",
            task="late_code:LateTask",
            labels="class",
            options={"place": place},
        )
        for place in ("make", "head", "loss", "metrics")
    ]


@hookimpl
def modelzoo_exporters():
    return [
        ExporterSpec(
            name=f"{place}_format",
            summary="A format",
            exporter="late_code:LateExporter",
            suffix=".late",
            options={"place": place},
        )
        for place in ("make", "export", "load")
    ]
"""
CODE = """
import keras
import modelzoo


def late_net(input_shape):
    import no_such_library


def again_net(input_shape):
    try:
        import no_such_library
    except ImportError as error:
        raise ValueError("this network has nothing to be built with") from error


def own_net(input_shape):
    import late_code.forgotten


def late_set(*, task, data_dir):
    import no_such_library


class Late:
    def come_to(self, place):
        if place == self.place:
            import no_such_library


class LateTask(Late, modelzoo.Task):
    def __init__(self, num_classes, *, place):
        super().__init__(num_classes)
        self.place = place
        self.come_to("make")

    def head(self, features):
        self.come_to("head")
        return super().head(features)

    def loss(self):
        self.come_to("loss")
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def metrics(self):
        self.come_to("metrics")
        return []

    def check_labels(self, labels):
        return labels

    def decode(self, output, classes):
        return {}


class LateExporter(Late, modelzoo.Exporter):
    def __init__(self, *, place):
        self.place = place
        self.come_to("make")

    def export(self, model, path):
        self.come_to("export")
        path.write_text("an export")

    def load(self, path):
        self.come_to("load")
"""
ADVICE = (
    "needs the library 'no_such_library', which is not installed. "
    "Install it, for example with: pip install no-such-library"
)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A plugin package, installed, whose code imports late; the folder it is in."""
    folder = tmp_path / "site"
    about = folder / "modelzoo_late-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "late_plugin.py").write_text(PLUGIN)
    (folder / "late_code.py").write_text(CODE)
    (about / "METADATA").write_text(METADATA)
    (about / "entry_points.txt").write_text("[modelzoo]\nlate = late_plugin\n")
    monkeypatch.syspath_prepend(folder)
    host = PluginHost(installed=Distribution.at(about).entry_points)
    monkeypatch.setattr(queries, "_host", host)
    yield folder
    for name in ("late_plugin", "late_code"):
        sys.modules.pop(name, None)


def said_by(action):
    with pytest.raises(MissingLibraryError) as caught:
        action()
    return str(caught.value)


def test_a_builder_s_is_named(package):
    assert said_by(lambda: modelzoo.get("late_net")) == f"model 'late_net' {ADVICE}"


def test_it_is_named_where_the_builder_has_raised_another_error_because_of_it(package):
    assert said_by(lambda: modelzoo.get("again_net")) == f"model 'again_net' {ADVICE}"


def test_a_module_that_the_plugin_itself_lacks_is_no_library(package):
    with pytest.raises(ModuleNotFoundError, match=r"late_code\.forgotten"):
        modelzoo.get("own_net")


def test_a_loader_s_is_named(package):
    assert said_by(lambda: modelzoo.load_dataset("late_set")) == f"dataset 'late_set' {ADVICE}"


@pytest.mark.parametrize(("name", "said"), [("make_task", "make_task"), ("head_task", "LateTask")])
def test_a_task_s_is_named_when_a_model_is_built(package, name, said):
    words = said_by(lambda: modelzoo.get("mobilenet_v1_mini", task=name, num_classes=2))
    assert words == f"task {said!r} {ADVICE}"


@pytest.mark.parametrize("name", ["loss_task", "metrics_task"])
def test_a_task_s_is_named_when_a_model_is_trained(package, tmp_path, name):
    trainer = modelzoo.Trainer(
        *("mobilenet_v1_mini", "shapes", name),
        dataset_options={"train": 8, "test": 4},
        epochs=1,
        validation=0.0,
    )
    assert said_by(lambda: trainer.fit(run_dir=tmp_path / "run")) == f"task 'LateTask' {ADVICE}"


@pytest.fixture(scope="module")
def model():
    return modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(12, 12, 1))


@pytest.mark.parametrize("name", ["make_format", "export_format", "load_format"])
def test_an_exporter_s_is_named_and_nothing_is_left_behind(package, tmp_path, model, name):
    path = tmp_path / "exports" / "model.late"
    assert said_by(lambda: export_model(model, name, path)) == f"exporter {name!r} {ADVICE}"
    assert not path.parent.exists()


def test_without_it_nobody_knows_whether_what_is_there_is_an_export(package, tmp_path, model):
    path = tmp_path / "model.late"
    path.write_text("an export")
    said = said_by(lambda: export_model(model, "load_format", path))
    assert said == f"exporter 'load_format' {ADVICE}"
    assert path.read_text() == "an export"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("late_net", "shapes"), "model 'late_net'"),
        (("mobilenet_v1_mini", "late_set"), "dataset 'late_set'"),
    ],
    ids=["model", "dataset"],
)
def test_the_command_line_says_it_in_one_line(package, tmp_path, arguments, said):
    done = subprocess.run(
        [sys.executable, "-m", "modelzoo", "train", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == f"Error: {said} {ADVICE}"
