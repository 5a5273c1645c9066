"""The queue of the lab: one at a time, stopped, gone on with, and offered again after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.lab.asked import Asked, Run, Step
from qwendesk.lab.events import RunChanged, RunForgotten
from qwendesk.lab.running import Queue, Tell
from qwendesk.models.verifying import Stopped
from qwendesk.system.paths import Paths

FOUR, TWO = Asked(("seedling:Q4_K_M",)), Asked(("seedling:Q2_K",), speed=True)
WAIT_S = 20.0
TESTS = Path(__file__).parents[1]
KILLED = """
import sys, threading
from pathlib import Path
from qwendesk.app import App
from qwendesk.lab.asked import Asked
from qwendesk.lab.events import RunChanged
from qwendesk.system.paths import Paths

def heard(event):
    if isinstance(event, RunChanged):
        step = event.run.step
        if step.stage == "read" and step.entrant != "seedling:F16":
            print("reading", flush=True)

home, *models, text = sys.argv[1:]
app = App(Paths(Path(home)))
app.bus.subscribe(heard)
app.lab.queue.add(Asked(tuple(models), (text,), window=64))
threading.Event().wait()
"""


class Work:
    """Measures until it is let go, or stopped."""

    def __init__(self) -> None:
        self.begun: list[Asked] = []
        self.at_it, self.go = threading.Event(), threading.Event()
        self.outcome: tuple[Note, ...] | Exception = ()

    def __call__(self, asked: Asked, tell: Tell, stopped: Callable[[], bool]) -> tuple[Note, ...]:
        self.begun.append(asked)
        tell(Step(1, 1, "read", asked.models[0], "english", 0.25, 30.0))
        self.at_it.set()
        while not self.go.wait(0.01):
            if stopped():
                raise Stopped
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def test_the_same_again_is_not_asked_for_twice(tmp_path: Path) -> None:
    work = Work()
    queue = Queue(work, tmp_path / "queue.json", lambda _event: None)
    first = queue.add(Asked(("a",), since=5.0))
    assert work.at_it.wait(WAIT_S)
    assert queue.add(Asked(("a",), since=9.0)).id == first.id
    assert queue.add(Asked(("a",))).id != first.id
    queue.close()
    anew = Queue(work, tmp_path / "queue.json", lambda _event: None)
    left = next(one for one in anew.runs if one.asked.since)
    assert anew.add(Asked(("a",), since=99.0)).id == left.id
    assert {one.asked.since for one in anew.runs} == {99.0, 0.0}
    work.go.set()
    anew.close()


class Heard:
    """What the bus was told, and a way to wait for a state."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self._news = threading.Condition()

    def __call__(self, event: object) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def until(self, id: int, state: str) -> Run:
        def found() -> list[Run]:
            last = [one.run for one in self.events if isinstance(one, RunChanged) and one.run.id == id][-1:]
            return [one for one in last if one.state == state]

        with self._news:
            assert self._news.wait_for(found, WAIT_S), f"{id} never became {state}"
            return found()[0]


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def queue(work: Work, heard: Heard, tmp_path: Path) -> Iterator[Queue]:
    made = Queue(work, tmp_path / "lab.json", heard)
    yield made
    made.close()


def test_one_at_a_time_in_the_order_asked(queue: Queue, work: Work, heard: Heard) -> None:
    first, second = queue.add(FOUR), queue.add(TWO)
    assert work.at_it.wait(WAIT_S)
    assert [one.state for one in queue.runs] == ["running", "waiting"]
    assert queue.runs[0].step == Step(1, 1, "read", "seedling:Q4_K_M", "english", 0.25, 30.0)
    work.go.set()
    heard.until(first.id, "done")
    heard.until(second.id, "done")
    assert work.begun == [FOUR, TWO]


def test_the_same_is_not_queued_twice(queue: Queue, work: Work) -> None:
    first = queue.add(FOUR)
    assert work.at_it.wait(WAIT_S)
    assert queue.add(FOUR).id == first.id
    assert len(queue.runs) == 1


def test_many_may_ask_at_once(queue: Queue, work: Work) -> None:
    asked = [Asked((f"model-{at}",)) for at in range(24)]
    with ThreadPoolExecutor(len(asked)) as threads:
        ids = [one.id for one in threads.map(queue.add, asked)]
    assert sorted(ids) == list(range(1, 25))
    assert {one.asked for one in queue.runs} == set(asked)


def test_stopped_and_gone_on_with(queue: Queue, work: Work, heard: Heard) -> None:
    first, second = queue.add(FOUR), queue.add(TWO)
    assert work.at_it.wait(WAIT_S)
    queue.stop(second.id)
    queue.stop(first.id)
    heard.until(first.id, "stopped")
    assert [one.state for one in queue.runs] == ["stopped", "stopped"]
    work.go.set()
    queue.resume(first.id)
    heard.until(first.id, "done")
    assert work.begun == [FOUR, FOUR]


def test_what_is_not_finished_is_offered_again(work: Work, heard: Heard, tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    killed = Queue(work, file, heard)
    killed.add(FOUR)
    killed.add(TWO)
    assert work.at_it.wait(WAIT_S)
    killed.close()
    later = Queue(work, file, heard)
    assert [(one.asked, one.state) for one in later.runs] == [(FOUR, "stopped"), (TWO, "stopped")]
    later.forget(1)
    assert heard.events[-1] == RunForgotten(1)
    work.go.set()
    later.resume(2)
    heard.until(2, "done")
    later.close()
    assert Queue(work, file, heard).runs == ()


@pytest.mark.parametrize("found", [b"", b"[1]", b"\xff", b'[{"models": "no list"}]'])
def test_a_file_that_says_something_else_is_no_queue(
    found: bytes, work: Work, heard: Heard, tmp_path: Path
) -> None:
    file = tmp_path / "lab.json"
    file.write_bytes(found)
    assert Queue(work, file, heard).runs == ()


def test_what_failed_says_why_and_can_be_tried_again(queue: Queue, work: Work, heard: Heard) -> None:
    work.outcome = Problem("text_unknown", name="gone.txt", known="english")
    work.go.set()
    run = queue.add(FOUR)
    failed = heard.until(run.id, "failed")
    assert failed.problem == Note("text_unknown", {"name": "gone.txt", "known": "english"})
    work.outcome = (Note("lab_nobody", {}),)
    queue.resume(run.id)
    assert heard.until(run.id, "done").notes == work.outcome


def test_a_fault_of_ours_costs_no_other_run(queue: Queue, work: Work, heard: Heard) -> None:
    work.outcome = ValueError("odd")
    work.go.set()
    first, second = queue.add(FOUR), queue.add(TWO)
    problem = heard.until(first.id, "failed").problem
    assert problem is not None
    assert problem.id == "internal"
    heard.until(second.id, "failed")


def test_one_under_way_is_not_forgotten(queue: Queue, work: Work) -> None:
    run = queue.add(FOUR)
    assert work.at_it.wait(WAIT_S)
    queue.forget(run.id)
    assert queue.runs[0].state == "running"


def test_a_killed_run_goes_on_where_it_was(paths: Paths) -> None:
    """The program is killed while the second model reads; what the first one read is not read again."""
    paths.home.mkdir(parents=True)
    text = paths.home / "sums.txt"
    text.write_text(" ".join(f"What is {at} + {at}? It is {2 * at}." for at in range(900)))
    asked = Asked(("seedling:F16", "seedling:Q8_0"), (str(text),), window=64)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(paths.home), *asked.models, *asked.texts],
        stdout=subprocess.PIPE,
        env=environment,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"reading\n"
        program.kill()
    heard = Heard()
    with App(paths) as app:
        (left,) = app.lab.queue.runs
        assert (left.asked, left.state) == (asked, "stopped")
        (before,) = app.lab.book.all()
        assert before.subject.quantization == "F16"
        app.bus.subscribe(heard)
        app.lab.queue.resume(left.id)
        heard.until(left.id, "done")
        rows = app.lab.book.all()
        assert [one.subject.quantization for one in rows] == ["F16", "Q8_0"]
        assert rows[0] == before
        assert rows[1].result["comparison"]["count"] > 0


def test_seedling_is_measured_and_a_model_that_is_gone_is_told(paths: Paths) -> None:
    heard = Heard()
    with App(paths) as app:
        app.bus.subscribe(heard)
        text = paths.home / "sums.txt"
        text.write_text(" ".join(f"What is {at} + {at}? It is {2 * at}." for at in range(120)))
        asked = Asked(("seedling:F16", "seedling:Q8_0", "no-such-model"), (str(text),), window=128)
        done = heard.until(app.lab.queue.add(asked).id, "done")
        assert [one.id for one in done.notes] == ["model_not_found"]
        rows = app.lab.book.all()
        assert [one.subject.quantization for one in rows] == ["F16", "Q8_0"]
        assert rows[1].result["comparison"]["kl_mean"][0] > 0
