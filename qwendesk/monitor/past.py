"""What was recorded, read again: averages of replies, and the course of every series."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from qwendesk.monitor import metrics
from qwendesk.monitor.metrics import Averages
from qwendesk.monitor.series import UNITS
from qwendesk.store.metrics import HOUR, MINUTE, MINUTES_KEPT_S, VALUES_KEPT_S, MetricRows, Series, Span

LAST = 20
# What was asked for a moment ago is a moment older now; and what is old goes once an hour only.
_GRACE_S = 60.0
_KINDS = ("reply", "worker", "gpu", "machine")


@dataclass(frozen=True, slots=True)
class Course:
    """A series in the order of time, as finely as it is still kept for the whole of that time."""

    series: Series
    spans: tuple[Span, ...]

    @property
    def whole(self) -> Span:
        """All of it as one."""
        first = self.spans[0]
        return Span(
            first.at,
            0,
            sum(one.count for one in self.spans),
            sum(one.total for one in self.spans),
            min(one.least for one in self.spans),
            max(one.most for one in self.spans),
        )


class Past:
    """Reads the history. Methods block and raise the Problems of `qwendesk.store.connection.Store`."""

    def __init__(self, rows: MetricRows, wall: Callable[[], float] = time.time) -> None:
        self._rows, self._wall = rows, wall

    def averages(self, last: int = LAST, since: float = 0.0) -> list[Averages]:
        """By model, runtime and settings, the most recently used first.

        Args:
            last: how many replies count as the last ones.
            since: only what was used after that moment (seconds since 1970).
        """
        replies = self._rows.replies(since)
        found = metrics.averages(replies, self._rows.whole("reply"), last)
        return [one for one in found if one.replies] if since else found

    def courses(self, since: float) -> list[Course]:
        """Every series from that moment on: values for a day, minutes for thirty days, else hours."""
        found: dict[Series, list[Span]] = {}
        for series, span in self._spans(since):
            found.setdefault(series, []).append(span)
        return [Course(series, tuple(found[series])) for series in sorted(found, key=_place)]

    def course(self, series: Series, since: float) -> tuple[Span, ...]:
        """One series from that moment on, as finely as `courses` gives it."""
        return tuple(span for _series, span in self._spans(since, series))

    def _spans(self, since: float, only: Series | None = None) -> list[tuple[Series, Span]]:
        age = self._wall() - since
        if age <= VALUES_KEPT_S + _GRACE_S:
            return self._rows.values(since, only)
        return self._rows.spans(MINUTE if age <= MINUTES_KEPT_S + _GRACE_S else HOUR, since, only)


def _place(series: Series) -> tuple[object, ...]:
    """Replies first, each kind by name, and its metrics as they are listed."""
    metrics = list(UNITS.get(series.kind, ()))
    place = metrics.index(series.metric) if series.metric in metrics else len(metrics)
    return (
        _KINDS.index(series.kind) if series.kind in _KINDS else len(_KINDS),
        series.name,
        series.runtime,
        series.settings,
        place,
    )
