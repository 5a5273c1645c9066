"""Metrics: rolled up to minutes and hours as they come, and let go of when they are old."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.store import metrics
from qwendesk.store.connection import Store
from qwendesk.store.metrics import HOUR, MINUTE, MetricRows, ReplyRow, Series, Span

BUSY = Series("machine", "", "", "", "busy")
MEMORY = Series("worker", "m", "r", "", "memory")
NOW = 1_800_000_000.0  # the begin of an hour


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[MetricRows]:
    with closing(Store(tmp_path / "qwendesk.db")) as store:
        yield MetricRows(store)


def test_values_go_into_their_minute_and_their_hour(rows: MetricRows) -> None:
    rows.add([(BUSY, NOW, 1.0), (BUSY, NOW + 59, 3.0), (BUSY, NOW + 60, 5.0), (MEMORY, NOW, 7.0)])
    rows.add([(BUSY, NOW + 61, 0.0), (BUSY, NOW + 3600, 9.0)])
    assert [span for series, span in rows.spans(MINUTE, NOW) if series == BUSY] == [
        Span(NOW, 60, 2, 4.0, 1.0, 3.0),
        Span(NOW + 60, 60, 2, 5.0, 0.0, 5.0),
        Span(NOW + 3600, 60, 1, 9.0, 9.0, 9.0),
    ]
    assert [span for series, span in rows.spans(HOUR, NOW) if series == BUSY] == [
        Span(NOW, 3600, 4, 9.0, 0.0, 5.0),
        Span(NOW + 3600, 3600, 1, 9.0, 9.0, 9.0),
    ]
    assert rows.values(NOW + 61) == [
        (BUSY, Span(NOW + 61, 0, 1, 0.0, 0.0, 0.0)),
        (BUSY, Span(NOW + 3600, 0, 1, 9.0, 9.0, 9.0)),
    ]
    assert rows.whole("machine") == [(BUSY, Span(NOW, 0, 5, 18.0, 0.0, 9.0))]
    assert rows.whole("worker") == [(MEMORY, Span(NOW, 0, 1, 7.0, 7.0, 7.0))]


@given(st.lists(st.tuples(st.floats(0, 7200), st.floats(-1e9, 1e9)), min_size=1, max_size=40))
def test_hours_say_what_the_values_say(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[float, float]]
) -> None:
    with closing(Store(tmp_path_factory.mktemp("store") / "qwendesk.db")) as store:
        rows = MetricRows(store)
        for at, value in values:
            rows.add([(BUSY, NOW + at, value)])
        ((_, whole),) = rows.whole("machine")
        minutes = [span for _, span in rows.spans(MINUTE, 0)]
    numbers = [value for _, value in values]
    assert (whole.count, whole.least, whole.most) == (len(numbers), min(numbers), max(numbers))
    assert math.isclose(whole.total, math.fsum(numbers), rel_tol=1e-9, abs_tol=1e-3)
    assert sum(one.count for one in minutes) == len(numbers)


def test_what_is_no_number_goes_nowhere(rows: MetricRows) -> None:
    rows.add([(BUSY, NOW, math.nan), (BUSY, NOW, math.inf)])
    assert rows.values(0) == []
    assert rows.whole("machine") == []


def test_the_old_goes_and_hours_stay(rows: MetricRows) -> None:
    day, month = metrics.VALUES_KEPT_S, metrics.MINUTES_KEPT_S
    rows.add([(BUSY, NOW, 1.0), (BUSY, NOW - day - 1, 2.0), (BUSY, NOW - month - 61, 3.0)])
    rows.forget(NOW)
    assert [span.total for _, span in rows.values(0)] == [1.0]
    assert [span.total for _, span in rows.spans(MINUTE, 0)] == [2.0, 1.0]
    assert rows.whole("machine")[0][1].total == 6.0


def test_replies_the_newest_first_and_bounded(rows: MetricRows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "REPLIES_KEPT", 3)
    made = [ReplyRow(NOW + n, "m", "r", "{}", f'{{"n": {n}}}') for n in range(5)]
    rows.add([], made)
    rows.forget(NOW)
    assert rows.replies() == made[:1:-1]
    assert rows.replies(NOW + 4) == made[4:]
    assert rows.replies(most=1) == made[4:]


def test_there_are_so_many_series_and_no_more(rows: MetricRows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "SERIES_KEPT", 2)
    rows.add([(BUSY, NOW, 1.0), (MEMORY, NOW, 2.0)])
    rows.add([(Series("gpu", "0", "", "", "busy"), NOW + 1, 3.0), (BUSY, NOW + 1, 4.0)])
    assert {(series.kind, span.total) for series, span in rows.values(0)} == {
        ("machine", 1.0),
        ("worker", 2.0),
        ("machine", 4.0),
    }


def test_nothing_is_lost_when_two_write_the_same_minute(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "q.db")) as one, closing(Store(tmp_path / "q.db")) as other:
        MetricRows(one).add([(BUSY, NOW, 1.0)])
        MetricRows(other).add([(BUSY, NOW + 1, 2.0)])
        assert MetricRows(one).whole("machine") == [(BUSY, Span(NOW, 0, 2, 3.0, 1.0, 2.0))]
