"""Jobs in workers of their own: their end, their progress, and what misbehaves in them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from fakes import jobs as fakes
from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.api.runtimes import Probe
from qwendesk.app import App
from qwendesk.models.verifying import Stopped
from qwendesk.runtimes.jobs import RunningJob
from qwendesk.runtimes.launch import Launch, own_interpreter
from qwendesk.system.paths import Paths
from qwendesk.words.problems import word

from .conftest import PYTHONPATH, SHORT

Start = Callable[..., RunningJob]


class Half:
    """Hears how far a job is."""

    def __init__(self) -> None:
        self.heard: list[JobProgress] = []
        self.began = threading.Event()

    def __call__(self, progress: JobProgress) -> None:
        self.heard.append(progress)
        self.began.set()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the fake job in the real worker; `then` is what it does after half of its work."""
    started: list[RunningJob] = []

    def begin(then: str, half: Half | None = None, **arguments: object) -> RunningJob:
        own = own_interpreter()
        launch = Launch(own.command, {**own.environment, "PYTHONPATH": PYTHONPATH})
        job = RunningJob(launch, "fake", fakes.JOB, {"then": then, **arguments}, half or Half(), SHORT)
        started.append(job)
        return job

    yield begin
    for job in started:
        job.cancel()
        assert job.join(10)


def test_a_job_tells_how_far_it_is_and_what_came_of_it(start: Start) -> None:
    half = Half()
    with start("returns", half, number=7, names=["a", "b"]) as job:
        result = job.result(30)
    assert result["pid"] == job.pid != os.getpid()
    assert result["arguments"] == {"then": "returns", "number": 7, "names": ["a", "b"]}
    assert half.heard == [JobProgress(0.5, "half", 1, 2)]
    assert job.join(10)
    assert not psutil.pid_exists(job.pid)


@pytest.mark.parametrize(
    ("then", "problem", "says"),
    [
        ("refuses", "file_unreadable", "/x"),
        ("breaks", "internal", "ZeroDivisionError"),
        ("returns_no_data", "internal", "TypeError"),
        ("segfaults", "worker_crashed", "SIGSEGV"),
        ("aborts", "worker_aborted", "GGML_ASSERT"),
        ("exits", "worker_ended", "3"),
    ],
)
def test_what_goes_wrong_is_told(start: Start, then: str, problem: str, says: str) -> None:
    with start(then) as job, pytest.raises(Problem) as raised:
        job.result(30)
    assert raised.value.id == problem
    assert says in str(word(raised.value.note()))


@pytest.mark.parametrize("then", ["waits", "ignores_terminate"])
def test_a_cancelled_job_is_gone(start: Start, then: str) -> None:
    if sys.platform == "win32" and then == "ignores_terminate":
        pytest.skip("nobody can ignore it there")
    half = Half()
    job = start(then, half)
    assert half.began.wait(30)
    with pytest.raises(TimeoutError):
        job.result(0)
    job.cancel()
    with pytest.raises(Stopped):
        job.result(30)
    assert job.join(10)
    assert not psutil.pid_exists(job.pid)


def test_leaving_early_cancels(start: Start) -> None:
    half = Half()
    with pytest.raises(KeyboardInterrupt), start("waits", half) as job:  # noqa: PT012
        assert half.began.wait(30)
        raise KeyboardInterrupt
    assert not psutil.pid_exists(job.pid)


def test_jobs_are_found_by_what_they_do(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    with App(paths, [fakes.found()]) as app:
        assert app.jobs.provider("quantize")[1] == fakes.JOB
        with app.jobs.start("quantize", {"then": "returns"}) as job:
            assert job.result(30)["pid"] == job.pid
        with pytest.raises(Problem, match="job_unknown"):
            app.jobs.provider("dance")
        half = Half()
        waiting = app.jobs.start("quantize", {"then": "waits"}, half)
        assert half.began.wait(30)
    with pytest.raises(Stopped):
        waiting.result(0)
    with pytest.raises(Problem, match="session_closed"):
        app.jobs.start("quantize", {"then": "returns"})


def test_a_runtime_that_cannot_work_says_why(paths: Paths) -> None:
    missing = Probe(False, reason="It is not installed.", fix="Install it.")
    with App(paths, [fakes.found(missing)]) as app, pytest.raises(Problem) as raised:
        app.jobs.start("quantize", {})
    assert str(word(raised.value.note())) == "Working cannot work here: It is not installed. Install it."


_PARENT = """
import sys, threading
from fakes import jobs
from qwendesk.runtimes.jobs import RunningJob
from qwendesk.runtimes.launch import own_interpreter
began = threading.Event()
job = RunningJob(own_interpreter(), "fake", jobs.JOB, {"then": "waits"}, lambda _: began.set())
began.wait()
print(job.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the kill is POSIX")
def test_a_job_dies_with_a_parent_that_is_killed() -> None:
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": PYTHONPATH}
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    with parent.stdout, parent.stdin:
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        psutil.wait_procs([worker], timeout=10)
        assert not worker.is_running()
