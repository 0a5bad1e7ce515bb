import inspect

import pluggy
import pytest

from modelzoo.registry import KINDS, hookspecs

HOOKS = {
    name: function
    for name, function in vars(hookspecs).items()
    if inspect.isfunction(function) and name.startswith("modelzoo_")
}


def test_the_hooks_are_these():
    assert {name: list(inspect.signature(each).parameters) for name, each in HOOKS.items()} == {
        "modelzoo_models": [],
        "modelzoo_datasets": [],
        "modelzoo_tasks": [],
        "modelzoo_recipes": [],
        "modelzoo_exporters": [],
        "modelzoo_families": [],
        "modelzoo_resolve": ["kind", "name"],
        "modelzoo_callbacks": ["run"],
        "modelzoo_run_finished": ["run"],
        "modelzoo_checks": ["kind"],
        "modelzoo_commands": ["app"],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_hook(kind):
    assert f"modelzoo_{kind}s" in HOOKS


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_says_in_a_line_what_it_is_for(name):
    assert len(inspect.getdoc(HOOKS[name]).splitlines()) == 1


def test_only_resolve_stops_at_the_first_answer():
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    first_only = [name for name in HOOKS if getattr(manager.hook, name).spec.opts["firstresult"]]
    assert first_only == ["modelzoo_resolve"]
