"""Jobs of runtimes, each in a worker process of its own that ends with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from qwendesk.api.jobs import JobProgress, JobSpec
from qwendesk.api.problem import Note, Problem
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.models.verifying import Stopped
from qwendesk.runtimes import crash, journal, memory
from qwendesk.runtimes.launch import Launch
from qwendesk.runtimes.process import Exit, WorkerProcess
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.supervisor import Escalation, Patience
from qwendesk.worker import wire
from qwendesk.worker.frames import decoder

Advanced = Callable[[JobProgress], None]
_CANCEL = "cancel"


class RunningJob:
    """A job that was started; used as a context, it is cancelled when that is left before its end.

    Methods may be called from any thread. `progress` is called on another one.
    """

    def __init__(
        self,
        launch: Launch,
        runtime: str,
        job: JobSpec,
        arguments: Mapping[str, Any],
        progress: Advanced = lambda _progress: None,
        patience: Patience | None = None,
    ) -> None:
        """Starts the worker. Raises Problem `worker_not_started`."""
        self._job, self._arguments, self._progress = job, dict(arguments), progress
        self._patience = patience or Patience()
        self._answer: Future[Mapping[str, Any]] = Future()
        self._is_cancelled = False
        self._over, self._wake = threading.Event(), threading.Event()
        self._memory = self._peak = 0
        try:
            self._process = WorkerProcess(launch, self._on_message, self._on_exit, runtime)
        except OSError as error:
            raise Problem(
                "worker_not_started", command=launch.command[0], detail=error.strerror or ""
            ) from error
        journal.works(self.pid, job.id, runtime)
        # A job cannot be asked to stop: it is told at once.
        at_once = Patience(0.0, self._patience.kill_after, beat=self._patience.beat)
        self._escalation = Escalation(at_once, self._process.terminate, self._process.kill)
        threading.Thread(target=self._watch, name=f"job-{self.pid}", daemon=True).start()
        self._process.listen()

    def __enter__(self) -> RunningJob:
        return self

    def __exit__(self, *_: object) -> None:
        if not (self._answer.done() and self.join(self._patience.terminate_after)):
            self.cancel()
        self.join()

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> tuple[str, ...]:
        """The last lines of the worker's log."""
        return self._process.log()

    def result(self, timeout: float | None = None) -> Mapping[str, Any]:
        """What came of it; blocks until then.

        Raises:
            Problem: why nothing did: the job's own, or how its process ended.
            Stopped: it was cancelled.
            TimeoutError: it goes on.
        """
        return self._answer.result(timeout)

    def cancel(self) -> None:
        """End its process: asked to, and killed where that does not help. Returns at once."""
        self._is_cancelled = True
        self._escalation.expect(_CANCEL)
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the process is gone; whether it is."""
        return self._over.wait(timeout)

    def _on_message(self, message: wire.ToParent) -> None:
        match message:
            case wire.Hello() if message.protocol != wire.PROTOCOL:
                self._fail(Problem("worker_other_version", path=message.python))
                self._process.kill()
            case wire.Hello():
                self._process.send(wire.RunJob(self._job.run, self._arguments))
            case wire.Advanced() if not self._is_cancelled:
                self._progress(message.progress)
            case wire.JobDone():
                result = decoder(dict[str, Any]).decode(message.result)
                if not self._answer.done():
                    self._answer.set_result(result)
                self._process.send(wire.Shutdown())
            case wire.JobFailed():
                problem, _log = crash.translated(message.problem, self._process.log())
                self._fail(Problem.of(problem))
                self._process.send(wire.Shutdown())

    def _fail(self, error: Exception) -> None:
        if not self._answer.done():
            self._answer.set_exception(error)

    def _on_exit(self, exit: Exit) -> None:
        self._fail(Stopped() if self._is_cancelled else Problem.of(self._explained(exit)))
        journal.worked(self.pid, self._job.id, exit.code)
        self._over.set()
        self._wake.set()

    def _explained(self, exit: Exit) -> Note:
        death = crash.Death(
            code=exit.code,
            doing="working",
            memory_bytes=self._memory,
            peak_bytes=max(self._peak, exit.peak_bytes),
            log=exit.log,
            bad_frame=exit.bad_frame,
        )
        return crash.explain(death)

    def _watch(self) -> None:
        """Once a beat: memory, and the next step against a process that does not end."""
        while not self._over.is_set():
            due = self._escalation.beat()
            self._memory = memory.used_bytes(self.pid) or self._memory
            self._peak = max(self._peak, self._memory)
            self._wake.wait(min(self._patience.beat, due if due is not None else self._patience.beat))
            self._wake.clear()


class Jobs:
    """The jobs of all runtimes. Methods may be called from any thread."""

    def __init__(self, runtimes: Runtimes, patience: Patience | None = None) -> None:
        self._runtimes, self._patience = runtimes, patience
        self._running: list[RunningJob] = []
        self._closed = False
        self._lock = threading.Lock()

    def provider(self, job: str) -> tuple[RuntimeSpec, JobSpec]:
        """The runtime that does a job, one that works here if there is one.

        Raises:
            Problem: `job_unknown` (job), or `runtime_unavailable` (runtime, reason, fix).
        """
        offers = [
            (state, one) for state in self._runtimes.states() for one in state.spec.jobs if one.id == job
        ]
        if not offers:
            raise Problem("job_unknown", job=job)
        state, found = min(offers, key=lambda one: (not one[0].probe.available, -one[0].spec.rank))
        self._runtimes.must_work(state.spec, state.probe)
        return state.spec, found

    def start(
        self, job: str, arguments: Mapping[str, Any], progress: Advanced = lambda _progress: None
    ) -> RunningJob:
        """Start a job by its id.

        Raises:
            Problem: those of `provider`, `worker_not_started`, `python_missing`, `cache_unusable`, or
                `session_closed`.
        """
        spec, found = self.provider(job)
        launch = self._runtimes.launch(spec)
        with self._lock:
            if self._closed:
                raise Problem("session_closed")
            running = RunningJob(launch, spec.id, found, arguments, progress, self._patience)
            self._running = [one for one in self._running if not one.join(0)] + [running]
        return running

    def close(self) -> None:
        """Cancel every job; waits until their processes are gone. Nothing can be started any more."""
        with self._lock:
            self._closed = True
            running = self._running
        for one in running:
            one.cancel()
        for one in running:
            one.join()
