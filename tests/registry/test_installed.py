"""Distributions that are really installed, asked in a process of their own."""

import json
import os
import subprocess
import sys

import pytest

ASK = """
import json, sys, warnings

warnings.simplefilter("ignore")
import modelzoo

print(json.dumps({
    "models": modelzoo.list_models(),
    "plugins": [
        [each.distribution, each.version, each.name, each.status, each.reason]
        for each in modelzoo.list_plugins()
        if each.distribution == "modelzoo-acme"
    ],
}))
"""


@pytest.fixture
def ask(environment):
    """A function that asks a new process what the zoo has."""

    def ask(**variables):
        process = subprocess.run(
            [sys.executable, "-c", ASK],
            env={**os.environ, "PYTHONPATH": str(environment.folder), **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(process.stdout)

    return ask


def test_the_plugins_of_a_distribution_are_found_by_its_entry_points(environment, plugin_with, ask):
    environment.install("modelzoo-acme", version="2.0", acme=plugin_with("acme_net"))
    answer = ask()
    assert "acme_net" in answer["models"]
    assert ["modelzoo-acme", "2.0", "acme", "loaded", ""] in answer["plugins"]


def test_a_plugin_that_imports_a_heavy_library_is_refused_in_a_cold_process(environment, ask):
    environment.install("modelzoo-acme", slow="import keras")
    [[_, _, _, status, reason]] = ask()["plugins"]
    assert status == "failed"
    assert reason.startswith("imports 'keras' while it is asked what it offers")


def test_built_in_plugins_can_be_blocked(environment, ask):
    assert ask(MODELZOO_BLOCK_PLUGINS="tf-modelzoo")["models"] == []


def test_a_distribution_with_damaged_metadata_harms_no_other(environment, plugin_with, ask):
    environment.install("modelzoo-acme", acme=plugin_with("acme_net"))
    damaged = environment.folder / "other-1.0.dist-info"
    damaged.mkdir()
    (damaged / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (damaged / "entry_points.txt").write_text("[console_scripts]\nnot an entry point\n")
    assert "acme_net" in ask()["models"]


def test_a_plugin_of_a_distribution_with_damaged_metadata_is_recorded(environment, ask):
    damaged = environment.folder / "modelzoo_acme-1.0.dist-info"
    damaged.mkdir()
    (damaged / "METADATA").write_text("Metadata-Version: 2.1\nName: modelzoo-acme\nVersion: 1.0\n")
    (damaged / "entry_points.txt").write_text("[modelzoo]\nnot an entry point\n")
    [[distribution, _, _, status, reason]] = ask()["plugins"]
    assert (distribution, status) == ("modelzoo-acme", "failed")
    assert reason.startswith("its entry_points.txt can't be read")


def test_a_distribution_whose_metadata_are_gone_harms_no_other(environment, plugin_with, ask):
    environment.install("modelzoo-acme", acme=plugin_with("acme_net"))
    gone = environment.folder / "modelzoo_gone-1.0.dist-info"
    gone.mkdir()
    (gone / "entry_points.txt").write_text("[modelzoo]\ngone = modelzoo_gone\n")
    assert "acme_net" in ask()["models"]


def test_of_two_copies_on_the_path_the_first_counts(
    environment, plugin_with, ask, tmp_path_factory
):
    environment.install("modelzoo-acme", version="2.0", acme=plugin_with("new_net"))
    behind = tmp_path_factory.mktemp("behind")
    about = behind / "modelzoo_acme-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: modelzoo-acme\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[modelzoo]\nold = modelzoo_acme_old\n")
    path = os.pathsep.join([str(environment.folder), str(behind)])
    assert [each[1:3] for each in ask(PYTHONPATH=path)["plugins"]] == [["2.0", "acme"]]
