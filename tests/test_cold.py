"""Asking what there is must not import what takes seconds."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "modelzoo"
HEAVY = {"tensorflow", "keras", "numpy", "matplotlib", "h5py", "PIL"}


def imported_by(*arguments: str) -> set[str]:
    """The top-level modules that a new Python imports when it is run with these arguments."""
    process = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr[-2000:]
    lines = [line for line in process.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_the_measurement_sees_an_import():
    assert "json" in imported_by("-c", "import json")


@pytest.mark.parametrize(
    "question",
    [
        "list_models()",
        "list_models('*mini', task='binary')",
        "list_datasets()",
        "list_tasks()",
        "list_recipes()",
        "list_exporters()",
        "list_plugins()",
        "find('model', 'mobilenet_v1_mini').spec.to_dict()",
        "find('recipe', 'fashion_mnist_seed')",
        "__all__",
        "__version__",
        "errors",
        "hookimpl",
    ],
)
def test_a_question_imports_nothing_heavy(question):
    assert imported_by("-c", f"import modelzoo; modelzoo.{question}").isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["--version"],
        ["list"],
        ["list", "--json"],
        ["list", "datasets"],
        ["info", "mobilenet_v1_mini"],
        ["plugins"],
        ["train", "--help"],
        ["predict", "--help"],
        ["bench", "--help"],
    ],
    ids=" ".join,
)
def test_a_command_imports_nothing_heavy(command):
    assert imported_by("-m", "modelzoo", *command).isdisjoint(HEAVY)


def test_an_incompatible_combination_is_refused_before_anything_heavy_is_imported():
    code = """
import modelzoo
try:
    modelzoo.Trainer("mobilenet_v1_mini", "fashion_mnist", "regression")
except modelzoo.errors.IncompatibleError:
    pass
else:
    raise SystemExit("not refused")
"""
    assert imported_by("-c", code).isdisjoint({"tensorflow", "keras"})


def executed_at_import(body: list[ast.stmt]) -> list[ast.stmt]:
    """The import statements that run when a module is imported, not those inside functions."""
    found = []
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            found += executed_at_import(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for field in ("body", "orelse", "finalbody"):
                found += executed_at_import(getattr(node, field, []))
            for handler in getattr(node, "handlers", []):
                found += executed_at_import(handler.body)
    return found


def file_of(module: str) -> Path | None:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return next(
        (each for each in (path / "__init__.py", path.with_suffix(".py")) if each.is_file()), None
    )


def imports_of(module: str) -> set[str]:
    """The modules that ``module`` names in what it imports at its own import."""
    names = set()
    for node in executed_at_import(ast.parse(file_of(module).read_text("utf-8")).body):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        else:
            names.add(node.module)
            names |= {f"{node.module}.{each.name}" for each in node.names}
    return {each for each in names if file_of(each) or not each.startswith("modelzoo")}


def reachable(module: str) -> dict[str, str]:
    """All modules that importing ``module`` leads to, each with the module that names it."""
    found = {module: ""}
    waiting = [module]
    while waiting:
        current = waiting.pop()
        if file_of(current) is None:
            continue
        parents = current.split(".")[:-1]
        for each in {
            *imports_of(current),
            *[".".join(parents[:n]) for n in range(1, len(parents))],
        }:
            if each not in found:
                found[each] = current
                waiting.append(each)
    return found


def module_name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PLUGINS = sorted(map(module_name, PACKAGE.glob("builtin/*/plugin.py")))
COLD = [
    "modelzoo",
    "modelzoo.errors",
    "modelzoo.version",
    *sorted(map(module_name, PACKAGE.glob("registry/*.py"))),
    *sorted(map(module_name, PACKAGE.glob("cli/*.py"))),
    *PLUGINS,
]


@pytest.mark.parametrize("module", COLD)
def test_no_statement_of_a_cold_module_leads_to_a_heavy_library(module):
    ways = {
        name: source
        for name, source in reachable(module).items()
        if name.partition(".")[0] in HEAVY
    }
    assert ways == {}


def test_a_statement_that_leads_to_a_heavy_library_would_be_seen():
    assert "numpy" in reachable("modelzoo.data.source")


def test_every_built_in_plugin_is_a_module_that_is_there():
    from modelzoo.registry.installed import BUILTIN_PLUGINS

    assert sorted(BUILTIN_PLUGINS.values()) == PLUGINS


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_built_in_plugin_imports_only_the_registry_of_ours(plugin):
    tree = ast.parse(file_of(plugin).read_text("utf-8"))
    modules = {
        name
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    ours = {each for each in modules if each.startswith(("modelzoo", "."))}
    assert {each for each in ours if not each.startswith("modelzoo.registry")} == set()


def test_every_built_in_plugin_loads():
    code = "import json, modelzoo; print(json.dumps([[p.name, p.reason] for p in "
    code += "modelzoo.list_plugins() if p.distribution == 'tf-modelzoo' and p.reason]))"
    process = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True)
    assert json.loads(process.stdout) == []
