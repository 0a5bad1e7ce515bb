"""What pytest loads in every environment that has this package; it imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_MARK = "modelzoo_checks"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known that :func:`modelzoo.testing.parametrize_with_checks` sets."""
    config.addinivalue_line(
        "markers", f"{_MARK}(names, kind, inputs): set by parametrize_with_checks"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test for each check of what the marker names."""
    mark = metafunc.definition.get_closest_marker(_MARK)
    if mark is not None:
        from modelzoo.testing.parametrize import bound_checks

        metafunc.parametrize("check", list(bound_checks(*mark.args)))
