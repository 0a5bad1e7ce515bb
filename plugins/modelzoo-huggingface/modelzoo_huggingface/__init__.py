"""The Hugging Face Hub for modelzoo: datasets by name, and weights pushed and pulled.

Nothing heavy is imported before something is asked of the Hub.

Example:
    >>> import modelzoo_huggingface
    >>> sorted(modelzoo_huggingface.__all__)
    ['HubError', 'Pushed', 'pull', 'push']
"""

from typing import TYPE_CHECKING, Any

from modelzoo.registry import load_reference

if TYPE_CHECKING:
    from modelzoo_huggingface.hub import HubError
    from modelzoo_huggingface.pulling import pull
    from modelzoo_huggingface.pushing import Pushed, push

_LAZY = {
    "HubError": "modelzoo_huggingface.hub",
    "Pushed": "modelzoo_huggingface.pushing",
    "pull": "modelzoo_huggingface.pulling",
    "push": "modelzoo_huggingface.pushing",
}

__all__ = ["HubError", "Pushed", "pull", "push"]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = load_reference(f"{_LAZY[name]}:{name}", needed_by=f"modelzoo_huggingface.{name}")
    globals()[name] = value
    return value
