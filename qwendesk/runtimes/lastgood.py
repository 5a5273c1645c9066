"""What worked: for each model the engine's version and the settings of its last good reply."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Note, Problem
from qwendesk.models.model import Model
from qwendesk.models.scan import place_of
from qwendesk.runtimes.engines.shelf import OWN_NAME
from qwendesk.runtimes.session import ReplyFinished, Session
from qwendesk.store.goodloads import GoodLoadRows

_UNKNOWN = (0, 0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GoodLoad:
    """A load that gave a reply.

    `version` is "package number", as the engine says it; `when` since 1970; `environment` the name of the
    engine environment, empty for the application's own interpreter.
    """

    runtime: str
    version: str
    options: Mapping[str, Any]
    when: float
    environment: str = ""


class LastGood:
    """Kept in the database, one for each model. Methods may be called from any thread."""

    def __init__(self, rows: GoodLoadRows) -> None:
        self._rows = rows
        self._known: set[int] = set()

    def leave_out(self, session: Session) -> None:
        """Nothing of this session is remembered: it is a test."""
        self._known.add(session.id)

    def on_event(self, event: object) -> None:
        """Remember the first good reply of each session; never fails."""
        if not isinstance(event, ReplyFinished) or event.session in self._known:
            return
        if event.report is None or not event.finished.usage.completion_tokens:
            return
        self._known.add(event.session)
        recipe, version = event.recipe, event.report.version
        path, options = str(recipe.model.path), json.dumps(recipe.options, default=str)
        place = recipe.launch.engine
        try:
            self._rows.keep(
                (path, recipe.spec.id, version, options, time.time(), place, *_stamp(recipe.model.path))
            )
        except Problem as problem:
            _log.warning("A good load was not kept: %s", problem.id)

    def of(self, model: Model) -> GoodLoad | None:
        """The last one; None where there was none, it cannot be read, or another file lies there now."""
        try:
            row = self._rows.of(str(model.path))
            options = json.loads(row["options"]) if row is not None else None
        except (Problem, ValueError):
            return None
        if row is None or not isinstance(options, dict):
            return None
        if (row["size"], row["modified"]) not in (_UNKNOWN, _stamp(model.path)):
            return None
        return GoodLoad(row["runtime"], row["version"], options, row["happened"], row["environment"])


def _stamp(path: Path) -> tuple[int, int]:
    """The size and time of the model's files."""
    try:
        place = place_of(path)
    except OSError:
        return _UNKNOWN
    return (place.size, place.modified) if place is not None else _UNKNOWN


def way_back(version: str) -> str:
    """The command that installs "package number" again; empty where that is no package's version."""
    package, _space, number = version.partition(" ")
    return f"pip install {package}=={number}" if number[:1].isdigit() else ""


def worked_with(good: GoodLoad | None, runtime: str, now: str) -> Note | None:
    """What to say where the engine's version changed since it worked with this runtime; else None.

    `now` is the version as the runtime's probe tells it: "0.3.36 (CPU)".
    """
    if good is None or good.runtime != runtime or not (command := way_back(good.version)):
        return None
    number = now.partition(" ")[0]
    if not number or good.version.endswith(f" {number}"):
        return None
    return Note("worked_with", {"engine": good.version, "now": number, "command": command})


def back_to(good: GoodLoad, now: str) -> Note:
    """The same where that engine is still here, in an environment of its own or with the application."""
    name = good.environment or OWN_NAME
    command = f"qwendesk engines use {good.runtime} {name}"
    now = now.partition(" ")[0]
    return Note(
        "engine_worked_with",
        {"engine": good.version, "now": now, "environment": name, "command": command},
    )
