"""The checks of any spec: that it can be written down, and that what it names is there."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol

from modelzoo.registry import Entry, load_reference
from modelzoo.registry.heavy import HEAVY_LIBRARIES
from modelzoo.testing.check import as_checks
from modelzoo.testing.serialised import restored

__all__ = ["SPEC_CHECKS", "SpecSubject", "check_cold"]


class SpecSubject(Protocol):
    """What these checks need of a subject."""

    @property
    def entry(self) -> Entry[Any]:
        """The spec, and where it came from."""


def spec_as_json(subject: SpecSubject) -> None:
    """The spec can be written as JSON and read back as the same."""
    spec = subject.entry.spec
    plain = spec.to_dict()
    read = json.loads(json.dumps(plain, allow_nan=False))
    assert read == plain, (
        f"the spec is {plain!r}, and {read!r} after it was written as JSON and read: the keys of "
        "mappings have to be strings"
    )
    again = restored(type(spec), read).to_dict()
    assert again == plain, f"the spec is {plain!r}, and {again!r} when it is made of that again"


def references_found(subject: SpecSubject) -> None:
    """The code that the spec names by strings is there and can be called."""
    for where, reference in _references(subject.entry.spec):
        found = load_reference(reference, needed_by=where)
        assert callable(found), (
            f"{where} names {reference!r}, which is {type(found).__name__}, expected a function "
            "or a class"
        )


def cold_import(subject: SpecSubject) -> None:
    """Its plugin answers what it offers without importing a heavy library, in a new process."""
    about = subject.entry.provenance
    check_cold(about.plugin, about.module)


def check_cold(plugin: str, module: str) -> None:
    """Raise where a plugin, asked for specs and commands in a new process, is not cold.

    Args:
        plugin: The plugin's name.
        module: Its module.

    Raises:
        AssertionError: It fails there, or imports a heavy library.
    """
    answer = _asked_cold(plugin, module)
    well = answer["status"] == "loaded" and not answer["reason"]
    assert well, f"in a new process plugin {plugin!r} ({module}) fails: {answer['reason']}"
    assert not answer["heavy"], (
        f"plugin {plugin!r} ({module}) imports {', '.join(answer['heavy'])}: every command waits "
        "for that. Move the import into the code that a spec's 'package.module:attribute' names."
    )


def _references(spec: Any) -> Iterator[tuple[str, str]]:
    for each in (spec, *getattr(spec, "weights", ())):
        for field in dataclasses.fields(each):
            if field.name in ("builder", "loader", "task", "exporter", "converter", "fetcher"):
                value = getattr(each, field.name)
                # The task of a dataset or of weights is a name.
                if value and (field.name != "task" or ":" in value):
                    yield f"{type(each).__name__} {each.name!r}: {field.name}", value


# Once for all specs of a plugin.
@cache
def _asked_cold(plugin: str, module: str) -> dict[str, Any]:
    process = subprocess.run(
        [sys.executable, "-m", __name__, plugin, module],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        answer: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        last = (process.stderr.strip().splitlines() or ["no message"])[-1]
        return {"status": "failed", "reason": f"the process ended with {last!r}", "heavy": []}
    return answer


def _answer(plugin: str, module: str) -> dict[str, Any]:
    """What becomes of a plugin in this process, and which heavy libraries are here then."""
    import warnings
    from importlib.metadata import EntryPoint

    from modelzoo.registry import PluginHost

    warnings.simplefilter("ignore")
    point = EntryPoint(plugin, module, "modelzoo")
    host = PluginHost(builtins={}, installed=[point], environ={})
    [record] = host.records
    for _ in host.commands():
        pass
    there = {name.partition(".")[0] for name in sys.modules}
    return {
        "status": record.status,
        "reason": record.reason,
        "heavy": sorted(HEAVY_LIBRARIES & there),
    }


SPEC_CHECKS = as_checks(spec_as_json, references_found, cold_import)


if __name__ == "__main__":
    print(json.dumps(_answer(*sys.argv[1:])))
