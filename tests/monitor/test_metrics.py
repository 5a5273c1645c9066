"""What is made of a reply's figures, and averages over the last ones and over all."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.conftest import Replied
from qwendesk.api.reply import Gaps, Timings, Usage
from qwendesk.monitor import metrics, series
from qwendesk.monitor.metrics import (
    FIGURES,
    Average,
    Averages,
    Whose,
    averages,
    distinctive,
    figures,
    mean,
    whose,
)
from qwendesk.store.metrics import ReplyRow, Series, Span
from qwendesk.words.metrics import TITLES
from qwendesk.worker.figures import gaps


def test_the_figures_of_a_reply(replied: Replied) -> None:
    assert figures(replied()) == {
        "ttft_s": 0.5,
        "queue_s": 0.125,
        "prompt_tps": 200.0,
        "decode_tps": 50.0,
        "gap_p50_s": 0.02,
        "gap_p95_s": 0.03,
        "gap_p99_s": 0.04,
        "total_s": 2.0,
        "prompt_tokens": 100,
        "reused_tokens": 25,
        "completion_tokens": 90,
        "reused": 0.25,
        "occupancy": 0.5,
        "kv_use": 0.5,
        "acceptance": 0.5,
    }


def test_what_was_not_measured_is_left_out(replied: Replied) -> None:
    event = replied(drafted=0, decode=None)
    finished = replace(event.finished, usage=Usage(0, 0, 0), timings=Timings(None, None, None))
    told = figures(replace(event, finished=finished, report=None))
    assert told == {
        "total_s": 0,
        "prompt_tokens": 0,
        "reused_tokens": 0,
        "completion_tokens": 0,
    }


def test_settings_are_what_the_engine_honoured(replied: Replied) -> None:
    assert whose(replied(options={"slots": 2, "context": 8})).settings == '{"context": 8, "slots": 2}'
    assert whose(replace(replied(), report=None)).settings == "{}"


def test_averages_of_the_last_and_of_all() -> None:
    rows = [ReplyRow(9.0 - n, "m", "r", "{}", json.dumps({"decode_tps": n})) for n in range(5)]
    rows.append(ReplyRow(1.0, "other", "r", "{}", "{}"))
    ever = [(Series("reply", "m", "r", "{}", "decode_tps"), Span(0, 0, 50, 500.0, 1.0, 99.0))]
    first, second = averages(rows, ever, last=3)
    assert (first.whose, first.replies) == (Whose("m", "r", "{}"), 3)
    assert first.last == {"decode_tps": Average(3, 1.0, 0.0, 2.0)}
    assert first.ever == {"decode_tps": Average(50, 10.0, 1.0, 99.0)}
    assert (second.whose.model, second.replies, second.last, second.ever) == ("other", 1, {}, {})


def test_a_figure_counts_where_it_was_measured() -> None:
    assert mean([{"a": 1.0, "b": 5.0}, {"a": 3.0}]) == {
        "a": Average(2, 2.0, 1.0, 3.0),
        "b": Average(1, 5.0, 5.0, 5.0),
    }


def test_settings_that_tell_one_from_another() -> None:
    settings = ('{"a": 1, "b": 2}', '{"a": 1, "b": 3}', '{"a": 1, "b": 2, "c": 5}')
    found = [Averages(Whose("m", "r", one), 1) for one in settings]
    assert distinctive(found) == [{"b": 2}, {"b": 3}, {"b": 2, "c": 5}]
    assert distinctive([found[0], Averages(Whose("n", "r", settings[1]), 1)]) == [{}, {}]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], None),
        ([1.0], None),
        ([1.0, 3.0], Gaps(2.0, 2.0, 2.0)),
        ([0.0, 1.0, 3.0, 3.0], Gaps(1.0, 2.0, 2.0)),
        (list(range(101)), Gaps(1.0, 1.0, 1.0)),
    ],
)
def test_gaps_between_tokens(times: list[float], expected: Gaps | None) -> None:
    assert gaps(times) == expected


def test_percentiles_are_by_nearest_rank() -> None:
    times = [0.0]
    for gap in range(1, 101):
        times.append(times[-1] + gap)
    assert gaps(times) == Gaps(50.0, 95.0, 99.0)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=200))
def test_percentiles_are_gaps_that_share_of_them_do_not_exceed(values: list[float]) -> None:
    times = sorted(values)
    found, all_gaps = gaps(times), [b - a for a, b in itertools.pairwise(times)]
    assert found is not None
    for share, value in ((50, found.p50_s), (95, found.p95_s), (99, found.p99_s)):
        assert value in all_gaps
        assert sum(one <= value for one in all_gaps) * 100 >= share * len(all_gaps)
        assert sum(one < value for one in all_gaps) < math.ceil(share * len(all_gaps) / 100)


def test_everything_that_is_kept_has_a_title() -> None:
    assert {kind: set(titles) for kind, titles in TITLES.items()} == {
        kind: set(units) for kind, units in series.UNITS.items()
    }
    assert metrics.FIGURES is FIGURES
