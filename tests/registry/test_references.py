import json
import sys

import pytest

from modelzoo.errors import HeavyImportError, MissingLibraryError, ReferenceLoadError
from modelzoo.registry import load_reference


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package ``acme_code`` whose modules a test writes."""
    folder = tmp_path / "acme_code"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [each for each in sys.modules if each.partition(".")[0] == "acme_code"]:
        del sys.modules[name]


def load(reference):
    return load_reference(reference, needed_by="model 'acme_net'")


def test_the_object_is_the_one_that_is_named():
    assert load("json:dumps") is json.dumps


def test_an_attribute_of_an_attribute_can_be_named():
    assert load("json:JSONEncoder.default") is json.JSONEncoder.default


def test_a_module_that_does_not_exist_is_the_plugin_s_mistake():
    with pytest.raises(ReferenceLoadError, match=r"model 'acme_net' names its code by 'no_such:f'"):
        load("no_such:f")


def test_an_attribute_that_does_not_exist_is_the_plugin_s_mistake():
    with pytest.raises(ReferenceLoadError, match=r"has no attribute 'nothing'.*tell its author"):
        load("json:nothing")


def test_a_module_that_raises_is_the_plugin_s_mistake(package):
    (package / "nets.py").write_text("1 / 0")
    with pytest.raises(ReferenceLoadError, match="ZeroDivisionError: division by zero"):
        load("acme_code.nets:build")


def test_a_module_that_ends_the_process_is_the_plugin_s_mistake(package):
    (package / "nets.py").write_text("raise SystemExit(3)")
    with pytest.raises(ReferenceLoadError, match="SystemExit: 3"):
        load("acme_code.nets:build")


def test_a_missing_library_is_named_with_the_command_that_installs_it(package):
    (package / "nets.py").write_text("import no_such_library.part")
    with pytest.raises(
        MissingLibraryError,
        match=r"model 'acme_net' needs the library 'no_such_library'.*pip install no-such-library",
    ):
        load("acme_code.nets:build")


def test_a_missing_module_of_the_plugin_s_own_is_no_missing_library(package):
    (package / "nets.py").write_text("import acme_code.forgotten")
    with pytest.raises(ReferenceLoadError, match=r"No module named 'acme_code\.forgotten'"):
        load("acme_code.nets:build")


def test_an_error_of_ours_comes_through_as_it_is(package):
    (package / "nets.py").write_text(
        "from modelzoo.errors import HeavyImportError\nraise HeavyImportError('why')"
    )
    with pytest.raises(HeavyImportError, match="why"):
        load("acme_code.nets:build")
