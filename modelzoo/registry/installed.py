"""Which plugins there are: those that are built in, and those that distributions announce."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import Distribution, EntryPoint, distribution, distributions

ENTRY_POINT_GROUP = "modelzoo"

BUILTIN_PLUGINS: Mapping[str, str] = {
    name: f"modelzoo.builtin.{name}.plugin"
    for name in (
        "cats_vs_dogs",
        "cifar10",
        "fashion_mnist",
        "image_folder",
        "mnist",
        "mobilenet_v1",
        "npz",
        "savedmodel",
        "shapes",
        "tasks",
    )
}


def installed_plugins() -> tuple[list[EntryPoint], dict[str, str]]:
    """The entry points of this environment, read one distribution at a time.

    Unlike ``importlib.metadata.entry_points``, which raises for everybody where the metadata of
    any distribution are damaged.

    Returns:
        The entry points of the group ``modelzoo``, and for each distribution that announces some
        in a way that can't be read, the reason.

    Example:
        >>> points, unreadable = installed_plugins()
        >>> all(point.group == "modelzoo" for point in points)
        True
    """
    points: list[EntryPoint] = []
    unreadable: dict[str, str] = {}
    for name in sorted({_name(each) for each in distributions() if _announces_plugins(each)}):
        try:
            # Of two copies on the path, the one that Python imports from.
            points += distribution(name).entry_points.select(group=ENTRY_POINT_GROUP)
        except Exception as error:
            unreadable[name] = f"its entry_points.txt can't be read: {type(error).__name__}"
    return points, unreadable


def _announces_plugins(candidate: Distribution) -> bool:
    try:
        text = candidate.read_text("entry_points.txt") or ""
    except Exception:
        return False
    return any(line.strip() == f"[{ENTRY_POINT_GROUP}]" for line in text.splitlines())


def _name(candidate: Distribution) -> str:
    try:
        return candidate.name or "unknown"
    except Exception:
        # The metadata are gone, as after an interrupted removal.
        return "unknown"
