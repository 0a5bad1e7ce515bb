"""What a plugin did wrong, in one line for people, with what to do where that is known."""

from __future__ import annotations

from modelzoo.errors import HeavyImportError, ModelZooError
from modelzoo.registry.libraries import install_command, missing_library
from modelzoo.version import __version__

_OURS = __name__.partition(".")[0]


def fault_line(error: BaseException, *, doing: str, module: str) -> str:
    """One line that says what went wrong in a plugin.

    Args:
        error: What was raised.
        doing: What the plugin was asked for: a hook's name, or ``"importing acme_zoo.plugin"``.
        module: What the plugin's entry point names.

    Example:
        >>> fault_line(OSError("no disk"), doing="modelzoo_models", module="acme_zoo.plugin")
        'modelzoo_models raised OSError: no disk'
    """
    text = _text(error)
    if isinstance(error, HeavyImportError):
        return text
    if isinstance(error, ModelZooError):
        return f"{doing}: {text}".rstrip(".")
    library = missing_library(error, module)
    if library:
        return f"needs the library {library!r}, which is not installed: {install_command(library)}"
    name = type(error).__name__
    line = f"{doing} raised {name}: {text}" if text else f"{doing} raised {name}"
    if isinstance(error, ImportError) and str(error.name).partition(".")[0] == _OURS:
        line += f". It may need a newer tf-modelzoo than {__version__}: pip install -U tf-modelzoo"
    return line


def _text(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())
    except Exception:
        return "(an error that can't be shown)"
