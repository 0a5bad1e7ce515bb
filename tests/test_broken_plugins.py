"""Plugins that are broken, each in its own way: real distributions, all beside a good one."""

import json
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest
from virtual_environment import VirtualEnvironment, wheel

import modelzoo

PREAMBLE = """\
from modelzoo import Family, ModelSpec, hookimpl

def model(name):
    return ModelSpec(name=name, summary="A model", builder="json:dumps")

"""
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "modelzoo-{name}"
version = "1.0"
dependencies = {dependencies}

[project.entry-points.modelzoo]
{name} = "{name}_zoo"

[tool.hatch.build.targets.wheel]
include = ["{name}_zoo.py"]
"""


@dataclass(frozen=True)
class Broken:
    """A plugin module, what the table of plugins says of it, and whether that is a failure."""

    source: str
    remark: str
    dependencies: tuple[str, ...] = ("tf-modelzoo",)
    fails: bool = True


MODEL_HOOK = """
    @hookimpl
    def modelzoo_models():
        return [model({name!r})]
    """

BROKEN = {
    "import": Broken("1 / 0", "importing import_zoo raised ZeroDivisionError: division by zero"),
    "exit": Broken("raise SystemExit(3)", "importing exit_zoo raised SystemExit: 3"),
    "registration": Broken(
        """
        def __dir__():
            raise RuntimeError("keep out")
        """,
        "registering it raised RuntimeError: keep out",
    ),
    "hook": Broken(
        """
        @hookimpl
        def modelzoo_models():
            yield model("hook_net")
            raise OSError("no disk")
        """,
        "modelzoo_models raised OSError: no disk",
    ),
    "later": Broken(
        MODEL_HOOK.format(name="later_net")
        + """
    @hookimpl
    def modelzoo_resolve(kind, name):
        raise OSError("no answer")

    @hookimpl
    def modelzoo_callbacks(run):
        raise OSError("no callbacks")

    @hookimpl
    def modelzoo_run_finished(run):
        raise OSError("no end")

    @hookimpl
    def modelzoo_commands(app):
        raise OSError("no commands")
    """,
        "modelzoo_commands raised OSError: no commands",
        fails=False,
    ),
    "command": Broken(
        """
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from pathlib import Path

        @hookimpl
        def modelzoo_commands(app):
            @app.command()
            def paint(to: "Path"):
                pass
        """,
        "modelzoo_commands raised NameError: name 'Path' is not defined",
        fails=False,
    ),
    "heavy": Broken(
        "import tensorflow as tf",
        "imports 'tensorflow' while it is asked what it offers: a plugin's module must import no "
        "heavy library, or every command waits for it. Move the import into the code that a "
        "spec's 'package.module:attribute' names",
    ),
    "kind": Broken(
        """
        @hookimpl
        def modelzoo_datasets():
            return "cats"
        """,
        "modelzoo_datasets returned 'cats', expected an iterable of DatasetSpec",
    ),
    "spec": Broken(
        """
        @hookimpl
        def modelzoo_models():
            return [model("spec_net"), model("Spec-Net")]
        """,
        "modelzoo_models: 'Spec-Net' is not a name: expected lower-case snake case that starts "
        "with a letter, such as 'mobilenet_v1_mini'. Use 'spec_net'",
    ),
    "family": Broken(
        """
        @hookimpl
        def modelzoo_families():
            return [Family(kind="model", pattern="hub/NAME", summary="Any", examples=("net",))]
        """,
        "modelzoo_families: 'net' is not a name of an open-ended family: expected a lower-case "
        "word and more after a slash, such as 'tfds/mnist'",
    ),
    "checks": Broken(
        MODEL_HOOK.format(name="checked_net")
        + """
    @hookimpl
    def modelzoo_checks(kind):
        return [3]
    """,
        "",  # nobody asks for them but the conformance kit
        fails=False,
    ),
    "builtin": Broken(
        MODEL_HOOK.format(name="mobilenet_v1"),
        "model 'mobilenet_v1' is built in, so this one is 'modelzoo-builtin/mobilenet_v1'",
        fails=False,
    ),
    "twin": Broken(
        MODEL_HOOK.format(name="twin_net"),
        "model 'twin_net' is in modelzoo-other, too, so this one is 'modelzoo-twin/twin_net'",
        fails=False,
    ),
    "other": Broken(
        MODEL_HOOK.format(name="twin_net"),
        "model 'twin_net' is in modelzoo-twin, too, so this one is 'modelzoo-other/twin_net'",
        fails=False,
    ),
    "library": Broken(
        "import no_such_library",
        "needs the library 'no_such_library', which is not installed: pip install no-such-library",
    ),
    "newer": Broken(
        "raise RuntimeError('imported all the same')",
        f"needs tf-modelzoo>=9, this is {modelzoo.__version__}: pip install -U tf-modelzoo",
        dependencies=("numpy", "tf-modelzoo>=9", "tf-modelzoo>=99; extra == 'all'"),
    ),
    "older": Broken(
        "raise RuntimeError('imported all the same')",
        f"needs tf-modelzoo<0.0.1, this is {modelzoo.__version__}: pip install -U modelzoo-older",
        dependencies=("tf-modelzoo<0.0.1",),
    ),
}
CHECKS_WARNING = (
    "Plugin 'checks' of modelzoo-checks 1.0 failed: modelzoo_checks has 3, expected a "
    "modelzoo.testing.Check. It was left out."
)
FAILING = [name for name, broken in BROKEN.items() if broken.fails]


@pytest.fixture(scope="module")
def environment(repository, tmp_path_factory) -> VirtualEnvironment:
    """A virtual environment with this project, a good plugin, and all that are broken."""
    environment = VirtualEnvironment(tmp_path_factory.mktemp("environment"))
    good = repository / "tests" / "third_party" / "modelzoo-acme"
    wheels = [wheel(project, tmp_path_factory.mktemp("wheel")) for project in (repository, good)]
    for name, broken in BROKEN.items():
        wheels.append(wheel_of(name, broken, tmp_path_factory.mktemp(name)))
    environment.install(*wheels)
    return environment


def wheel_of(name: str, broken: Broken, folder: Path) -> Path:
    pyproject = PYPROJECT.format(name=name, dependencies=json.dumps(broken.dependencies))
    (folder / "pyproject.toml").write_text(pyproject)
    (folder / f"{name}_zoo.py").write_text(PREAMBLE + textwrap.dedent(broken.source))
    return wheel(folder, folder / "dist")


@pytest.fixture(scope="module")
def table(environment) -> list[str]:
    """The lines that ``modelzoo plugins`` prints."""
    return environment.run("-m", "modelzoo", "plugins").splitlines()


@pytest.mark.parametrize("name", BROKEN)
def test_each_has_one_line_that_says_what_is_wrong(table, name):
    [line] = [line for line in table if f" modelzoo-{name} 1.0 " in line]
    assert line.split()[3] == ("failed" if BROKEN[name].fails else "loaded")
    assert line.endswith(f"  {BROKEN[name].remark or '1 model'}")


def test_there_are_no_other_lines(environment, table):
    records = json.loads(environment.run("-m", "modelzoo", "plugins", "--json"))
    assert len(table) == 1 + len(records)
    others = [each for each in records if each["name"] not in BROKEN]
    assert {each["distribution"] for each in others} == {"tf-modelzoo", "modelzoo-acme"}
    assert {(each["status"], each["reason"]) for each in others} == {("loaded", "")}


def test_the_table_is_all_that_is_said(environment):
    assert environment.process("-m", "modelzoo", "plugins").stderr == ""


def test_listing_shows_what_works_and_warns_once_of_each_that_does_not(environment):
    process = environment.process("-m", "modelzoo", "list", "--json")
    assert process.returncode == 0
    names = [each["name"] for each in json.loads(process.stdout)]
    assert {"acme_net", "later_net", "modelzoo-twin/twin_net", "mobilenet_v1"} <= set(names)
    assert not {"hook_net", "spec_net"} & set(names)
    warned = process.stderr.splitlines()
    assert len(warned) == len(FAILING)
    for name in FAILING:
        start = f"Warning: Plugin {name!r} of modelzoo-{name} 1.0 failed: {BROKEN[name].remark}"
        assert [line.startswith(start) for line in warned].count(True) == 1


def test_a_built_in_name_is_still_the_built_in_s(environment):
    data = json.loads(environment.run("-m", "modelzoo", "info", "mobilenet_v1", "--json"))
    assert data["provenance"]["distribution"] == "tf-modelzoo"


def test_the_help_page_is_whole_where_commands_of_a_plugin_are_not(environment):
    process = environment.process("-m", "modelzoo", "--help")
    assert process.returncode == 0, process.stderr
    assert "quickstart" in process.stdout
    assert [line.partition(" failed: ")[2] for line in process.stderr.splitlines()][-2:] == [
        f"{BROKEN[name].remark}. It was left out." for name in ("later", "command")
    ]


def test_an_unknown_name_is_told_of_the_plugin_that_did_not_answer(environment):
    process = environment.process("-m", "modelzoo", "info", "no_such_name")
    assert process.returncode == 2
    error = process.stderr.splitlines()[-1]
    assert error.startswith("Error: Nothing is named 'no_such_name'.")
    assert "later (loaded)" in error


def test_the_kit_checks_others_and_warns_of_checks_that_are_none(environment):
    process = environment.process("-m", "modelzoo", "check", "fashion_mnist_seed")
    assert process.returncode == 0, process.stderr
    assert process.stderr.count(CHECKS_WARNING) == 1


def test_the_kit_s_report_of_checks_that_are_none_is_whole(environment):
    process = environment.process("-m", "modelzoo", "check", "modelzoo-checks", "--json")
    assert process.returncode == 1
    of_plugin = {
        each["check"]: each["status"]
        for each in json.loads(process.stdout)["outcomes"]
        if each["subject"] == "plugin modelzoo-checks"
    }
    assert (of_plugin["loaded"], of_plugin["checks_offered"]) == ("passed", "failed")


@pytest.mark.slow
def test_the_good_one_trains_among_all_of_them(environment):
    process = environment.process(
        *("-m", "modelzoo", "train", "acme_net", "stripes", "--task", "ordinal", "--epochs", "1"),
        *("--dataset-option", "train=16", "--dataset-option", "test=8"),
    )
    assert process.returncode == 0, process.stderr
    assert "test threshold accuracy" in process.stdout
    for hook, reason in (("callbacks", "no callbacks"), ("run_finished", "no end")):
        assert f"modelzoo_{hook} raised OSError: {reason}" in process.stderr


@pytest.mark.parametrize("name", FAILING)
def test_strict_mode_makes_it_an_error(environment, name):
    process = environment.process(
        *("-m", "modelzoo", "plugins"),
        MODELZOO_STRICT_PLUGINS="1",
        MODELZOO_PLUGINS=f"tf-modelzoo,modelzoo-{name}",
    )
    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr == (
        f"Error: Plugin {name!r} of modelzoo-{name} 1.0 failed: {BROKEN[name].remark}.\n"
    )


def test_strict_mode_has_nothing_against_a_name_that_another_has(environment):
    process = environment.process(
        *("-m", "modelzoo", "plugins"),
        MODELZOO_STRICT_PLUGINS="1",
        MODELZOO_PLUGINS="tf-modelzoo,modelzoo-builtin,modelzoo-twin,modelzoo-other",
    )
    assert process.returncode == 0
