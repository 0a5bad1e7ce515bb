"""An export appears under its name only when it is the model."""

import sys
import textwrap
from importlib.metadata import EntryPoint

import numpy as np
import pytest

import modelzoo
from modelzoo.errors import ExportError, StorageError, UnknownNameError
from modelzoo.inference import export_model
from modelzoo.registry import PluginHost, queries

# Exporters that are wrong in one way each, and right ones for a file and for a folder. A format
# that is easily read: the weights, and a model made anew for them.
PLUGIN = """
from modelzoo.registry import ExporterSpec, hookimpl

NAMES = ["Right", "Wrong", "Raises", "Unreadable", "OtherShape", "OtherDtype", "NotANumber",
         "OneImageOnly", "WritesNothing", "DiskFull", "Rounding"]


@hookimpl
def modelzoo_exporters():
    specs = [
        ExporterSpec(name=name.lower(), summary="One", exporter=f"acme_formats:{name}",
                     suffix=".acme")
        for name in NAMES
    ]
    folder = ExporterSpec(name="folder", summary="One", exporter="acme_formats:Folder")
    stranger = ExporterSpec(name="stranger", summary="One", exporter="acme_formats:Stranger")
    return [*specs, folder, stranger]
"""
FORMATS = """
import errno
import json

import numpy as np

import modelzoo


class Right(modelzoo.Exporter):
    def export(self, model, path):
        path.write_text(json.dumps([each.tolist() for each in model.get_weights()]))

    def load(self, path):
        weights = [np.array(each, np.float32) for each in json.loads(path.read_text())]
        model = modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(12, 12, 1))
        model.set_weights(weights)
        return lambda images: self.change(np.asarray(model(images, training=False)))

    def change(self, outputs):
        return outputs


class Wrong(Right):
    def change(self, outputs):
        return outputs + np.float32(0.25)


class Rounding(Wrong):
    tolerance = 0.3


class Raises(Right):
    def export(self, model, path):
        path.write_text("half")
        raise RuntimeError("no such operation")


class Unreadable(Right):
    def load(self, path):
        raise ValueError("bad magic number")


class OtherShape(Right):
    def change(self, outputs):
        return outputs[:, 0]


class OtherDtype(Right):
    def change(self, outputs):
        return outputs.astype(np.float64)


class NotANumber(Right):
    def change(self, outputs):
        return outputs * np.float32("nan")


class OneImageOnly(Right):
    def change(self, outputs):
        if len(outputs) > 1:
            raise ValueError("expected a batch of 1")
        return outputs


class WritesNothing(Right):
    def export(self, model, path):
        pass


class DiskFull(Right):
    def export(self, model, path):
        path.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")


class Folder(Right):
    def export(self, model, path):
        super().export(model, path / "weights.json")

    def load(self, path):
        return super().load(path / "weights.json")


class Stranger:
    pass
"""


@pytest.fixture(autouse=True)
def acme(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("acme")
    (folder / "acme_plugin.py").write_text(textwrap.dedent(PLUGIN))
    (folder / "acme_formats.py").write_text(textwrap.dedent(FORMATS))
    monkeypatch.syspath_prepend(folder)
    builtins = {name: f"modelzoo.builtin.{name}.plugin" for name in ("mobilenet_v1", "tasks")}
    point = EntryPoint("acme", "acme_plugin", "modelzoo")
    host = PluginHost(
        builtins=builtins, installed=[point], environ={"MODELZOO_STRICT_PLUGINS": "1"}
    )
    monkeypatch.setattr(queries, "default_host", lambda: host)
    yield
    for name in ("acme_plugin", "acme_formats"):
        sys.modules.pop(name, None)


@pytest.fixture
def model():
    return modelzoo.get("mobilenet_v1_mini", task="binary", input_shape=(12, 12, 1))


def everything_in(folder):
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))


class TestAnExportThatIsTheModel:
    @pytest.mark.parametrize(
        ("exporter", "name", "left"),
        [("right", "a.acme", ["a.acme"]), ("folder", "a", ["a", "a/weights.json"])],
    )
    def test_is_there_and_nothing_else(self, model, tmp_path, exporter, name, left):
        assert export_model(model, exporter, tmp_path / name) == tmp_path / name
        assert everything_in(tmp_path) == left

    @pytest.mark.parametrize("exporter", ["right", "folder"])
    def test_may_go_into_a_folder_that_is_not_there_yet(self, model, tmp_path, exporter):
        assert export_model(model, exporter, tmp_path / "b" / "c" / "a").exists()

    @pytest.mark.parametrize(("exporter", "file"), [("right", "a"), ("folder", "a/weights.json")])
    def test_replaces_an_earlier_one(self, model, tmp_path, exporter, file):
        export_model(model, exporter, tmp_path / "a")
        before = (tmp_path / file).read_text()
        model.set_weights([each + 1 for each in model.get_weights()])
        export_model(model, exporter, tmp_path / "a")
        assert (tmp_path / file).read_text() != before

    def test_may_fill_an_empty_folder(self, model, tmp_path):
        (tmp_path / "a").mkdir()
        export_model(model, "folder", tmp_path / "a")
        assert everything_in(tmp_path) == ["a", "a/weights.json"]

    def test_through_a_link_goes_to_what_it_points_to(self, model, tmp_path):
        export_model(model, "folder", tmp_path / "a")
        (tmp_path / "latest").symlink_to(tmp_path / "a")
        assert export_model(model, "folder", tmp_path / "latest") == tmp_path / "a"
        assert (tmp_path / "latest").is_symlink()
        assert everything_in(tmp_path / "a") == ["weights.json"]

    def test_path_may_be_relative(self, model, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert export_model(model, "right", "a.acme") == tmp_path / "a.acme"

    def test_may_differ_by_the_tolerance_of_its_format(self, model, tmp_path):
        assert export_model(model, "rounding", tmp_path / "a").exists()


class TestAnExportThatIsNotTheModel:
    @pytest.mark.parametrize(
        ("exporter", "message"),
        [
            ("wrong", "differ from those of the Keras model by up to 0.25, allowed are 1e-05"),
            ("raises", "can't write the model: RuntimeError: no such operation"),
            ("unreadable", "can't be used: ValueError: bad magic number"),
            ("othershape", r"for 1 images are float32 \(1,\), .* float32 \(1, 1\)"),
            ("otherdtype", r"for 1 images are float64 \(1, 1\), .* float32 \(1, 1\)"),
            ("notanumber", "differ from those of the Keras model by up to nan"),
            ("oneimageonly", "can't be used: ValueError: expected a batch of 1"),
            ("writesnothing", "can't be used: FileNotFoundError"),
            ("stranger", "is a Stranger, expected a subclass of modelzoo.Exporter"),
        ],
    )
    def test_leaves_nothing_behind(self, model, tmp_path, exporter, message):
        with pytest.raises(ExportError, match=message):
            export_model(model, exporter, tmp_path / "new" / "a")
        assert everything_in(tmp_path) == []

    def test_leaves_the_earlier_export_as_it_was(self, model, tmp_path):
        export_model(model, "right", tmp_path / "a")
        before = (tmp_path / "a").read_bytes()
        with pytest.raises(ExportError):
            export_model(model, "wrong", tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == before
        assert everything_in(tmp_path) == ["a"]

    def test_is_a_matter_of_storage_where_the_disk_is_full(self, model, tmp_path):
        with pytest.raises(StorageError, match="No space left on device"):
            export_model(model, "diskfull", tmp_path / "a")
        assert everything_in(tmp_path) == []

    def test_is_not_made_of_a_model_that_gives_nan(self, model, tmp_path):
        model.set_weights([np.full_like(each, np.nan) for each in model.get_weights()])
        with pytest.raises(ExportError, match="own outputs are NaN or infinite"):
            export_model(model, "right", tmp_path / "a")
        assert everything_in(tmp_path) == []


class TestSomethingInTheWay:
    @pytest.mark.parametrize("exporter", ["right", "folder"])
    def test_that_is_a_file_of_another_kind_is_kept(self, model, tmp_path, exporter):
        (tmp_path / "a").write_text("a letter")
        with pytest.raises(ExportError, match=f"is not a {exporter} export, so it is not replaced"):
            export_model(model, exporter, tmp_path / "a")
        assert (tmp_path / "a").read_text() == "a letter"

    @pytest.mark.parametrize("exporter", ["right", "folder"])
    def test_that_is_a_folder_of_another_kind_is_kept(self, model, tmp_path, exporter):
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "letter.txt").write_text("dear")
        with pytest.raises(ExportError, match=f"is not a {exporter} export, so it is not replaced"):
            export_model(model, exporter, tmp_path / "a")
        assert everything_in(tmp_path) == ["a", "a/letter.txt"]

    def test_that_is_an_empty_folder_is_kept_from_a_file(self, model, tmp_path):
        (tmp_path / "a").mkdir()
        with pytest.raises(ExportError, match="is not a right export"):
            export_model(model, "right", tmp_path / "a")

    def test_that_lies_in_an_earlier_export_is_kept(self, model, tmp_path):
        export_model(model, "folder", tmp_path / "a")
        (tmp_path / "a" / "letter.txt").write_text("dear")
        with pytest.raises(ExportError, match="holds more than an export, such as 'letter.txt'"):
            export_model(model, "folder", tmp_path / "a")
        assert everything_in(tmp_path) == ["a", "a/letter.txt", "a/weights.json"]

    def test_that_is_a_file_where_a_folder_should_be_is_named(self, model, tmp_path):
        (tmp_path / "b").write_text("a letter")
        with pytest.raises(StorageError, match="can't be written"):
            export_model(model, "right", tmp_path / "b" / "a")


def test_unknown_exporter_is_answered_with_close_names(model, tmp_path):
    with pytest.raises(UnknownNameError, match="right"):
        export_model(model, "rihgt", tmp_path / "a")
