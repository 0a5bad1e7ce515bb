import importlib.util
import sys
import threading

import pytest

from modelzoo.errors import HeavyImportError
from modelzoo.registry import heavy
from modelzoo.registry.heavy import HEAVY_LIBRARIES, no_heavy_imports


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A small stand-in for a heavy library, and a folder for modules that import it."""
    (tmp_path / "heavy_stand_in").mkdir()
    (tmp_path / "heavy_stand_in" / "__init__.py").touch()
    (tmp_path / "heavy_stand_in" / "part.py").touch()
    (tmp_path / "light_module.py").write_text(
        "try:\n    import heavy_stand_in\nexcept ImportError:\n    heavy_stand_in = None\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(heavy, "HEAVY_LIBRARIES", frozenset({"heavy_stand_in"}))
    yield tmp_path
    for name in ("heavy_stand_in", "heavy_stand_in.part", "light_module"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["tensorflow", "keras", "numpy", "matplotlib", "h5py", "PIL"])
def test_the_libraries_this_package_waits_for_are_heavy(name):
    assert name in HEAVY_LIBRARIES


def test_a_heavy_import_is_refused(library):
    with pytest.raises(HeavyImportError, match="imports 'heavy_stand_in'"), no_heavy_imports():
        import heavy_stand_in  # noqa: F401


def test_a_part_of_a_heavy_library_is_refused(library):
    with pytest.raises(HeavyImportError), no_heavy_imports():
        import heavy_stand_in.part  # noqa: F401


def test_the_refusal_says_what_to_do(library):
    with pytest.raises(HeavyImportError, match="Move the import into the code"), no_heavy_imports():
        import heavy_stand_in  # noqa: F401


def test_a_swallowed_refusal_is_raised_again(library):
    with pytest.raises(HeavyImportError), no_heavy_imports():
        import light_module  # noqa: F401


def test_a_module_that_swallowed_the_refusal_is_imported_anew_afterwards(library):
    with pytest.raises(HeavyImportError), no_heavy_imports():
        import light_module
    import light_module

    assert light_module.heavy_stand_in is not None


@pytest.mark.parametrize("error", [RuntimeError, SystemExit])
def test_the_refusal_is_named_where_the_code_turned_it_into_another_error(library, error):
    (library / "light_module.py").write_text(
        f"try:\n    import heavy_stand_in\nexcept ImportError:\n    raise {error.__name__}\n"
    )
    with pytest.raises(HeavyImportError), no_heavy_imports():
        import light_module  # noqa: F401


def test_an_error_that_has_nothing_to_do_with_it_comes_through(library):
    with pytest.raises(ZeroDivisionError), no_heavy_imports():
        _ = 1 / 0


def test_what_was_imported_before_is_let_through(library):
    import heavy_stand_in

    with no_heavy_imports():
        import heavy_stand_in.part  # noqa: F401


def test_asking_whether_a_library_is_installed_is_no_import(library):
    with no_heavy_imports():
        assert importlib.util.find_spec("heavy_stand_in") is not None


def test_a_library_that_is_not_installed_is_simply_not_there(monkeypatch):
    monkeypatch.setattr(heavy, "HEAVY_LIBRARIES", frozenset({"no_such_library"}))
    with pytest.raises(ModuleNotFoundError), no_heavy_imports():
        import no_such_library  # noqa: F401


def test_another_thread_may_import_what_it_likes(library):
    with no_heavy_imports():
        thread = threading.Thread(target=lambda: __import__("heavy_stand_in"))
        thread.start()
        thread.join()
    assert "heavy_stand_in" in sys.modules


def test_everything_may_be_imported_afterwards(library):
    before = list(sys.meta_path)
    with pytest.raises(HeavyImportError), no_heavy_imports():
        import heavy_stand_in
    import heavy_stand_in  # noqa: F401

    assert sys.meta_path == before
