import itertools
import os
import subprocess
import sys

import pytest

import modelzoo
from modelzoo.registry.heavy import HEAVY_LIBRARIES

SUB_COMMANDS = (
    "list", "info", "plugins", "train", "evaluate", "predict", "export", "runs", "quickstart"
)  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["train", "--help"],
        ["list"],
        ["list", "datasets", "--json"],
        ["info", "mobilenet_v1"],
        ["plugins"],
        ["train", "mobilenet_v1_mini", "no_such_dataset", "--epochs", "ten"],
    ],
    ids=" ".join,
)
def test_cold_commands_import_nothing_heavy(here, arguments):
    code = (
        "import sys; from modelzoo.cli import main; main(sys.argv[1:]);"
        "loaded = {each.partition('.')[0] for each in sys.modules};"
        f"print(sorted(loaded & {set(HEAVY_LIBRARIES)}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_listing_imports_neither_rich_nor_pydantic(here):
    code = (
        "import sys; from modelzoo.cli import main; main(['list']);"
        "print({'rich', 'pydantic'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_version_is_printed(command):
    assert command("--version").out == f"{modelzoo.__version__}\n"


def test_without_arguments_the_help_page_is_shown(command):
    answer = command()
    assert answer.status == 0
    assert all(name in answer.out for name in SUB_COMMANDS)


@pytest.mark.parametrize("name", SUB_COMMANDS)
def test_each_help_page_has_examples_that_fit_a_terminal_of_80_columns(process, name):
    answer = process(name, "--help")
    assert answer.status == 0
    examples = answer.out.partition("Examples:")[2].strip().splitlines()
    assert examples
    assert all(line.strip().startswith(("modelzoo ", "MODELZOO_")) for line in examples)


@pytest.mark.parametrize("name", SUB_COMMANDS)
def test_the_lines_of_a_help_paragraph_are_filled(process, name):
    answer = process(name, "--help", COLUMNS="80", TERM="dumb")
    lines = [line.strip() for line in answer.out.partition("╭")[0].splitlines()]
    for line, following in itertools.pairwise(lines):
        if line and following:
            # The first word of the next line has no room at the end of this one.
            assert len(line) + 1 + len(following.split()[0]) > 80 - 2, line


def test_an_unknown_command_gets_a_close_match(command):
    answer = command("trian")
    assert answer.status == 2
    assert answer.err == (
        "Error: No such command 'trian'. Did you mean 'train'? See `modelzoo --help`.\n"
    )


def test_an_unknown_option_gets_a_close_match(command):
    answer = command("list", "--jason")
    assert answer.status == 2
    assert answer.err.startswith("Error: No such option: --jason (Possible options: --json")
    assert answer.err.endswith(" See `modelzoo list --help`.\n")


def test_a_missing_argument_is_named(command):
    answer = command("info")
    assert answer.status == 2
    assert answer.err == "Error: Missing argument 'NAME'. See `modelzoo info --help`.\n"


def test_errors_are_red_on_a_terminal_and_one_line(terminal):
    answer = terminal("info", "no_such_name")
    assert answer.status == 2
    assert answer.out.startswith("\x1b[31mError: Nothing is named 'no_such_name'.")
    assert answer.out.endswith("\x1b[0m\n")
    assert answer.out.count("\n") == 1


def test_warnings_are_yellow_on_a_terminal(terminal, install):
    install("acme", "raise RuntimeError('broken')\n")
    assert "\x1b[33mWarning: Plugin 'acme' of acme 1.0 failed" in terminal("list").out


def test_no_color_is_respected(terminal):
    assert terminal("info", "no_such_name", NO_COLOR="1").out.startswith("Error: Nothing")


def test_errors_have_no_colour_in_a_pipe(process):
    assert process("info", "no_such_name").err.startswith("Error: Nothing")


def test_a_reader_that_goes_away_is_no_error(here):
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "modelzoo", "list"], stdout=theirs, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    assert done.returncode == 141
    assert done.stderr == ""


def test_a_cold_command_leaves_nothing_behind(process, here):
    process("list")
    process("info", "mobilenet_v1_mini")
    process("plugins")
    assert list(here.iterdir()) == []


def test_a_surprise_keeps_its_traceback(process, install):
    install(
        "acme",
        "from modelzoo import hookimpl\n"
        "@hookimpl\n"
        "def modelzoo_commands(app):\n"
        "    @app.command()\n"
        "    def surprise():\n"
        "        raise ZeroDivisionError('unexpected')\n",
    )
    answer = process("surprise")
    assert answer.status == 1
    assert "Traceback" in answer.err
    assert answer.err.endswith("ZeroDivisionError: unexpected\n")
