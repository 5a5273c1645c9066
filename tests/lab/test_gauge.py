"""Joules of a span, from looks before, within and after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qwendesk.api.speed import Span
from qwendesk.lab.gauge import Gauge
from qwendesk.system.energy import Energy


class Counter:
    """50 watts, and 200 from the time 12 on."""

    now = 10.0

    def __call__(self) -> float:
        return 50 * self.now + 150 * max(0.0, self.now - 12)


def test_joules_between_two_looks_go_by_time(tmp_path: Path) -> None:
    counter = Counter()
    gauge = Gauge(Energy(tmp_path, lambda: [counter]), lambda: counter.now)
    for counter.now in (10.0, 12.0, 13.0):
        gauge.look()
    counter.now = 20.0  # the look after the span is taken when somebody asks
    assert gauge.joules_per_token(Span(10, 12.0, 13.0)) == pytest.approx(20.0)
    assert gauge.joules_per_token(Span(10, 11.0, 12.5)) == pytest.approx(15.0)
    assert gauge.joules_per_token(Span(100, 13.0, 18.0)) == pytest.approx(10.0)


def test_nothing_is_made_up(tmp_path: Path) -> None:
    counter = Counter()
    gauge = Gauge(Energy(tmp_path, lambda: [counter]), lambda: counter.now)
    gauge.look()
    counter.now = 12.0
    assert gauge.joules_per_token(None) is None
    assert gauge.joules_per_token(Span(10, 11.0, 11.1)) is None, "shorter than two looks"
    assert gauge.joules_per_token(Span(10, 9.0, 11.0)) is None, "began before the first look"
    with Gauge(Energy(tmp_path, list)) as silent:
        assert silent.joules_per_token(Span(10, 1.0, 2.0)) is None


def test_a_thread_looks_while_there_is_something_to_see(tmp_path: Path) -> None:
    counter = Counter()
    with Gauge(Energy(tmp_path, lambda: [counter]), lambda: counter.now) as gauge:
        counter.now = 11.0
        assert gauge.joules_per_token(Span(5, 10.0, 11.0)) == pytest.approx(10.0)
