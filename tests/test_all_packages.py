"""All plugin packages of the source together, each a wheel of its own."""

import json

import pytest
from virtual_environment import VirtualEnvironment, wheel

HEAVY = {"tensorflow", "keras", "keras_hub", "tensorflow_datasets", "datasets", "numpy"}

LIST = """
import json, sys
from modelzoo.cli import main
try:
    main()
finally:
    print("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.fixture(scope="module")
def packages(repository):
    """The distributions by the folders of their source."""
    return {folder.name: folder for folder in (repository / "plugins").iterdir() if folder.is_dir()}


@pytest.fixture(scope="module")
def environment(repository, packages, tmp_path_factory):
    """A virtual environment with this project and all packages."""
    projects = [repository, *packages.values()]
    environment = VirtualEnvironment(tmp_path_factory.mktemp("environment"))
    environment.install(*(wheel(each, tmp_path_factory.mktemp("wheel")) for each in projects))
    return environment


def test_more_than_a_hundred_models_are_listed(environment):
    listed = json.loads(environment.run("-m", "modelzoo", "list", "--json"))
    assert len({each["full_name"] for each in listed if each["kind"] == "model"}) > 100


def test_each_package_is_loaded(environment, packages):
    code = (
        "import json, modelzoo; modelzoo.list_models(); print(json.dumps("
        "{each.distribution: each.status for each in modelzoo.list_plugins()}))"
    )
    statuses = environment.answer(code)
    assert {name: statuses.get(name) for name in packages} == dict.fromkeys(packages, "loaded")


def test_listing_them_imports_nothing_heavy(environment):
    imported = json.loads(environment.run("-c", LIST, "list").splitlines()[-1])
    assert HEAVY.isdisjoint(imported)
