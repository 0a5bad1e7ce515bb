"""Four packages that do not know each other, in one training and its export."""

import shutil

import pytest
from virtual_environment import VirtualEnvironment, wheel

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "modelzoo-{package}"
version = "1.0"
dependencies = ["tf-modelzoo"]

[project.entry-points.modelzoo]
{package} = "{package}.plugin"

[tool.hatch.build.targets.wheel]
packages = ["{package}"]
"""

PACKAGES = ("acme_models", "acme_datasets", "acme_tasks", "acme_exporters")

TRAIN = """
import json, modelzoo, numpy as np

trainer = modelzoo.Trainer(
    "acme_net", "acme_stripes", "acme_smooth", epochs=2, dataset_options={"train": 64, "test": 16},
)
run = trainer.fit()
exported = run.export("acme_graph", "stripes.pb")
print(json.dumps({
    "from": {
        kind: run.info[kind]["provenance"]["distribution"] for kind in ("model", "dataset", "task")
    },
    "exporter": modelzoo.find("exporter", "acme_graph").provenance.distribution,
    "bytes": exported.stat().st_size,
    "metrics": sorted(run.evaluate()),
    "folder": str(run.folder),
}))
"""

AGAIN = """
import json, sys, modelzoo

run = modelzoo.Run(sys.argv[1])
images = modelzoo.load_dataset("acme_stripes", train=4, test=4).splits["test"].images
print(json.dumps([each.label for each in run.predict(images)]))
"""


@pytest.fixture(scope="module")
def environment(repository, tmp_path_factory):
    """A virtual environment with this project and the four packages, each a wheel of its own."""
    wheels = [wheel(repository, tmp_path_factory.mktemp("zoo"))]
    for package in PACKAGES:
        project = tmp_path_factory.mktemp(package)
        shutil.copytree(repository / "docs" / "examples" / package, project / package)
        (project / "pyproject.toml").write_text(PYPROJECT.format(package=package))
        wheels.append(wheel(project, tmp_path_factory.mktemp("wheel")))
    environment = VirtualEnvironment(tmp_path_factory.mktemp("environment"))
    environment.install(*wheels)
    return environment


@pytest.fixture(scope="module")
def trained(environment):
    return environment.answer(TRAIN)


@pytest.mark.slow
def test_each_part_comes_from_a_package_of_its_own(trained):
    assert {**trained["from"], "exporter": trained["exporter"]} == {
        "model": "modelzoo-acme-models",
        "dataset": "modelzoo-acme-datasets",
        "task": "modelzoo-acme-tasks",
        "exporter": "modelzoo-acme-exporters",
    }


@pytest.mark.slow
def test_it_is_trained_measured_and_exported(trained):
    assert trained["bytes"] > 0
    assert {"accuracy", "loss"} <= set(trained["metrics"])


@pytest.mark.slow
def test_another_process_predicts_with_it(environment, trained):
    assert set(environment.answer(AGAIN, trained["folder"])) <= {"level", "upright", "crossed"}
