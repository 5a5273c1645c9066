"""What each worker takes: memory, processor, threads.

PSS and its peak are those of the session, which measures them anyway: reading PSS walks through the page
tables of a whole model. The detail beside it comes from counters that cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from qwendesk.monitor.bursts import Listener
from qwendesk.monitor.rates import Rate
from qwendesk.monitor.sample import GpuSample, WorkerSample
from qwendesk.runtimes.session import Session

# Looking for processes that a worker started goes through all of the machine's.
_CHILDREN_S = 10.0
_PROC = Path("/proc")


@dataclass(slots=True)
class _Known:
    """A worker's processes, and when they were looked for."""

    processes: list[psutil.Process]
    looked: float
    rate: Rate


class WorkerProbe:
    """Reads what is loaded. For one thread."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._listeners: dict[int, Listener] = {}

    def __call__(
        self, now: float, sessions: Sequence[Session], gpus: Sequence[GpuSample]
    ) -> tuple[WorkerSample, ...]:
        """A sample of each session; `now` on the monotonic clock."""
        self._known = {pid: known for pid, known in self._known.items() if pid in {s.pid for s in sessions}}
        self._listeners = {one.id: self._listeners.get(one.id) or Listener() for one in sessions}
        return tuple(self._sample(now, session, gpus) for session in sessions)

    def _sample(self, now: float, session: Session, gpus: Sequence[GpuSample]) -> WorkerSample:
        state, model = session.state, session.recipe.model
        known = self._processes(now, session.pid)
        seconds, threads, private, file_backed = _counted(known.processes)
        pids = {one.pid for one in known.processes}
        rate, bursts = self._listeners[session.id](now, session.pulse)
        return WorkerSample(
            session.id,
            session.pid,
            model.name,
            session.recipe.spec.id,
            state.memory_bytes,
            state.peak_bytes,
            private=private,
            file_backed=file_backed,
            device=sum(bytes for gpu in gpus for pid, bytes in gpu.processes.items() if pid in pids),
            busy=known.rate(now, seconds),
            threads=threads or None,
            running=session.running,
            slots=state.report.slots if state.report is not None else 0,
            tokens_per_s=rate,
            bursts=bursts,
        )

    def _processes(self, now: float, pid: int) -> _Known:
        known = self._known.get(pid)
        if known is None or now - known.looked >= _CHILDREN_S:
            rate = known.rate if known is not None else Rate()
            known = self._known[pid] = _Known(_family(pid), now, rate)
        return known


def _family(pid: int) -> list[psutil.Process]:
    try:
        worker = psutil.Process(pid)
        return [worker, *worker.children(recursive=True)]
    except psutil.Error:
        return []


def _counted(processes: Sequence[psutil.Process]) -> tuple[float, int, int | None, int | None]:
    """Seconds of processor time, threads, private and file-backed bytes of processes together."""
    seconds, threads, resident = 0.0, 0, []
    for one in processes:
        try:
            times = one.cpu_times()
            seconds += times.user + times.system
            threads += one.num_threads()
            resident.append(_resident(one.pid))
        except (psutil.Error, OSError, ValueError):
            continue  # it ended meanwhile
    told = [one for one in resident if one is not None]
    if not told:
        return seconds, threads, None, None
    return seconds, threads, sum(one for one, _ in told), sum(one for _, one in told)


def _resident(pid: int) -> tuple[int, int] | None:
    file = _PROC / str(pid) / "status"
    return parts(_fields(file.read_text(encoding="utf-8", errors="replace"))) if file.exists() else None


def _fields(text: str) -> dict[str, str]:
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def parts(status: Mapping[str, str]) -> tuple[int, int] | None:
    """Private and file-backed bytes of the resident set, from the fields of Linux's /proc/PID/status."""
    names = ("RssAnon", "RssFile", "RssShmem")
    if not all(name in status for name in names):
        return None
    anonymous, files, shared = (int(status[name].split()[0]) * 1024 for name in names)
    return anonymous, files + shared
