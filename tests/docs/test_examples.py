"""Every example of the page of hooks runs."""

import importlib.util
import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

import modelzoo
from modelzoo.cli import main
from modelzoo.inference import export_model
from modelzoo.registry import find, list_plugins
from modelzoo.testing import checks_of, run_check, subject_of


@pytest.fixture
def examples(examples_folder, plug_in, cache, tmp_path, monkeypatch):
    """The examples as plugins, and an empty working folder."""
    monkeypatch.chdir(tmp_path)
    return plug_in((examples_folder / "pyproject.toml").read_text("utf-8"))


@pytest.fixture
def run(examples, tmp_path):
    """A short training of the example's model on its dataset for its task."""
    trainer = modelzoo.Trainer(
        "acme_net", "acme_stripes", "acme_smooth", epochs=2, dataset_options={"train": 40}
    )
    return trainer.fit(run_dir=tmp_path / "runs" / "example")


def test_all_examples_are_loaded(examples):
    ours = [each for each in list_plugins() if each.name.startswith("acme_")]
    assert {each.status for each in ours} == {"loaded"}
    assert len(ours) == 10


def test_the_model_is_what_its_spec_says(examples):
    backbone = modelzoo.get("acme_net")
    spec = find("model", "acme_net").spec
    assert backbone.count_params() == spec.parameters
    assert backbone.output_shape == (None, 32, 32, spec.features)


def test_the_model_takes_its_option(examples):
    assert modelzoo.get("acme_net", width=8).output_shape[-1] == 8


def test_the_model_has_an_alias(examples):
    assert find("model", "acme-network").spec.name == "acme_net"


def test_the_deprecated_model_works_and_warns(examples):
    with pytest.warns(FutureWarning, match="use acme_net with the option width=32"):
        assert modelzoo.get("acme_net_wide").output_shape[-1] == 32


def test_the_deprecated_model_is_not_listed(examples):
    assert modelzoo.list_models("acme*") == ["acme_net"]


def test_the_dataset_is_what_its_spec_says(examples):
    spec = find("dataset", "acme_stripes").spec
    dataset = modelzoo.load_dataset("acme_stripes")
    assert dataset.classes == spec.classes
    assert {name: len(split) for name, split in dataset.splits.items()} == dict(spec.options)
    assert dataset.splits["train"].images.shape[1:] == spec.input_shape


def test_the_dataset_shows_its_stripes(examples):
    split = modelzoo.load_dataset("acme_stripes").splits["train"]
    along_rows = split.images[..., 0].astype(float).mean(axis=2).std(axis=1)
    along_columns = split.images[..., 0].astype(float).mean(axis=1).std(axis=1)
    assert along_rows[split.labels == 0].min() > along_rows[split.labels == 1].max()
    assert along_columns[split.labels == 1].min() > along_columns[split.labels == 0].max()


def test_the_task_has_the_loss_of_smoothed_labels(examples):
    task = importlib.import_module("acme_tasks.smooth").Smooth(3, smoothing=0.1)
    logits = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0]])
    smooth = 0.9 * np.eye(3)[[0, 2]] + 0.1 / 3
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    expected = -(smooth * log_probabilities).sum(axis=1).mean()
    assert float(task.loss()(task.check_labels([0, 2]), logits)) == pytest.approx(
        expected, abs=1e-6
    )


def test_the_task_refuses_labels_out_of_range(examples):
    task = importlib.import_module("acme_tasks.smooth").Smooth(3, smoothing=0.1)
    with pytest.raises(modelzoo.errors.LabelError, match="from 0 to 2"):
        task.check_labels([0, 3])


def test_the_recipe_says_all_of_a_training(examples):
    trainer = modelzoo.Trainer.from_recipe("acme_shapes")
    assert trainer.config.epochs == 3
    assert trainer.config.augment == {"horizontal_flip": True}


@pytest.mark.slow
def test_the_recipe_trains(examples, tmp_path):
    run = modelzoo.Trainer.from_recipe("acme_shapes").fit(run_dir=tmp_path / "run")
    assert run.status == "finished"


def test_the_exporter_writes_what_gives_the_same(examples, tmp_path):
    model = modelzoo.get("acme_net", task="multiclass", num_classes=3, input_shape=(8, 8, 1))
    written = export_model(model, "acme_graph", tmp_path / "model.pb")
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1)).astype(np.uint8)
    loaded = importlib.import_module("acme_exporters.frozen_graph").FrozenGraph().load(written)
    np.testing.assert_allclose(loaded(images), model.predict(images, verbose=0), atol=1e-5)


def test_the_family_is_told_of(examples):
    [family] = modelzoo.list_families("model")
    assert family.pattern == "acme/tower_BLOCKS"


def test_the_family_s_examples_are_names(examples):
    for family in modelzoo.list_families():
        for name in family.examples:
            assert find(family.kind, name).spec.name == name


def test_the_family_is_built_by_name(examples):
    convolutions = [
        layer
        for layer in modelzoo.get("acme/tower_3").get_layer("backbone").layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    assert len(convolutions) == 3


def test_the_family_has_an_end(examples):
    with pytest.raises(modelzoo.errors.UnknownNameError, match="look like 'acme/tower_3'"):
        find("model", "acme/tower_0")


def test_model_dataset_and_task_train_together(run):
    assert run.status == "finished"
    assert set(run.predict(np.zeros((16, 16, 1), np.uint8)).scores) == set(run.classes)


def test_the_callback_writes_a_line_per_epoch(run):
    lines = (run.folder / "journal.txt").read_text().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["epoch 1", "epoch 2"]


def test_the_finished_run_is_told_of_once(run):
    [line] = (run.folder.parent / "finished.jsonl").read_text().splitlines()
    assert json.loads(line) == {"run": "example", "model": "unknown/acme_net", **run.results}


def test_the_check_passes_what_has_a_licence_and_no_other(examples):
    [check] = [each for each in checks_of("model") if each.name == "acme_licence"]
    outcomes = [
        run_check(check, subject_of(find("model", name))) for name in ("acme_net", "acme/tower_1")
    ]
    assert [each.status for each in outcomes] == ["passed", "failed"]
    assert "the spec has no licence" in outcomes[1].reason


def test_the_check_is_for_models_alone(examples):
    assert "acme_licence" not in [each.name for each in checks_of("recipe")]


def test_the_command_counts(examples, capsys):
    assert main(["count"]) == 0
    assert capsys.readouterr().out == f"{len(modelzoo.list_models())} models\n"


@pytest.mark.slow
def test_the_examples_can_be_installed(repository, tmp_path):
    # Where the build back end is not there, pip fetches it.
    there = importlib.util.find_spec("hatchling") is not None
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", tmp_path / "site"]
    examples = repository / "docs" / "examples"
    subprocess.run([*pip, *["--no-build-isolation"] * there, examples], check=True)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    shown = subprocess.run(
        [sys.executable, "-m", "modelzoo", "plugins", "--json"],
        env={**environment, "MODELZOO_STRICT_PLUGINS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (
        sum(each["distribution"] == "modelzoo-examples" for each in json.loads(shown.stdout)) == 10
    )
