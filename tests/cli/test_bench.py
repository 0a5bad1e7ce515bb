import json
import os
import subprocess
import sys

import pytest
import tensorflow as tf
from PIL import Image

from modelzoo.training import TrainConfig
from modelzoo.training.engine import choose_engine

MINI = ("mobilenet_v1_mini", "--task", "multiclass", "--batch-size", "8", "--steps", "3")
OPTIONS = (
    *("--input-size", "12x16", "--classes", "3", "--model-option", "hidden_units=8"),
    *("--config", "optimizer=sgd", "--config", 'augment={"zoom": 0.2}'),
)
KEYS = {
    "model", "task", "num_classes", "input_shape", "options", "batch_size", "optimizer",
    "learning_rate", "augment", "replicas", "precision", "parameters", "mult_adds",
    "activation_bytes", "engine", "training", "inference", "latency", "breakdown", "no_breakdown",
}  # fmt: skip
THROUGHPUT = {
    "images_per_second", "seconds", "fastest_seconds", "slowest_seconds", "repetitions",
    "arithmetic_limit", "memory_limit", "share_of_limit",
}  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The working folder of a process that has measured a network, and what it has printed."""
    folder = tmp_path_factory.mktemp("measured")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "modelzoo", "bench", *MINI, *OPTIONS),
            *("--json", "--plot", "speed.png"),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "MODELZOO_CACHE": str(folder / "cache")},
    )
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.fixture(scope="module")
def data(measured):
    return json.loads(measured[1].stdout)


def test_the_data_have_these_keys(data):
    assert set(data) == {"machine", "models"}
    assert set(data["machine"]) == {"cpu", "cores", "gflops", "memory_gb_per_second", "versions"}
    [model] = data["models"]
    assert set(model) == KEYS
    assert set(model["training"]) == set(model["inference"]) == THROUGHPUT
    assert set(model["latency"]) == {"p50_seconds", "p95_seconds", "repetitions"}
    assert set(model["breakdown"]) == {"shares", "operations_seconds", "wall_seconds"}


def test_all_keys_are_documented(data, repository):
    page = (repository / "docs" / "reference" / "command-line.md").read_text("utf-8")
    [model] = data["models"]
    keys = {*data, *data["machine"], *KEYS, *THROUGHPUT, *model["latency"], *model["breakdown"]}
    keys |= {*model["engine"]}
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_the_model_is_as_it_was_asked_for(data):
    [model] = data["models"]
    assert (model["model"], model["task"]) == ("mobilenet_v1_mini", "multiclass")
    assert (model["input_shape"], model["num_classes"]) == ([12, 16, 1], 3)
    assert model["options"]["hidden_units"] == 8


def test_the_engine_is_what_a_training_would_have(data):
    [model] = data["models"]
    engine = choose_engine(TrainConfig(batch_size=8), tf.distribute.get_strategy())
    assert model["engine"]["kernels"] == engine.kernels
    assert model["engine"]["parts"] == engine.parts


def test_the_step_is_as_it_was_asked_for(data):
    [model] = data["models"]
    assert (model["batch_size"], model["optimizer"]) == (8, "sgd")
    assert model["augment"] == {"zoom": 0.2}
    assert model["breakdown"]["shares"]["input and augmentation"] > 0
    assert model["training"]["repetitions"] == model["inference"]["repetitions"] == 3


def test_all_that_is_measured_is_a_positive_number(data):
    [model] = data["models"]
    for measured in (model["training"], model["inference"], model["latency"]):
        assert all(value > 0 for value in measured.values())
    assert data["machine"]["gflops"] > 0
    assert data["machine"]["memory_gb_per_second"] > 0


def test_the_shares_of_a_step_add_up_to_one(data):
    [model] = data["models"]
    assert sum(model["breakdown"]["shares"].values()) == pytest.approx(1)


def test_the_picture_is_written_where_it_was_asked_for_and_nothing_else(measured):
    folder, done = measured
    assert done.stderr.endswith("Picture: speed.png\n")
    assert [path.name for path in folder.iterdir()] == ["speed.png"]
    with Image.open(folder / "speed.png") as picture:
        assert picture.format == "PNG"


def test_a_person_gets_tables_with_all_models(command, here):
    answer = command("bench", "mobilenet_v1_mini", *MINI)
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert "GFLOP/s" in lines[1]
    assert "GB/s" in lines[1]
    works = [line.split("  ")[1].strip() for line in lines if line.startswith("mobilenet_v1_mini")]
    assert works == ["multiclass"] * 2 + ["training", "prediction", "one image"] * 2
    shares = [line for line in lines if line.startswith("convolution")]
    assert len(shares) == 1
    assert shares[0].count("%") == 2
    assert list(here.iterdir()) == []


def test_without_the_format_of_profiles_all_but_the_breakdown_is_there(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow.tsl.profiler.protobuf", None)
    answer = command("bench", *MINI)
    assert answer.status == 0
    assert (
        "Warning: Where the time of mobilenet_v1_mini goes is not known: TensorFlow" in answer.err
    )
    assert "prediction" in answer.out
    assert "time passed" not in answer.out
