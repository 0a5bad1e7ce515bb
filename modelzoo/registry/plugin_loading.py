"""From an entry point to a plugin that is registered and has said what it offers."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.metadata import EntryPoint

import pluggy

from modelzoo.registry.families import Family
from modelzoo.registry.heavy import no_heavy_imports
from modelzoo.registry.names import KINDS, Kind, closest
from modelzoo.registry.specs import SPEC_TYPES
from modelzoo.version import __version__


class PluginLoadingError(Exception):
    """Ends the loading of a plugin; its text is the line for people, its cause what was raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a plugin's hooks returned: specs by their kind, and families; none is checked yet."""

    specs: dict[Kind, list[object]]
    families: list[object]


class PluginLoader:
    """Loads, registers and asks one plugin; what became of it is the caller's to record.

    Args:
        manager: Where plugins are registered.
        point: The plugin's entry point.
        registered_as: The name that it is registered by.
    """

    def __init__(
        self, manager: pluggy.PluginManager, point: EntryPoint, registered_as: str
    ) -> None:
        self._manager = manager
        self._point = point
        self._registered_as = registered_as
        self._doing = f"importing {point.value}"

    def load(self, *, guarded: bool) -> Offer:
        """Load the plugin, register it and ask it what it offers; where it fails, it is not there.

        Args:
            guarded: Refuse the import of heavy libraries meanwhile.

        Raises:
            PluginLoadingError: It failed, or needs another version of this package; the text is
                one line for people.
        """
        if self._manager.has_plugin(self._registered_as):
            raise PluginLoadingError("its distribution has another plugin of that name")
        try:
            self._refuse_unmet_requirement()
            with no_heavy_imports() if guarded else nullcontext():
                return self._register(self._point.load())
        except (Exception, SystemExit) as error:
            self.take_back()
            if isinstance(error, PluginLoadingError):
                raise
            from modelzoo.registry.faults import fault_line  # where all is well, nobody needs it

            line = fault_line(error, doing=self._doing, module=self._point.value)
            raise PluginLoadingError(line) from error
        except BaseException:
            self.take_back()
            raise

    def take_back(self) -> None:
        """Let it be as if the plugin had never been registered."""
        if self._manager.has_plugin(self._registered_as):
            self._manager.unregister(name=self._registered_as)

    def _refuse_unmet_requirement(self) -> None:
        if self._point.dist is None:
            return
        from modelzoo.registry.requirements import unmet_requirement  # not for built-in ones

        unmet = unmet_requirement(self._point.dist)
        if unmet:
            raise PluginLoadingError(unmet)

    def _register(self, plugin: object) -> Offer:
        self._doing = "registering it"
        if self._manager.is_registered(plugin):
            raise PluginLoadingError(f"{self._point.value} is the module of another plugin, too")
        self._manager.register(plugin, name=self._registered_as)
        self._check_hooks(plugin)
        specs = {kind: self._ask(plugin, f"modelzoo_{kind}s", SPEC_TYPES[kind]) for kind in KINDS}
        return Offer(specs=specs, families=self._ask(plugin, "modelzoo_families", Family))

    def _check_hooks(self, plugin: object) -> None:
        callers = self._manager.get_hookcallers(plugin)
        if not callers:
            raise PluginLoadingError(
                "it implements no hook: mark functions with @modelzoo.hookimpl"
            )
        for caller in callers:
            for each in caller.get_hookimpls():
                if each.plugin is not plugin:
                    continue
                if not caller.has_spec() and not each.optionalhook:
                    raise PluginLoadingError(self._unknown_hook(caller.name))
                # A wrapper sees and changes what other plugins answer.
                if each.wrapper or each.hookwrapper:
                    raise PluginLoadingError(
                        f"{caller.name} is a hook wrapper; those are not called"
                    )

    def _unknown_hook(self, name: str) -> str:
        message = f"implements {name}, which is no hook of tf-modelzoo {__version__}"
        known = [each.name for each in vars(self._manager.hook).values() if each.has_spec()]
        matches = closest(name, known)
        if matches:
            return f"{message}; {matches[0]} is one"
        return f"{message}. It may need a newer one: pip install -U tf-modelzoo"

    def _ask(self, plugin: object, hook: str, wanted: type) -> list[object]:
        self._doing = hook
        return [
            each
            for implementation in getattr(self._manager.hook, hook).get_hookimpls()
            if implementation.plugin is plugin
            for each in _listed(hook, implementation.function(), wanted)
        ]


def _listed(hook: str, answer: object, wanted: type) -> list[object]:
    """What a hook returned as a list, where it is an iterable of single things."""
    if isinstance(answer, Iterable) and not isinstance(answer, str | bytes | Mapping):
        return list(answer)
    raise PluginLoadingError(
        f"{hook} returned {reprlib.repr(answer)}, expected an iterable of {wanted.__name__}"
    )
