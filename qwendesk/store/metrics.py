"""Rows of metrics: values as they were, the same by minute and by hour, and the figures of replies.

What is old goes, so that the tables stay small: values after a day, minutes after thirty days. Hours stay.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from qwendesk.store.connection import Store

MINUTE, HOUR = 60, 3600
VALUES_KEPT_S = 86400.0
MINUTES_KEPT_S = 30 * 86400.0
REPLIES_KEPT = 10_000
# A series for each setting that was ever tried: somebody who tries more than this loses the newest.
SERIES_KEPT = 20_000

_SERIES = "kind, name, runtime, settings, metric"


@dataclass(frozen=True, slots=True)
class Series:
    """What a value is about.

    Args:
        kind: "machine", "worker", "gpu" or "reply".
        name: of the model or the card; empty for the machine.
        runtime, settings: of a worker and a reply; settings are JSON with sorted keys.
    """

    kind: str
    name: str
    runtime: str
    settings: str
    metric: str


@dataclass(frozen=True, slots=True)
class Span:
    """Values from `at` (seconds since 1970) on for `length` seconds; 0 is a single value."""

    at: float
    length: int
    count: int
    total: float
    least: float
    most: float

    @property
    def mean(self) -> float:
        return self.total / self.count


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """The figures of one reply, as JSON by their names."""

    at: float
    model: str
    runtime: str
    settings: str
    figures: str


class MetricRows:
    """The tables `metric_…`. Methods raise the Problems of `Store`; any thread may call them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, values: Iterable[tuple[Series, float, float]], replies: Sequence[ReplyRow] = ()) -> None:
        """Values (series, seconds since 1970, value) and replies, in one transaction.

        Each value goes into its minute and its hour, too. One that is no number goes nowhere.
        """
        found = [one for one in values if math.isfinite(one[2])]
        with self._store.write() as db:
            ids = _ids(db, {one[0] for one in found})
            numbered = [(ids[series], at, value) for series, at, value in found if series in ids]
            db.executemany("INSERT OR REPLACE INTO metric_values VALUES (?, ?, ?)", numbered)
            db.executemany(
                "INSERT INTO metric_spans VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " count = count + excluded.count, total = total + excluded.total,"
                " least = min(least, excluded.least), most = max(most, excluded.most)",
                [*_spans(numbered, MINUTE), *_spans(numbered, HOUR)],
            )
            db.executemany(
                "INSERT INTO metric_replies (at, model, runtime, settings, figures) VALUES (?, ?, ?, ?, ?)",
                [astuple(one) for one in replies],
            )

    def forget(self, now: float) -> None:
        """Let go of what is old at that moment."""
        with self._store.write() as db:
            db.execute("DELETE FROM metric_values WHERE at < ?", (now - VALUES_KEPT_S,))
            db.execute("DELETE FROM metric_spans WHERE length = ? AND at < ?", (MINUTE, now - MINUTES_KEPT_S))
            newest = "(SELECT MAX(number) FROM metric_replies)"
            db.execute(f"DELETE FROM metric_replies WHERE number <= {newest} - ?", (REPLIES_KEPT,))  # noqa: S608

    def values(self, since: float, only: Series | None = None) -> list[tuple[Series, Span]]:
        """Single values from that moment on, each series in the order of time; of one series, if asked."""
        which, whose = _only(only)
        return _read(
            self._store.rows(
                f"SELECT {_SERIES}, at, 0 AS length, 1 AS count, value AS total, value AS least,"  # noqa: S608
                " value AS most FROM metric_values JOIN metric_series ON id = series WHERE at >= ?"
                f"{which} ORDER BY series, at",
                (since, *whose),
            )
        )

    def spans(self, length: int, since: float, only: Series | None = None) -> list[tuple[Series, Span]]:
        """Minutes or hours that end behind that moment, each series in the order of time."""
        which, whose = _only(only)
        return _read(
            self._store.rows(
                f"SELECT {_SERIES}, at, length, count, total, least, most"  # noqa: S608
                " FROM metric_spans JOIN metric_series ON id = series WHERE length = ? AND at > ?"
                f"{which} ORDER BY series, at",
                (length, since - length, *whose),
            )
        )

    def whole(self, kind: str) -> list[tuple[Series, Span]]:
        """Everything there ever was of a kind, one span for each series, from its first hour on."""
        return _read(
            self._store.rows(
                f"SELECT {_SERIES}, min(at) AS at, 0 AS length, sum(count) AS count, sum(total) AS total,"  # noqa: S608
                " min(least) AS least, max(most) AS most"
                " FROM metric_spans JOIN metric_series ON id = series WHERE length = ? AND kind = ?"
                " GROUP BY series ORDER BY series",
                (HOUR, kind),
            )
        )

    def replies(self, since: float = 0.0, most: int = REPLIES_KEPT) -> list[ReplyRow]:
        """The newest first."""
        rows = self._store.rows(
            "SELECT at, model, runtime, settings, figures FROM metric_replies WHERE at >= ?"
            " ORDER BY number DESC LIMIT ?",
            (since, most),
        )
        return [ReplyRow(*row) for row in rows]


def _only(series: Series | None) -> tuple[str, tuple[str, ...]]:
    if series is None:
        return "", ()
    return " AND kind = ? AND name = ? AND runtime = ? AND settings = ? AND metric = ?", astuple(series)


def _ids(db: sqlite3.Connection, wanted: Iterable[Series]) -> Mapping[Series, int]:
    count = int(db.execute("SELECT count(*) FROM metric_series").fetchone()[0])
    found = {}
    for series in wanted:
        values = astuple(series)
        if count < SERIES_KEPT:
            added = db.execute(
                f"INSERT OR IGNORE INTO metric_series ({_SERIES}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608
                values,
            )
            count += added.rowcount
        row = db.execute(
            "SELECT id FROM metric_series"
            " WHERE kind = ? AND name = ? AND runtime = ? AND settings = ? AND metric = ?",
            values,
        ).fetchone()
        if row is not None:
            found[series] = int(row[0])
    return found


def _spans(values: Sequence[tuple[int, float, float]], length: int) -> list[tuple[float, ...]]:
    """Rows of `metric_spans`."""
    found: dict[tuple[int, int], list[float]] = {}
    for series, at, value in values:
        found.setdefault((series, int(at // length) * length), []).append(value)
    return [
        (series, length, at, len(those), math.fsum(those), min(those), max(those))
        for (series, at), those in found.items()
    ]


def _read(rows: Sequence[sqlite3.Row]) -> list[tuple[Series, Span]]:
    return [
        (
            Series(row["kind"], row["name"], row["runtime"], row["settings"], row["metric"]),
            Span(row["at"], row["length"], row["count"], row["total"], row["least"], row["most"]),
        )
        for row in rows
    ]
