"""Builds the report, part by part. What cannot be read is named in its place: a report is for bad days."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from qwendesk.models.library import Library
from qwendesk.monitor.health import Checked
from qwendesk.monitor.ledger import NetworkLedger
from qwendesk.monitor.past import Past
from qwendesk.monitor.redaction import MODEL, Redaction
from qwendesk.monitor.report import facts, logs, measures, versions
from qwendesk.monitor.report.part import Part, as_json
from qwendesk.monitor.whereabouts import redaction
from qwendesk.plugins import PluginReport
from qwendesk.runtimes.service import Runtimes
from qwendesk.system.cards import cards
from qwendesk.system.log.keeper import Log
from qwendesk.system.log.saying import described
from qwendesk.system.paths import resources, source_root
from qwendesk.system.preferences import Preferences
from qwendesk.system.secrets import Secrets
from qwendesk.system.settings import Settings

T = TypeVar("T")
_DAY_S = 86400.0
_MOST_REQUESTS = 20_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reports:
    """What the report is made of. `folders`: those with models, whose files may be named."""

    settings: Settings
    preferences: Preferences
    plugins: Callable[[], Sequence[PluginReport]]
    runtimes: Runtimes
    library: Library
    metrics: Past
    ledger: NetworkLedger
    secrets: Secrets
    log: Log
    folders: Callable[[], Iterable[Path]]

    def parts(self, checks: Iterable[Checked] = ()) -> Iterator[Part | Checked]:
        """Every check as it comes, then every part as it is made, redacted. Blocks; never raises."""
        found = []
        for one in _until_it_fails(checks):
            found.append(one)
            yield one
        redact, named = self._redaction()
        for name, make in self._contents(found, named).items():
            yield as_json(name, redact.values(_asked(make)))
        since = time.time() - _DAY_S
        for part in _until_it_fails(self._texts(since, named)):
            yield Part(part.name, redact(part.text))

    def _redaction(self) -> tuple[Redaction, Callable[[str], str]]:
        """What takes things out, and what a model may be called."""
        folders = [*self.folders(), resources() / "seedling"]
        models = _or_nothing(self.library.models)
        inside = {one.name for one in models if any(one.path.is_relative_to(folder) for folder in folders)}
        outside = {one.name for one in models} - inside
        program = [source_root() / "qwendesk", source_root() / "plugins", Path(sys.prefix)]
        secrets = [one for name in self.secrets.variables if (one := self.secrets.get(name))]
        told = {"~models": folders, "~program": [*program, Path(sys.base_prefix)]}
        return redaction(told, secrets, outside), lambda name: name if name in inside else MODEL

    def _contents(
        self, checked: Sequence[Checked], named: Callable[[str], str]
    ) -> dict[str, Callable[[], Any]]:
        """What makes each of the JSON files."""
        since = time.time() - _DAY_S
        return {
            "versions.json": lambda: {
                **versions.versions(),
                "machine": _asked(lambda: versions.machine(cards())),
                "plugins": _asked(lambda: versions.plugins(self.plugins())),
                "runtimes": _asked(lambda: versions.runtimes(self.runtimes.states())),
            },
            "checks.json": lambda: facts.checks(checked),
            "settings.json": lambda: facts.settings(self.settings.everything(), self.preferences.options()),
            "requests.json": lambda: facts.requests(self.ledger.entries(most=_MOST_REQUESTS)),
            "metrics.json": lambda: measures.averages(self.metrics.averages(since=since), named),
        }

    def _texts(self, since: float, named: Callable[[str], str]) -> Iterator[Part]:
        if courses := _or_nothing(lambda: self.metrics.courses(since)):
            yield measures.courses(courses, named)
        yield from logs.recent(self.log)


def _until_it_fails(things: Iterable[T]) -> Iterator[T]:
    try:
        yield from things
    except Exception:
        _log.exception("A report lacks what comes after this")


def _asked(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Exception as error:
        _log.exception("A report lacks something")
        return {"missing": described(error)}


def _or_nothing(make: Callable[[], Sequence[T]]) -> Sequence[T]:
    try:
        return make()
    except Exception:
        _log.exception("A report lacks something")
        return ()
