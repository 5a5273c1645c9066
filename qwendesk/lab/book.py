"""Keeps what was measured, so that a later file joins the same table and a killed run goes on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, cast

from qwendesk.api.problem import Note
from qwendesk.lab.measured import Kind, Row, Subject, key_of
from qwendesk.store.lab import LabRows


class Book:
    """Methods raise the store's Problems."""

    def __init__(self, rows: LabRows, machine: str) -> None:
        """`machine` describes this computer, see `Row`."""
        self._rows, self.machine = rows, machine

    def keep(self, row: Row) -> None:
        """Write a row down; an older one of the same measurement makes way."""
        problem = "" if row.problem is None else json.dumps([row.problem.id, dict(row.problem.arguments)])
        self._rows.keep(
            (
                row.key,
                row.kind,
                row.subject.sha256,
                row.machine,
                json.dumps(asdict(row.subject), ensure_ascii=False),
                json.dumps(dict(row.settings), ensure_ascii=False),
                row.happened,
                json.dumps(dict(row.result), ensure_ascii=False),
                problem,
            )
        )

    def find(self, kind: Kind, subject: Subject, settings: Mapping[str, Any]) -> Row | None:
        """What this computer measured of it, if it succeeded."""
        found = self._rows.of(key_of(kind, subject, settings, self.machine))
        row = _row(found) if found is not None else None
        return row if row is not None and row.problem is None else None

    def all(self) -> list[Row]:
        """Everything that can be read, of every computer that used this home, the oldest first."""
        return [row for one in self._rows.all() if (row := _row(one)) is not None]

    def forget(self, rows: Iterable[Row]) -> None:
        """Take these out."""
        self._rows.forget([one.key for one in rows])


def _row(found: sqlite3.Row) -> Row | None:
    """None where another version wrote something else."""
    try:
        problem = None
        if found["problem"]:
            id, arguments = json.loads(found["problem"])
            problem = Note(id, arguments)
        return Row(
            kind=cast("Kind", found["kind"]),
            subject=Subject(**json.loads(found["subject"])),
            settings=json.loads(found["settings"]),
            machine=found["machine"],
            happened=found["happened"],
            result=json.loads(found["result"]),
            problem=problem,
        )
    except (ValueError, TypeError, KeyError):
        return None
