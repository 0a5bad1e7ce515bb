"""Which exporters a model is written by, and what is said of those that could not be run."""

import pytest

from modelzoo.registry import find
from modelzoo.testing import run_check
from modelzoo.testing.models import MODEL_CHECKS, ModelSubject

PLUGIN = """
from modelzoo import ExporterSpec, ModelSpec, hookimpl


@hookimpl
def modelzoo_models():
    return [
        ModelSpec(
            name="owl_net",
            summary="Two convolutions",
            builder="mutant_models:intact",
            input_shape=(40, 40, 3),
            min_size=7,
        )
    ]


@hookimpl
def modelzoo_exporters():
    return [
        ExporterSpec(name="owl", summary="Arrays", exporter="EXPORTER", suffix=".npz"),
    ]
"""
WITHOUT_LIBRARY = """
import no_such_library
"""

[EXPORTED] = [check for check in MODEL_CHECKS if check.name == "exported"]


@pytest.fixture
def outcome(install, request, monkeypatch, tmp_path):
    """A function from the plugin's own exporter to what becomes of the check ``exported``."""
    monkeypatch.syspath_prepend(request.path.parent / "mutants")
    (tmp_path / "owl_without_library.py").write_text(WITHOUT_LIBRARY)

    def outcome(exporter):
        install("modelzoo-owls", PLUGIN.replace("EXPORTER", exporter))
        return run_check(EXPORTED, ModelSubject(find("model", "owl_net")))

    return outcome


def test_it_passes_where_all_exporters_were_run(outcome):
    assert outcome("mutant_exporters:Intact").status == "passed"


def test_an_exporter_without_its_library_is_named(outcome):
    found = outcome("owl_without_library:Exporter")
    assert found.status == "skipped"
    assert "modelzoo-owls/owl: exporter 'owl' needs the library 'no_such_library'" in found.reason
    assert "savedmodel" not in found.reason


def test_an_exporter_that_writes_another_model_is_a_failure(outcome):
    assert outcome("mutant_exporters:OtherOutputs").status == "failed"
