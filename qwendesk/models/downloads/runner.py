"""Works off the queue: a few files at a time, each on a thread, watched by one more."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Collection

from qwendesk.api.problem import Note, Problem
from qwendesk.models.downloads.job import Job, Means
from qwendesk.models.downloads.jobs import Jobs
from qwendesk.models.downloads.listing import file_of, pull_of, read_note, written
from qwendesk.models.downloads.pace import Stopped
from qwendesk.models.downloads.pull import ModelInstalled, Pull, PullChanged, PullRemoved, QueueHeld
from qwendesk.store.downloads import DownloadRows
from qwendesk.system import process
from qwendesk.system.bus import Bus

LOOK_S, IDLE_S, SAVE_S = 0.25, 2.0, 1.0
_HOLDING = frozenset({"download_disk_full", "no_room"})
# Somebody else is at work on the very file; it is looked at again until it is there.
_PASSING = frozenset({"download_elsewhere"})
_CLOSE_S = 5.0
_log = logging.getLogger(__name__)


class Runner:
    """Fetches what is queued, until closed. Any number of processes may do so for one home."""

    def __init__(self, rows: DownloadRows, means: Means, bus: Bus, limit: Callable[[], int]) -> None:
        self._rows = rows
        self._means = means
        self._bus = bus
        self._limit = limit
        self._me = process.this_process()
        self._jobs = Jobs()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._only: set[int] | None = set()
        self._announced: set[int] = set()
        self._held: Note | None = None
        self._saved = 0.0
        self._thread: threading.Thread | None = None

    def start(self, only: Collection[int] | None = None) -> None:
        """Work off these pulls from now on, too; None means the whole queue."""
        with self._lock:
            self._only = None if only is None or self._only is None else self._only | set(only)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="downloads", daemon=True)
                self._thread.start()
        self.wake()

    def wake(self) -> None:
        """Something changed: look now."""
        self._wake.set()

    def close(self) -> None:
        """Stop everything; what is there is kept, and goes on at the next start."""
        self._closing = True
        self.wake()
        if self._thread is not None:
            self._thread.join()

    def held(self) -> Note | None:
        """Why nothing more is fetched, or None."""
        return self._held or read_note(self._rows.held())

    def release(self) -> None:
        """Go on. Raises the store's Problems."""
        self._held = None
        self._rows.hold(None)
        self.wake()

    def current(self, number: int) -> Pull | None:
        """The pull as it is now."""
        row = self._rows.pull(number)
        return self.seen(pull_of(row, self._rows.files_of(number))) if row else None

    def seen(self, pull: Pull) -> Pull:
        """The pull with what this process knows better."""
        return self._jobs.seen(pull)

    def _work(self) -> None:
        while not self._closing:
            try:
                self._tend()
                self._start_more()
            except Problem as problem:
                _log.warning("The queue of downloads cannot be read: %s", problem)
            except Exception:
                _log.exception("The queue of downloads goes on after a failure")
            self._wake.wait(LOOK_S if self._jobs else IDLE_S)
            self._wake.clear()
        for job, _ in self._jobs.all():
            job.wish.stop()
        for _, thread in self._jobs.all():
            # One that is still making its connection ends with the process; what it fetches is safe.
            thread.join(_CLOSE_S)

    def _tend(self) -> None:
        """Pass on wishes, also those of other processes, and tell how far everything is."""
        saving = time.monotonic() - self._saved > SAVE_S
        pulls = set()
        for job, _ in self._jobs.all():
            row = self._rows.file(job.file.number)
            if row is None or row["paused"] or row["state"] == "cancelled":
                job.wish.stop()
            elif saving:
                self._rows.set_file(job.file.number, done=job.done)
            pulls.add(job.pull.number)
        if saving:
            self._saved = time.monotonic()
        for number in pulls:
            self._tell(number)

    def _tell(self, number: int) -> None:
        if (pull := self.current(number)) is not None:
            self._bus.publish(PullChanged(pull))

    def _start_more(self) -> None:
        if self.held() is not None:
            return
        for row in self._rows.waiting():
            if len(self._jobs) >= max(1, self._limit()) or self._closing:
                return
            only = self._only
            if row["number"] in self._jobs or (only is not None and row["pull"] not in only):
                continue
            if row["owner"] not in (None, self._me) and process.is_alive(row["owner"]):
                continue
            found = self._rows.pull(row["pull"])
            if found is None or self._jobs.has_path(pull := pull_of(found, []), row["path"]):
                continue
            if self._rows.claim(row["number"], row["owner"], self._me):
                self._start_job(pull, row["number"])

    def _start_job(self, pull: Pull, file: int) -> None:
        row = self._rows.file(file)
        if row is None:
            return
        with self._lock:  # one that was whole and is fetched anew will be news again
            self._announced.discard(pull.number)
        job = Job(pull, file_of(row), self._means, self._jobs.speed_of(pull.number))
        thread = threading.Thread(target=self._run, args=(job,), name="download", daemon=True)
        self._jobs.add(job, thread)
        thread.start()
        self._tell(pull.number)

    def _run(self, job: Job) -> None:
        state, problem = "queued", None
        try:
            job.run()
            state = "done"
        except Stopped:
            pass
        except Problem as found:
            problem = found.note()
            state = "queued" if found.id in _HOLDING | _PASSING else "failed"
        except Exception as error:
            _log.exception("A download failed")
            state, problem = "failed", Note("internal", {"detail": f"{type(error).__name__}: {error}"})
        try:
            self._write_down(job, state, problem)
        except Problem as found:
            # The database is on the full disk, too. Unwritten, the file counts as running and nobody's.
            _log.warning("What became of a download was not written down: %s", found)
        self._jobs.remove(job)
        with contextlib.suppress(Problem):
            self._report(job.pull.number)
        self.wake()

    def _write_down(self, job: Job, state: str, problem: Note | None) -> None:
        row = self._rows.file(job.file.number)
        if row is None or row["state"] == "cancelled":
            self._take_back(job)
            return
        if problem is not None and problem.id in _HOLDING:
            self._bus.publish(QueueHeld(problem))
            self._hold(problem)
        notes = json.loads(row["notes"]) + [[note.id, note.arguments] for note in job.said]
        self._rows.set_file(
            job.file.number,
            state=state,
            owner=None,
            done=job.done,
            problem=written(problem) if problem else None,
            notes=json.dumps(notes),
        )

    def _hold(self, reason: Note) -> None:
        try:
            self._rows.hold(written(reason))
        except Problem:
            # The database is on the full disk, too: then it is known here alone.
            self._held = reason
            raise

    def _report(self, number: int) -> None:
        pull = self.current(number)
        if pull is None:
            return
        self._bus.publish(PullChanged(pull))
        with self._lock:
            news = pull.state == "done" and number not in self._announced
            self._announced |= {number} if news else set()
        if news:
            paths = tuple(pull.folder.joinpath(*one.remote.path.split("/")) for one in pull.files)
            self._bus.publish(ModelInstalled(pull, paths))

    def _take_back(self, job: Job) -> None:
        """After a cancel, the last file to end takes all that is not whole with it."""
        self._rows.set_file(job.file.number, state="cancelled", owner=None)
        rows = self._rows.files_of(job.pull.number)
        if any(row["owner"] is not None for row in rows):
            return
        for row in rows:
            if row["state"] != "done":
                with contextlib.suppress(Problem):
                    Job(job.pull, file_of(row), self._means, job.speed).discard()
        self._rows.remove(job.pull.number)
        self._bus.publish(PullRemoved(job.pull.number))
