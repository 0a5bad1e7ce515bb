import pytest

GREETING = """
import typer
from modelzoo import hookimpl
from modelzoo.errors import DatasetError

@hookimpl
def modelzoo_commands(app):
    @app.command()
    def greet(name: str, loud: bool = False, times: int = 1):
        "Greet somebody."
        for _ in range(times):
            print("HELLO" if loud else "hello", name)

    @app.command()
    def fail():
        raise DatasetError("There is no data.")
"""


def test_a_plugin_adds_a_command(process, install):
    install("acme", GREETING)
    assert process("greet", "world", "--loud", "--times", "2").out == "HELLO world\n" * 2


def test_a_plugin_command_is_on_the_help_page(process, install):
    install("acme", GREETING)
    assert "Greet somebody." in process("--help").out


def test_an_error_of_a_plugin_command_is_one_line(process, install):
    install("acme", GREETING)
    answer = process("fail")
    assert answer.status == 2
    assert answer.err == "Error: There is no data.\n"


def test_a_misspelt_plugin_command_gets_a_close_match(process, install):
    install("acme", GREETING)
    assert "Did you mean 'greet'?" in process("gret").err


@pytest.mark.parametrize(
    ("body", "raised"),
    [
        ("raise RuntimeError('oops')", "RuntimeError: oops"),
        ("raise SystemExit('oops')", "SystemExit: oops"),
        # typer reads the types only when it makes the command.
        ("app.command()(paint)", "NameError: name 'Canvas' is not defined"),
    ],
    ids=["raises", "ends the process", "adds what can't be made"],
)
def test_a_plugin_that_fails_is_warned_about_and_the_others_work(process, install, body, raised):
    install("acme", GREETING)
    install(
        "broken",
        "from modelzoo import hookimpl\n"
        "def paint(to: 'Canvas'):\n"
        "    pass\n"
        "@hookimpl\n"
        "def modelzoo_commands(app):\n"
        f"    {body}\n",
    )
    answer = process("greet", "world")
    assert answer.status == 0
    assert answer.out == "hello world\n"
    assert answer.err == (
        f"Warning: Plugin 'broken' of broken 1.0 failed: modelzoo_commands raised {raised}. "
        "It was left out.\n"
    )


def test_what_a_plugin_adds_before_its_hook_raises_is_left_out_with_it(process, install):
    install("acme", GREETING)
    install(
        "broken",
        "from modelzoo import hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_commands(app):\n"
        "    app.command('early')(print)\n"
        "    raise RuntimeError('oops')\n",
    )
    assert "Error: No such command 'early'." in process("early").err


def test_a_built_in_command_is_never_taken_over(process, install):
    install(
        "acme",
        "from modelzoo import hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_commands(app):\n"
        "    @app.command('list')\n"
        "    def other():\n"
        "        print('taken over')\n"
        "    @app.command()\n"
        "    def mine():\n"
        "        print('mine')\n",
    )
    assert "taken over" not in process("list").out
    answer = process("mine")
    assert answer.out == "mine\n"
    assert answer.err == (
        "Warning: Plugin 'acme' of acme offers the command 'list', which is there already. "
        "It was left out.\n"
    )


def test_a_group_of_commands_can_be_added(process, install):
    install(
        "acme",
        "import typer\n"
        "from modelzoo import hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_commands(app):\n"
        "    group = typer.Typer()\n"
        "    @group.command()\n"
        "    def one():\n"
        "        print('one')\n"
        "    @group.command()\n"
        "    def two():\n"
        "        print('two')\n"
        "    app.add_typer(group, name='acme')\n",
    )
    assert process("acme", "two").out == "two\n"


def test_a_hook_that_imports_tensorflow_is_left_out(process, install):
    install(
        "acme",
        "from modelzoo import hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_commands(app):\n"
        "    import tensorflow\n",
    )
    answer = process("--help")
    assert answer.status == 0
    assert "imports 'tensorflow' while it is asked what it offers" in answer.err
