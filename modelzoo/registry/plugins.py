"""The plugin host: finds plugins, keeps each one's failure to itself, and calls their hooks."""

from __future__ import annotations

import fnmatch
import importlib
import os
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import pluggy

from modelzoo.errors import (
    InvalidSpecError,
    ModelZooError,
    PluginError,
    PluginWarning,
    UnknownNameError,
)
from modelzoo.registry import hookspecs
from modelzoo.registry.heavy import no_heavy_imports
from modelzoo.registry.names import KINDS, Kind, normalise_distribution
from modelzoo.registry.registry import (
    BUILTIN_DISTRIBUTION,
    Entry,
    Provenance,
    Registry,
    checked_entry,
)
from modelzoo.version import __version__

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


@dataclass(slots=True, kw_only=True)
class PluginRecord:
    """What became of one plugin.

    Attributes:
        name: The entry point's name.
        distribution: The distribution that brought it.
        version: That distribution's version.
        module: What the entry point names.
        status: ``"loaded"``, ``"failed"`` or ``"blocked"``.
        reason: One line: why it failed or what blocks it; empty for a loaded one.
        milliseconds: How long it took to load and ask.
        counts: How many specs of each kind it registered.
    """

    name: str
    distribution: str
    version: str
    module: str
    status: Literal["loaded", "failed", "blocked"] = "loaded"
    reason: str = ""
    milliseconds: float = 0.0
    counts: dict[Kind, int] = field(default_factory=dict)

    @property
    def provenance(self) -> Provenance:
        """The provenance of its specs."""
        return Provenance(
            distribution=self.distribution,
            version=self.version,
            plugin=self.name,
            module=self.module,
        )


class PluginHost:
    """Discovers plugins at the first query and calls their hooks one plugin at a time.

    Args:
        builtins: Module of each built-in plugin by its name.
        installed: Entry points of other distributions; default: those of this environment.
        environ: Where ``MODELZOO_PLUGINS`` (names or distributions to allow, comma-separated,
            wildcards welcome), ``MODELZOO_BLOCK_PLUGINS`` (likewise to block) and
            ``MODELZOO_STRICT_PLUGINS`` (``1``: raise instead of warn) are read.
    """

    def __init__(
        self,
        *,
        builtins: Mapping[str, str] = BUILTIN_PLUGINS,
        installed: Iterable[EntryPoint] | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._builtins = builtins
        self._installed = installed
        self._environ = environ
        self._lock = threading.RLock()
        self._forget()

    @property
    def registry(self) -> Registry:
        """The registry, filled."""
        self._discover()
        return self._registry

    @property
    def records(self) -> list[PluginRecord]:
        """What became of each plugin, built-in ones first."""
        self._discover()
        return list(self._records)

    def find(self, kind: Kind, name: str) -> Entry[Any]:
        """The entry for a name, registered or of an open-ended family.

        Raises:
            UnknownNameError: Nobody knows it; names plugins that failed or are blocked.
            AmbiguousNameError: Two plugins claim it.
        """
        if kind not in KINDS:
            raise InvalidSpecError(f"{kind!r} is not a kind of spec, expected one of {KINDS}.")
        try:
            return self.registry.find(kind, name)
        except UnknownNameError as error:
            resolved = self._resolve(kind, name)
            if resolved is not None:
                return resolved
            absent = [f"{r.name} ({r.status}: {r.reason})" for r in self.records if r.reason]
            note = f" Plugins that are not there: {'; '.join(absent)}." if absent else ""
            raise UnknownNameError(f"{error}{note}") from None

    def call(
        self, hook: str, *, cold: bool = False, **arguments: Any
    ) -> Iterator[tuple[PluginRecord, Any]]:
        """Call a hook of every plugin, one by one.

        A plugin that raises is warned about and left out of the answer; the others go on.

        Args:
            hook: The hook's name.
            cold: Refuse the import of heavy libraries while the hook runs.
            **arguments: What the hook takes, by name.

        Yields:
            Each plugin's record and what its hook returned.
        """
        self._discover()
        by_plugin = {f"{r.distribution}:{r.name}": r for r in self._records}
        for implementation in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            record = by_plugin[implementation.plugin_name]
            wanted = {name: arguments[name] for name in implementation.argnames}
            try:
                with no_heavy_imports() if cold else nullcontext():
                    answer = implementation.function(**wanted)
            except (Exception, SystemExit) as error:
                self._report(record, f"{hook} raised {_one_line(error)}", error)
            else:
                yield record, answer

    def _resolve(self, kind: Kind, name: str) -> Entry[Any] | None:
        for record, spec in self.call("modelzoo_resolve", cold=True, kind=kind, name=name):
            if spec is None:
                continue
            try:
                return checked_entry(kind, spec, record.provenance, open_ended=True)
            except InvalidSpecError as error:
                self._report(record, f"modelzoo_resolve: {_one_line(error)}", error)
        return None

    def _forget(self) -> None:
        self._discovered = False
        self._records: list[PluginRecord] = []
        self._registry = Registry()
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    def _discover(self) -> None:
        with self._lock:
            if self._discovered:
                return
            # Set first: a plugin that queries the registry while it is asked sees what is there.
            self._discovered = True
            try:
                for name, module in self._builtins.items():
                    self._add(EntryPoint(name, module, ENTRY_POINT_GROUP), BUILTIN_DISTRIBUTION)
                for point in self._sorted_entry_points():
                    self._add(point, _distribution(point))
            except BaseException:
                self._forget()
                raise

    def _sorted_entry_points(self) -> list[EntryPoint]:
        points = self._installed
        if points is None:
            points = entry_points(group=ENTRY_POINT_GROUP)
        return sorted(points, key=lambda point: (_distribution(point), point.name))

    def _add(self, point: EntryPoint, distribution: str) -> None:
        record = PluginRecord(
            name=point.name,
            distribution=distribution,
            version=_version(point, distribution),
            module=point.value,
        )
        self._records.append(record)
        record.reason = self._block_reason(record)
        if record.reason:
            record.status = "blocked"
            return
        started = time.perf_counter()
        builtin = distribution == BUILTIN_DISTRIBUTION
        registered_as = f"{distribution}:{point.name}"
        try:
            # What is built in is held to this by the import contracts, and is not slowed down.
            with nullcontext() if builtin else no_heavy_imports():
                plugin = importlib.import_module(point.value) if builtin else point.load()
                self._manager.register(plugin, name=registered_as)
                self._refuse_wrappers(plugin)
                self._manager.check_pending()
                record.counts = self._registry.add(record.provenance, self._specs_of(plugin))
        except (Exception, SystemExit) as error:
            if self._manager.has_plugin(registered_as):
                self._manager.unregister(name=registered_as)
            record.status = "failed"
            self._report(record, _one_line(error), error)
        record.milliseconds = 1e3 * (time.perf_counter() - started)

    def _block_reason(self, record: PluginRecord) -> str:
        allowed = _patterns(self._environ, "MODELZOO_PLUGINS")
        if allowed and not _matches(record, allowed):
            return "not named in MODELZOO_PLUGINS"
        if _matches(record, _patterns(self._environ, "MODELZOO_BLOCK_PLUGINS")):
            return "named in MODELZOO_BLOCK_PLUGINS"
        return ""

    def _refuse_wrappers(self, plugin: object) -> None:
        # A wrapper sees and changes what other plugins answer.
        for caller in self._manager.get_hookcallers(plugin) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin and (
                    implementation.wrapper or implementation.hookwrapper
                ):
                    raise InvalidSpecError(f"{caller.name} is a hook wrapper; those are not called")

    def _specs_of(self, plugin: object) -> dict[Kind, Any]:
        return {
            kind: implementation.function()
            for kind in KINDS
            for implementation in getattr(self._manager.hook, f"modelzoo_{kind}s").get_hookimpls()
            if implementation.plugin is plugin
        }

    def _report(
        self, record: PluginRecord, reason: str, error: BaseException | None = None
    ) -> None:
        record.reason = reason
        message = (
            f"Plugin {record.name!r} of {record.distribution} {record.version} failed: {reason}"
        )
        if self._environ.get("MODELZOO_STRICT_PLUGINS") == "1":
            raise PluginError(message) from error
        warnings.warn(f"{message}. It was left out.", PluginWarning, stacklevel=2)


def _distribution(point: EntryPoint) -> str:
    return normalise_distribution(point.dist.name if point.dist else "unknown")


def _version(point: EntryPoint, distribution: str) -> str:
    if point.dist:
        return point.dist.version
    return __version__ if distribution == BUILTIN_DISTRIBUTION else "unknown"


def _patterns(environ: Mapping[str, str], variable: str) -> list[str]:
    return [each.strip() for each in environ.get(variable, "").split(",") if each.strip()]


def _matches(record: PluginRecord, patterns: Iterable[str]) -> bool:
    return any(
        fnmatch.fnmatchcase(record.name, pattern)
        or fnmatch.fnmatchcase(record.distribution, normalise_distribution(pattern))
        for pattern in patterns
    )


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, ModelZooError):
        return text.rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
