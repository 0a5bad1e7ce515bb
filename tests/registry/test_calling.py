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


COMMANDS = """
    @hookimpl
    def modelzoo_commands(app):
        @app.command()
        def {name}(size: {size} = 3):
            print("{name}", size)

        @app.command("all")
        def everything():
            pass
    """


def test_each_plugin_s_commands_are_made_of_its_own(environment):
    environment.install("acme", zoo=COMMANDS.format(name="paint", size="int"))
    environment.install("beta", zoo=COMMANDS.format(name="draw", size="int"))
    offered = {record.distribution: commands for record, commands in environment.host().commands()}
    assert {each: list(commands) for each, commands in offered.items()} == {
        "acme": ["paint", "all"],
        "beta": ["draw", "all"],
    }


def test_a_made_command_can_be_run(environment, capsys):
    environment.install("acme", zoo=COMMANDS.format(name="paint", size="int"))
    [(_, commands)] = environment.host().commands()
    commands["paint"].main(["--size", "5"], standalone_mode=False)
    assert capsys.readouterr().out == "paint 5\n"


def test_a_command_that_can_not_be_made_is_told_of_the_plugin(environment, record_of):
    environment.install("acme", bad=COMMANDS.format(name="paint", size="'Canvas'"))
    host = environment.host()
    with pytest.warns(PluginWarning, match="Plugin 'bad' of acme 1.0 failed"):
        assert list(host.commands()) == []
    assert record_of(host, "bad").reason == (
        "modelzoo_commands raised NameError: name 'Canvas' is not defined"
    )
