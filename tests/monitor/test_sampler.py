"""The sampler beside a real worker: it runs while there is something to look at, and never raises."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes import scripted_plugin
from fakes.tiny_gguf import write_tiny
from qwendesk.api.messages import Message
from qwendesk.api.reply import ReplyRequest
from qwendesk.app import App
from qwendesk.monitor import sampler as module
from qwendesk.monitor.sample import Sample, SampleTaken
from qwendesk.monitor.sampler import Sampler
from qwendesk.runtimes.session import Session
from qwendesk.runtimes.supervisor import Patience
from qwendesk.store.metrics import MetricRows
from qwendesk.system.paths import Paths


class Samples:
    """What is published, to be waited for."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Sample] = queue.Queue()

    def __call__(self, event: object) -> None:
        if isinstance(event, SampleTaken):
            self._queue.put(event.sample)

    def next(self, wanted: Callable[[Sample], bool] = lambda _: True) -> Sample:
        while True:
            sample = self._queue.get(timeout=60)
            if wanted(sample):
                return sample


def alive() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if one.name == "sampler"}


TESTS = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def with_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    with App(paths, [scripted_plugin.found()], Patience(0.5, 0.5, beat=0.05)) as opened:
        yield opened


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WATCHED_S", 0.01)


def test_nothing_runs_where_nothing_is_loaded(app: App) -> None:
    before = alive()
    assert app.metrics.courses(0) == []
    assert alive() == before


@pytest.mark.usefixtures("fast")
def test_a_loaded_model_is_measured_and_kept(app: App, tmp_path: Path) -> None:
    samples = Samples()
    app.bus.subscribe(samples)
    app.sampler.watch(True)
    session = app.runtimes.open(app.library.find(str(write_tiny(tmp_path / "tiny.gguf"))))
    session.wait_ready(30)
    request = ReplyRequest((Message("user", "one two three"),))
    assert session.stream(request)[0].wait(30).timings.gaps is not None
    sample = samples.next(lambda one: bool(one.workers) and one.workers[0].busy is not None)
    (worker,) = sample.workers
    assert (worker.pid, worker.model, worker.runtime) == (session.pid, "tiny", "scripted")
    assert (worker.threads or 0) >= 1
    ready = samples.next(lambda one: bool(one.workers) and one.workers[0].memory > 0)
    assert ready.workers[0].peak >= ready.workers[0].memory
    assert samples.next(lambda one: bool(one.workers) and one.workers[0].slots > 0).workers[0].slots == 4
    session.close()
    assert session.join(30)
    samples.next(lambda one: not one.workers)
    app.sampler.watch(False)
    app.sampler.close()
    app.recorder.close()
    kinds = {one.series.kind for one in app.metrics.courses(0)}
    assert kinds == {"reply", "worker", "machine"}
    (average,) = app.metrics.averages()
    assert (average.whose.model, average.whose.runtime, average.replies) == ("tiny", "scripted", 1)
    assert average.last["occupancy"].mean == 0.25


@pytest.mark.usefixtures("fast")
def test_it_ends_when_nobody_watches_and_begins_again(tmp_path: Path) -> None:
    samples = Samples()
    sampler = Sampler(lambda: (), samples, tmp_path)
    before = alive()
    for _ in range(2):
        sampler.watch(True)
        sampler.watch(True)
        samples.next()
        (thread,) = alive() - before
        sampler.watch(False)
        samples.next()
        sampler.watch(False)
        thread.join(30)
        assert not thread.is_alive()
    sampler.close()
    sampler.watch(True)
    assert alive() == before


@pytest.mark.usefixtures("fast")
def test_what_raises_costs_a_sample_and_no_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    samples, calls = Samples(), iter(range(1000))

    def publish(event: SampleTaken) -> None:
        if next(calls) == 0:
            raise RuntimeError("a listener")
        samples(event)

    def sessions() -> list[Session]:
        raise RuntimeError("no sessions")

    sampler = Sampler(sessions, publish, tmp_path)
    sampler.watch(True)
    assert samples.next().workers == ()
    sampler.close()
    assert {one.getMessage() for one in caplog.records} == {
        "A sample was lost",
        "Which models are loaded cannot be told",
    }


def test_rates_are_once_a_second_watched_and_every_five_hidden(tmp_path: Path) -> None:
    assert (module.WATCHED_S, module.HIDDEN_S) == (1.0, 5.0)


def test_closing_the_application_writes_what_is_left(paths: Paths, tmp_path: Path) -> None:
    with App(paths, [scripted_plugin.found()], Patience(0.5, 0.5, beat=0.05)) as app:
        session = app.runtimes.open(app.library.find(str(write_tiny(tmp_path / "tiny.gguf"))))
        session.wait_ready(30)
        session.stream(ReplyRequest((Message("user", "hi there"),)))[0].wait(30)
    with App(paths, []) as app:
        assert len(MetricRows(app.store).replies()) == 1


@pytest.mark.usefixtures("fast")
def test_every_token_of_a_reply_is_seen_once(app: App, tmp_path: Path) -> None:
    samples = Samples()
    app.bus.subscribe(samples)
    session = app.runtimes.open(app.library.find(str(write_tiny(tmp_path / "tiny.gguf"))))
    session.wait_ready(30)
    app.sampler.watch(True)
    finished = session.stream(ReplyRequest((Message("user", "one two three four five"),)))[0].wait(30)
    assert finished.usage.completion_tokens > 2
    gaps: list[float] = []
    begun = 0
    while len(gaps) < finished.usage.completion_tokens - 1:
        for burst in samples.next(lambda one: any(w.bursts for w in one.workers)).workers[0].bursts:
            gaps += burst.gaps
            begun += burst.begins
    assert begun == 1
    assert len(gaps) == finished.usage.completion_tokens - 1
    assert finished.timings.gaps is not None
    assert sorted(gaps)[-(-len(gaps) * 50 // 100) - 1] == pytest.approx(finished.timings.gaps.p50_s)
    app.sampler.watch(False)
