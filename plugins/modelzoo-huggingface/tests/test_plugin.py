"""Names of the family, which are resolved without the Hub and without its libraries."""

import subprocess
import sys

import pytest
from modelzoo_huggingface.plugin import modelzoo_resolve

import modelzoo


@pytest.mark.parametrize(
    ("name", "repo"),
    [
        ("hf/ylecun/mnist", "ylecun/mnist"),
        ("hf/AI-Lab-Makerere/beans", "AI-Lab-Makerere/beans"),
        ("hf/ada/pets_2.0", "ada/pets_2.0"),
        ("hf/mnist", "mnist"),
    ],
)
def test_a_name_stands_for_a_repository(name, repo):
    entry = modelzoo.find("dataset", name)
    assert entry.spec.options["repo"] == repo
    assert entry.provenance.distribution == "modelzoo-huggingface"


@pytest.mark.parametrize(
    "name", ["mnist", "hf", "hf/", "hf/a/b/c", "tfds/mnist", "hf/a b", "hf//a"]
)
def test_other_names_are_left_alone(name):
    assert modelzoo_resolve("dataset", name) is None


@pytest.mark.parametrize("kind", ["model", "task", "recipe", "exporter"])
def test_other_kinds_are_left_alone(kind):
    assert modelzoo_resolve(kind, "hf/ada/pets") is None


def test_the_family_is_listed():
    (family,) = modelzoo.list_families("dataset", distribution="modelzoo-huggingface")
    assert family.pattern == "hf/OWNER/NAME"


def test_names_and_commands_are_told_without_the_libraries_of_the_hub():
    code = (
        "import sys, typer, modelzoo\n"
        "from modelzoo_huggingface.plugin import modelzoo_commands\n"
        "modelzoo.find('dataset', 'hf/ada/pets')\n"
        "modelzoo_commands(typer.Typer())\n"
        "print({'datasets', 'huggingface_hub', 'numpy', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
