"""The examples in the docstrings are run."""

import doctest
import importlib
from pathlib import Path

import pytest

import modelzoo

PACKAGE = Path(modelzoo.__file__).parent
MODULES = sorted(
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in PACKAGE.rglob("*.py")
    if file.name != "__main__.py" and ">>> " in file.read_text("utf-8")
)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_true(module, cache, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(
        importlib.import_module(module),
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert result.attempted > 0
    assert result.failed == 0
