"""The plugin host: finds plugins, keeps each one's failure to itself, and calls their hooks."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from importlib.metadata import EntryPoint
from typing import Any

import pluggy

from modelzoo.errors import InvalidSpecError, PluginError, PluginWarning, UnknownNameError
from modelzoo.registry import hookspecs
from modelzoo.registry.entries import BUILTIN_DISTRIBUTION, Entry
from modelzoo.registry.heavy import no_heavy_imports
from modelzoo.registry.installed import BUILTIN_PLUGINS, ENTRY_POINT_GROUP, installed_plugins
from modelzoo.registry.names import Kind, is_name, normalise_distribution
from modelzoo.registry.plugin_loading import PluginLoader, PluginLoadingError
from modelzoo.registry.records import PluginRecord, block_reason
from modelzoo.registry.registry import Registry
from modelzoo.version import __version__

# Loading longer than this is noticed at every command; a plugin of specs takes milliseconds.
_SLOW_SECONDS = 1.0


class PluginHost:
    """Discovers plugins at the first query and calls their hooks one plugin at a time.

    Args:
        builtins: Module of each built-in plugin by its name.
        installed: Entry points of other distributions; default: those of this environment, found
            when the first question is asked.
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
            InvalidSpecError: There is no such kind.
            UnknownNameError: Nobody knows it, or a plugin says that there is none of that name in
                its family; names plugins that failed or are blocked.
            AmbiguousNameError: Two plugins claim it.
        """
        try:
            return self.registry.find(kind, name)
        except UnknownNameError as unknown:
            error = unknown
        try:
            resolved = self._resolve(kind, name) if isinstance(name, str) else None
        except UnknownNameError as refused:
            resolved, error = None, refused
        if resolved is not None:
            return resolved
        absent = [f"{r.name} ({r.status}: {r.reason})" for r in self.records if r.reason]
        note = f" Plugins that failed or are blocked: {'; '.join(absent)}." if absent else ""
        raise UnknownNameError(f"{error}{note}") from None

    def call(
        self,
        hook: str,
        *,
        cold: bool = False,
        distribution: str | None = None,
        answers: tuple[type[Exception], ...] = (),
        **arguments: Any,
    ) -> Iterator[tuple[PluginRecord, Any]]:
        """Call a hook of every plugin, one by one.

        A plugin that raises is warned about and left out of the answer; the others go on.

        Args:
            hook: The hook's name.
            cold: Refuse the import of heavy libraries while the hook runs.
            distribution: Call only the plugins of this distribution.
            answers: Errors that are an answer, too.
            **arguments: What the hook takes, by name.

        Yields:
            Each plugin's record, and what its hook returned or, of ``answers``, raised.
        """
        for record, implementation in self._implementations(hook):
            if distribution in (None, record.distribution):
                wanted = {name: arguments[name] for name in implementation.argnames}
                asked = partial(implementation.function, **wanted)
                yield from self._answer(record, hook, asked, cold=cold, answers=answers)

    def commands(self) -> Iterator[tuple[PluginRecord, Mapping[str, Any]]]:
        """Ask the plugins for the sub-commands that they add, one by one.

        A plugin that raises, or one of whose commands can't be made, is warned about and left out
        of the answer; the others go on.

        Yields:
            Each plugin's record, and its commands by name.
        """
        from modelzoo.registry import commands  # it imports typer

        for record, implementation in self._implementations(commands.HOOK):
            asked = partial(commands.made_commands, implementation)
            yield from self._answer(record, commands.HOOK, asked, cold=True)

    def _implementations(self, hook: str) -> Iterator[tuple[PluginRecord, pluggy.HookImpl]]:
        self._discover()
        by_plugin = {_registered_name(each): each for each in self._records}
        for each in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            yield by_plugin[each.plugin_name], each

    def _answer(
        self,
        record: PluginRecord,
        hook: str,
        asked: Callable[[], Any],
        *,
        cold: bool,
        answers: tuple[type[Exception], ...] = (),
    ) -> Iterator[tuple[PluginRecord, Any]]:
        try:
            with no_heavy_imports() if cold else nullcontext():
                answer = asked()
                if isinstance(answer, Iterator):
                    answer = list(answer)  # a generator's body runs, and fails, only now
        except answers as error:
            yield record, error
        except (Exception, SystemExit) as error:
            from modelzoo.registry.faults import fault_line

            self.report(record, fault_line(error, doing=hook, module=record.module), error)
        else:
            yield record, answer

    def report(self, record: PluginRecord, reason: str, error: BaseException | None = None) -> None:
        """Say what a plugin did wrong: warn of it once, and let its record have the reason.

        Args:
            record: The plugin.
            reason: What it did, in one line without a full stop.
            error: What it raised, if that is it.

        Raises:
            PluginError: ``MODELZOO_STRICT_PLUGINS`` asks for an error instead of a warning.
        """
        record.reason = reason
        message = (
            f"Plugin {record.name!r} of {record.distribution} {record.version} failed: {reason}"
        )
        if self._environ.get("MODELZOO_STRICT_PLUGINS") == "1":
            raise PluginError(f"{message}.") from error
        if message not in self._warned:
            self._warned.add(message)
            warnings.warn(f"{message}. It was left out.", PluginWarning, stacklevel=2)

    def _resolve(self, kind: Kind, name: str) -> Entry[Any] | None:
        if any(each.family.pattern == name for each in self._registry.families(kind)):
            return None  # with its words in capitals it stands for names, and is none
        if not is_name(name):
            return None  # no spec may be called so, and a plugin would stumble over it
        from modelzoo.registry import resolving  # only a name that is not registered needs it

        def ask(name: str, distribution: str | None) -> Iterator[tuple[PluginRecord, Any]]:
            return self.call(
                resolving.HOOK,
                cold=True,
                distribution=distribution,
                answers=(UnknownNameError,),
                kind=kind,
                name=name,
            )

        return resolving.resolve(kind, name, ask=ask, report=self.report)

    def _forget(self) -> None:
        self._discovered = False
        self._records: list[PluginRecord] = []
        self._warned: set[str] = set()
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
                for point in self._installed_entry_points():
                    self._add(point, _distribution(point))
                for record in self._records:
                    if record.status == "loaded" and not record.provenance.builtin:
                        record.conflicts = self._registry.conflicts(record.provenance)
            except BaseException:
                self._forget()
                raise

    def _installed_entry_points(self) -> list[EntryPoint]:
        if self._installed is not None:
            points, unreadable = list(self._installed), dict[str, str]()
        else:
            points, unreadable = installed_plugins()
        for distribution, reason in unreadable.items():
            record = PluginRecord(
                name=distribution, distribution=distribution, version="unknown", module=""
            )
            self._records.append(record)
            self._fail(record, reason)
        return sorted(points, key=lambda point: (_distribution(point), point.name))

    def _add(self, point: EntryPoint, distribution: str) -> None:
        record = PluginRecord(
            name=point.name,
            distribution=distribution,
            version=_version(point, distribution),
            module=point.value,
        )
        self._records.append(record)
        record.reason = block_reason(record, self._environ)
        if record.reason:
            record.status = "blocked"
            return
        started = time.perf_counter()
        try:
            self._register(point, record)
        except PluginLoadingError as fault:
            self._fail(record, str(fault), fault)
        finally:
            seconds = time.perf_counter() - started
            record.milliseconds = 1e3 * seconds
        if seconds > _SLOW_SECONDS and not record.provenance.builtin:
            warnings.warn(
                f"Plugin {record.name!r} of {record.distribution} {record.version} took "
                f"{seconds:.1f} s to load, which every command waits for. "
                f"MODELZOO_BLOCK_PLUGINS={record.name} leaves it out.",
                PluginWarning,
                stacklevel=2,
            )

    def _register(self, point: EntryPoint, record: PluginRecord) -> None:
        loader = PluginLoader(self._manager, point, _registered_name(record))
        # What is built in is held to this by the import contracts, and is not slowed down.
        offer = loader.load(guarded=not record.provenance.builtin)
        try:
            # After the guard had its last word, since nothing is taken out of the registry again.
            record.counts = self._registry.add(record.provenance, offer.specs, offer.families)
        except InvalidSpecError as error:
            loader.take_back()
            raise PluginLoadingError(str(error).rstrip(".")) from error
        record.families = len(offer.families)

    def _fail(self, record: PluginRecord, reason: str, error: BaseException | None = None) -> None:
        record.status = "failed"
        self.report(record, reason, error)


def _registered_name(record: PluginRecord) -> str:
    return f"{record.distribution}:{record.name}"


def _distribution(point: EntryPoint) -> str:
    return normalise_distribution(point.dist.name if point.dist else "unknown")


def _version(point: EntryPoint, distribution: str) -> str:
    if point.dist:
        return point.dist.version
    return __version__ if distribution == BUILTIN_DISTRIBUTION else "unknown"
