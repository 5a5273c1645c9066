"""What is collected is written every few seconds, when the last model goes, and at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.conftest import Replied
from qwendesk.monitor.past import Past
from qwendesk.monitor.recorder import Recorder
from qwendesk.monitor.sample import GpuSample, MachineSample, Sample, SampleTaken, WorkerSample
from qwendesk.store.connection import Store
from qwendesk.store.metrics import MetricRows, Series

NOW = 1_800_000_000.0
WORKER = WorkerSample(1, 10, "m", "r", 100, 200, busy=0.5, running=1, slots=4)
BUSY = MachineSample(cores=(1.0, 0.5), memory_used=1000)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wall(self) -> float:
        return NOW + self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recorder(store: Store, clock: Clock) -> Iterator[Recorder]:
    made = Recorder(MetricRows(store), clock, clock.wall)
    yield made
    made.close()


def taken(clock: Clock, *workers: WorkerSample, gpus: tuple[GpuSample, ...] = ()) -> SampleTaken:
    return SampleTaken(Sample(clock.wall(), BUSY, workers, gpus))


def values(store: Store, kind: str, metric: str) -> list[float]:
    found = MetricRows(store).values(0)
    return [span.total for series, span in found if (series.kind, series.metric) == (kind, metric)]


def test_one_transaction_every_few_seconds(store: Store, recorder: Recorder, clock: Clock) -> None:
    for second in range(10):
        clock.now = float(second)
        recorder.heard(taken(clock, WORKER))
    assert values(store, "machine", "busy") == []
    clock.now = 10.0
    recorder.heard(taken(clock, WORKER))
    assert values(store, "machine", "busy") == [0.75] * 11
    assert values(store, "worker", "memory") == [100] * 11


def test_the_last_model_s_end_is_written_at_once(
    store: Store, recorder: Recorder, clock: Clock, replied: Replied
) -> None:
    recorder.heard(taken(clock, WORKER))
    recorder.heard(replied())
    assert MetricRows(store).replies() == []
    recorder.heard(taken(clock))
    assert len(MetricRows(store).replies()) == 1
    assert values(store, "reply", "decode_tps") == [50.0]


def test_what_is_left_is_written_at_the_end(store: Store, recorder: Recorder, replied: Replied) -> None:
    recorder.heard(replied(model="a"))
    recorder.close()
    (one,) = Past(MetricRows(store), lambda: NOW).averages()
    assert (one.whose.model, one.replies, one.ever["decode_tps"].mean) == ("a", 1, 50.0)


def test_workers_of_one_model_add_up(store: Store, recorder: Recorder, clock: Clock) -> None:
    recorder.heard(taken(clock, WORKER, replace(WORKER, session=2, pid=11), replace(WORKER, model="n")))
    recorder.close()
    assert sorted(values(store, "worker", "memory")) == [100, 200]


def test_cards_by_their_number(store: Store, recorder: Recorder, clock: Clock) -> None:
    recorder.heard(taken(clock, gpus=(GpuSample(0, "C", busy=0.5), GpuSample(1, "C", busy=0.25))))
    recorder.close()
    found = {series.name: span.total for series, span in MetricRows(store).values(0) if series.kind == "gpu"}
    assert found == {"0 C": 0.5, "1 C": 0.25}


def test_a_database_that_cannot_be_written_is_tried_again(
    tmp_path: Path, clock: Clock, replied: Replied
) -> None:
    (tmp_path / "folder").write_text("in the way", encoding="utf-8")
    store = Store(tmp_path / "folder" / "qwendesk.db")
    recorder = Recorder(MetricRows(store), clock, clock.wall)
    recorder.heard(replied())
    recorder.write()
    (tmp_path / "folder").unlink()
    (tmp_path / "folder").mkdir()
    recorder.close()
    assert len(MetricRows(store).replies()) == 1
    store.close()


def test_the_past_is_as_fine_as_it_is_kept(store: Store, clock: Clock) -> None:
    rows, day = MetricRows(store), 86400.0
    series = Series("machine", "", "", "", "busy")
    rows.add([(series, NOW - n, float(n)) for n in range(3)])
    past = Past(rows, clock.wall)
    lengths = {
        span: {one.length for one in past.courses(NOW - span)[0].spans} for span in (day, 7 * day, 90 * day)
    }
    assert lengths == {day: {0}, 7 * day: {60}, 90 * day: {3600}}
    whole = past.courses(NOW - day)[0].whole
    assert (whole.count, whole.mean, whole.least, whole.most) == (3, 1.0, 0.0, 2.0)


def test_what_was_not_used_lately_is_left_out(
    store: Store, recorder: Recorder, clock: Clock, replied: Replied
) -> None:
    recorder.heard(replied(model="old"))
    clock.now = 7200.0
    recorder.heard(replied(model="new"))
    recorder.close()
    past = Past(MetricRows(store), clock.wall)
    assert [one.whose.model for one in past.averages()] == ["new", "old"]
    assert [one.whose.model for one in past.averages(since=NOW + 3600)] == ["new"]
