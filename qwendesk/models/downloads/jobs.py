"""The files that this process fetches right now, and how fast."""

from __future__ import annotations

import threading
from dataclasses import replace

from qwendesk.models.downloads.job import Job
from qwendesk.models.downloads.pace import Speed
from qwendesk.models.downloads.pull import Pull


class Jobs:
    """By the number of the file; may be used from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[int, tuple[Job, threading.Thread]] = {}
        self._speeds: dict[int, Speed] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, file: int) -> bool:
        return file in self._jobs

    def all(self) -> list[tuple[Job, threading.Thread]]:
        with self._lock:
            return list(self._jobs.values())

    def add(self, job: Job, thread: threading.Thread) -> None:
        with self._lock:
            self._jobs[job.file.number] = (job, thread)

    def remove(self, job: Job) -> None:
        with self._lock:
            del self._jobs[job.file.number]

    def speed_of(self, pull: int) -> Speed:
        """What counts the bytes of all files of a pull."""
        with self._lock:
            return self._speeds.setdefault(pull, Speed())

    def has_path(self, pull: Pull, path: str) -> bool:
        """Whether this file is being fetched, for this pull or for another one."""
        return any((job.pull.folder, job.file.remote.path) == (pull.folder, path) for job, _ in self.all())

    def seen(self, pull: Pull) -> Pull:
        """The pull with what this process knows better than the database."""
        with self._lock:
            known = {number: job for number, (job, _) in self._jobs.items() if job.pull.number == pull.number}
            speed = self._speeds[pull.number].rate() if known else None
        files = tuple(
            replace(one, done=known[one.number].done) if one.number in known else one for one in pull.files
        )
        return replace(pull, files=files, speed=speed)
