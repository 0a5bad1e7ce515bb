"""Hooks that are called later than those for specs."""

import pytest

from modelzoo.errors import PluginWarning

pytestmark = pytest.mark.usefixtures("heavy_library")

CALLBACKS = """
    @hookimpl
    def modelzoo_callbacks(run):
        return [f"callback of {run}"]
    """


def test_a_call_gives_each_plugin_s_answer(environment):
    environment.install("acme", zoo=CALLBACKS)
    answers = list(environment.host().call("modelzoo_callbacks", run="run 1"))
    assert [(record.name, answer) for record, answer in answers] == [("zoo", ["callback of run 1"])]


def test_a_hook_takes_only_the_arguments_it_wants(environment):
    environment.install(
        "acme", zoo="@hookimpl\ndef modelzoo_resolve(name):\n    return model(name)"
    )
    assert environment.host().find("model", "anything").spec.name == "anything"


def test_a_hook_may_be_a_generator(environment):
    environment.install("acme", zoo="@hookimpl\ndef modelzoo_callbacks(run):\n    yield run")
    answers = environment.host().call("modelzoo_callbacks", run=7)
    assert [answer for _, answer in answers] == [[7]]


@pytest.mark.parametrize(
    "body",
    [
        "raise OSError('no disk')",
        "raise SystemExit('no disk')",
        "yield 1; raise OSError('no disk')",
    ],
    ids=["raises", "exits", "raises_late"],
)
def test_a_hook_that_fails_is_left_out_and_the_others_go_on(environment, body):
    environment.install("acme", zoo=CALLBACKS)
    environment.install("beta", bad=f"@hookimpl\ndef modelzoo_callbacks(run):\n    {body}")
    environment.install("zeta", zoo=CALLBACKS)
    with pytest.warns(PluginWarning, match=r"Plugin 'bad' of beta 1\.0 failed: .*no disk"):
        answers = list(environment.host().call("modelzoo_callbacks", run=1))
    assert [record.distribution for record, _ in answers] == ["zeta", "acme"]


def test_a_hook_may_import_what_it_likes_in_a_training(environment):
    environment.install(
        "acme",
        zoo="@hookimpl\ndef modelzoo_callbacks(run):\n    import heavy_stand_in\n    return [1]",
    )
    answers = environment.host().call("modelzoo_callbacks", run=1)
    assert [answer for _, answer in answers] == [[1]]


def test_a_cold_call_refuses_a_heavy_library(environment):
    environment.install(
        "acme", zoo="@hookimpl\ndef modelzoo_commands(app):\n    import heavy_stand_in"
    )
    with pytest.warns(PluginWarning, match="imports 'heavy_stand_in'"):
        assert list(environment.host().call("modelzoo_commands", cold=True, app=None)) == []
