"""The models that were ever seen, kept in the database; in memory alone where that cannot be used."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import TypeVar

import msgspec

from qwendesk.api.problem import Problem
from qwendesk.models.catalog import edition
from qwendesk.models.decoding import from_msgpack
from qwendesk.models.summary import VERSION, Summary
from qwendesk.store.library import LibraryRows

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """A model on the shelf.

    Args:
        root: the folder it was found below; empty for an adopted one, which is only used where it lies.
        origin: whose an adopted one is ("LM Studio"); `repo` as that program tells it.
        gone: it was there once, and its folder still is.
    """

    path: str
    root: str
    name: str
    format: str
    size: int
    modified: int
    parts: int = 1
    origin: str = ""
    repo: str = ""
    mmproj: str = ""
    added: float = 0.0
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person wrote about a model, and when it was last loaded (seconds since 1970)."""

    tags: tuple[str, ...] = ()
    notes: str = ""
    used: float | None = None


class Shelf:
    """Known models, their summaries and remarks. No method raises: without a database nothing is kept."""

    def __init__(self, rows: LibraryRows) -> None:
        self._rows = rows
        self._lock = threading.Lock()
        self._memory: dict[str, Known] = {}
        self._summaries: dict[str, tuple[int, int, Summary]] = {}
        self._read_all = False

    @property
    def _version(self) -> str:
        return f"{VERSION}.{edition()}"

    def known(self) -> dict[str, Known]:
        """Every model by its path."""
        names = [one.name for one in fields(Known)]
        kept = self._try(
            lambda: [Known(*(row[one] for one in names)) for row in self._rows.shelf()],
            list(self._memory.values()),
        )
        return {one.path: replace(one, gone=bool(one.gone)) for one in kept}

    def put(self, models: Sequence[Known]) -> None:
        if models:
            self._memory |= {one.path: one for one in models}
            self._try(lambda: self._rows.put([astuple(one) for one in models]), None)

    def mark_gone(self, paths: Sequence[str]) -> None:
        if paths:
            for one in set(paths) & self._memory.keys():
                self._memory[one] = replace(self._memory[one], gone=True)
            self._try(lambda: self._rows.mark_gone(paths), None)

    def forget(self, path: str) -> None:
        self._memory.pop(path, None)
        self._try(lambda: self._rows.forget(path), None)

    def summary(self, path: str, size: int, modified: int) -> Summary | None:
        """The summary of this very file, or None where it is another one by now."""
        with self._lock:
            if not self._read_all:
                self._read_all = True
                self._summaries |= self._kept_summaries()
            size_then, modified_then, summary = self._summaries.get(path, (-1, -1, None))
        return summary if (size_then, modified_then) == (size, modified) else None

    def _kept_summaries(self) -> dict[str, tuple[int, int, Summary]]:
        found = {}
        none: list[sqlite3.Row] = []
        for row in self._try(lambda: self._rows.summaries(self._version), none):
            try:
                found[row["path"]] = row["size"], row["modified"], from_msgpack(row["summary"], Summary)
            except msgspec.MsgspecError:
                continue  # of another making: it is made again
        return found

    def keep_summaries(self, made: Iterable[tuple[str, int, int, Summary]]) -> None:
        """path, size, modified, summary."""
        made = list(made)
        with self._lock:
            self._summaries |= {path: rest for path, *rest in made}  # type: ignore[misc]
        if made:
            encode = msgspec.msgpack.Encoder().encode
            rows = [(path, size, modified, encode(one)) for path, size, modified, one in made]
            self._try(lambda: self._rows.keep_summaries(self._version, rows), None)

    def remarks(self) -> dict[str, Remark]:
        none: list[sqlite3.Row] = []
        rows = self._try(self._rows.remarks, none)
        return {
            row["path"]: Remark(tuple(json.loads(row["tags"])), row["notes"], row["used"]) for row in rows
        }

    def write_used(self, path: str, when: float) -> None:
        self._try(lambda: self._rows.write_used(path, when), None)

    def _try(self, work: Callable[[], T], otherwise: T) -> T:
        try:
            return work()
        except Problem as problem:
            _log.warning("The library is kept in memory only: %s", problem)
            return otherwise
