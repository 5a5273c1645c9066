"""The plugin host, and the only file that knows pluggy's manager.

pluggy loses every plugin's answer when one raises. So each implementation is called by itself: a
plugin that raises (SystemExit and native panics, too), is misspelt or needs a missing package is
blocked with its reason, and costs nothing else.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import pluggy

from qwendesk.api import hookspecs
from qwendesk.api.exporting import ExporterSpec
from qwendesk.api.health import HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.prompts import PromptTemplate
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.api.sources import SourceSpec

GROUP = "qwendesk"
_BUILT_IN = "qwendesk"
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PluginReport:
    """One plugin: where it comes from, what it gives, or why it does not."""

    name: str
    package: str
    version: str
    built_in: bool
    state: Literal["active", "blocked", "off"]
    hooks: tuple[str, ...] = ()
    problem: Note | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An entry point: a name and the way to import it."""

    name: str
    package: str
    version: str
    load: Callable[[], Any]


def installed() -> list[Found]:
    """Every installed entry point of the group; nothing is imported yet."""
    found = [_found(one) for one in importlib.metadata.entry_points(group=GROUP)]
    return sorted(found, key=lambda one: one.name)


def _found(point: importlib.metadata.EntryPoint) -> Found:
    package = point.dist.name if point.dist else ""
    return Found(point.name, package, point.dist.version if point.dist else "", point.load)


class Plugins:
    """Loads plugins and collects what they contribute."""

    def __init__(self, found: Iterable[Found], allowed: Iterable[str]) -> None:
        """`allowed` names the third-party plugins that the user switched on."""
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._hooks = {
            name for name, _ in inspect.getmembers(hookspecs, inspect.isfunction) if _is_hook(name)
        }
        self._reports: dict[str, PluginReport] = {}
        permitted = set(allowed)
        # Ours first: a stranger cannot take a built-in plugin's name or ids by being found earlier.
        for one in sorted(found, key=lambda one: one.package != _BUILT_IN):
            self._load(one, permitted)

    def reports(self) -> list[PluginReport]:
        """Every plugin, also the blocked ones."""
        return list(self._reports.values())

    def runtimes(self) -> list[RuntimeSpec]:
        return self._collect("register_runtimes", RuntimeSpec, lambda spec: spec.id)

    def health_checks(self) -> list[HealthCheck]:
        return self._collect("register_health_checks", HealthCheck, lambda check: check.id)

    def model_sources(self) -> list[SourceSpec]:
        return self._collect("register_model_sources", SourceSpec, lambda spec: spec.id)

    def prompt_templates(self) -> list[PromptTemplate]:
        return self._collect("register_prompt_templates", PromptTemplate, lambda prompt: prompt.id)

    def exporters(self) -> list[ExporterSpec]:
        return self._collect("register_exporters", ExporterSpec, lambda spec: spec.id)

    def block(self, name: str, problem: Note) -> None:
        """Take a plugin out of service, for this reason."""
        self._manager.unregister(name=name)
        self._reports[name] = replace(self._reports[name], state="blocked", problem=problem)
        _log.warning("Plugin %s is blocked: %s %s", name, problem.id, problem.arguments)

    def _load(self, found: Found, permitted: set[str]) -> None:
        built_in = found.package == _BUILT_IN
        report = PluginReport(found.name, found.package, found.version, built_in, "active")
        if found.name in self._reports:
            _log.warning("Plugin %s of %s is ignored: the name is taken", found.name, found.package)
            return
        self._reports[found.name] = report
        if not built_in and found.name not in permitted:
            self._reports[found.name] = replace(report, state="off", problem=Note("plugin_not_allowed"))
            return
        try:
            self._register(found)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            self.block(found.name, _reason(error))

    def _register(self, found: Found) -> None:
        plugin = found.load()
        wanted = tuple(name for name in dir(plugin) if _is_hook(name))
        for name in wanted:
            if name not in self._hooks:
                raise Problem("plugin_unknown_hook", hook=name, known=", ".join(sorted(self._hooks)))
        self._manager.register(plugin, name=found.name)
        self._manager.check_pending()
        self._reports[found.name] = replace(self._reports[found.name], hooks=wanted)

    def _collect(self, hook: str, kind: type[T], key: Callable[[T], str]) -> list[T]:
        collected: dict[str, T] = {}
        for implementation in list(getattr(self._manager.hook, hook).get_hookimpls()):
            name = implementation.plugin_name
            try:
                given = {key(one): one for one in _checked(implementation.function(), kind)}
                if taken := given.keys() & collected.keys():
                    raise Problem("plugin_id_taken", id=", ".join(sorted(taken)))
                collected |= given
            except (KeyboardInterrupt, GeneratorExit):
                raise
            except BaseException as error:
                self.block(name, _reason(error))
        return list(collected.values())


def _is_hook(name: str) -> bool:
    return name.startswith("register_")


def _checked(answer: Sequence[T], kind: type[T]) -> Iterator[T]:
    for one in answer:
        if not isinstance(one, kind):
            raise Problem("plugin_wrong_answer", got=type(one).__name__, wanted=kind.__name__)
        yield one


def _reason(error: BaseException) -> Note:
    if isinstance(error, Problem):
        return error.note()
    if isinstance(error, ImportError):
        return Note("plugin_import_failed", {"detail": str(error)})
    return Note("plugin_raised", {"detail": f"{type(error).__name__}: {error}"})
