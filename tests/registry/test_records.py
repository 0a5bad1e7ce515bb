import sys
import warnings

import pytest


@pytest.fixture
def three(environment, plugin_with):
    """A built-in plugin and two installed ones."""
    environment.build_in(tasks=plugin_with("ours"))
    environment.install("acme-zoo", nets=plugin_with("a"))
    environment.install("beta", more=plugin_with("b"))
    return environment


@pytest.mark.parametrize(
    ("variable", "value", "left"),
    [
        ("MODELZOO_PLUGINS", "", ["a", "b", "ours"]),
        ("MODELZOO_PLUGINS", "nets", ["a"]),
        ("MODELZOO_PLUGINS", "acme-zoo", ["a"]),
        ("MODELZOO_PLUGINS", " Acme_Zoo , tasks,", ["a", "ours"]),
        ("MODELZOO_PLUGINS", "tf-modelzoo", ["ours"]),
        ("MODELZOO_PLUGINS", "nothing", []),
        ("MODELZOO_BLOCK_PLUGINS", "", ["a", "b", "ours"]),
        ("MODELZOO_BLOCK_PLUGINS", "acme-zoo,more", ["ours"]),
        ("MODELZOO_BLOCK_PLUGINS", "tasks", ["a", "b"]),
        ("MODELZOO_BLOCK_PLUGINS", "m*", ["a", "ours"]),
        ("MODELZOO_BLOCK_PLUGINS", "*", []),
    ],
)
def test_plugins_are_allowed_and_blocked_by_name_and_distribution(three, variable, value, left):
    assert three.host(**{variable: value}).registry.names("model") == left


def test_blocking_counts_more_than_allowing(three):
    host = three.host(MODELZOO_PLUGINS="beta,nets", MODELZOO_BLOCK_PLUGINS="beta")
    assert host.registry.names("model") == ["a"]


def test_a_blocked_plugin_is_not_even_imported(environment, record_of):
    environment.install("acme", bad="raise RuntimeError")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        record = record_of(environment.host(MODELZOO_BLOCK_PLUGINS="bad"), "bad")
    assert (record.status, record.reason) == ("blocked", "named in MODELZOO_BLOCK_PLUGINS")
    assert "acme_bad" not in sys.modules
