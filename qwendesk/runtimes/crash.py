"""Why a worker ended, said as data: from an exit code, the last log lines and what we had asked for."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field

from qwendesk.api.problem import Note, Value
from qwendesk.runtimes.causes import HAVE_SINCE, Cause, cause_of

# What native libraries print just before they abort; the first group is worth showing.
_CAUSES = (
    re.compile(r"(GGML_ASSERT\(.*)"),
    re.compile(r"((?:failed to allocate|unable to allocate|out of memory|bad_alloc).*)", re.IGNORECASE),
    re.compile(r"(?:terminate called|what\(\):)\s*(.*)"),
    re.compile(r"(Fatal Python error: .*)"),
    re.compile(r"(\w*Error: .*)"),
    re.compile(r"((?:error|failed)\b.*)", re.IGNORECASE),
)
_WINDOWS_ACCESS_VIOLATION = 0xC0000005
_WINDOWS_ILLEGAL_INSTRUCTION = 0xC000001D
_WINDOWS_NO_MEMORY = 0xC0000017
_OPEN = frozenset({"load_failed", "engine_failed", "engine_ended_early", "engine_missing", "internal"})
"""What an engine or the worker reports that may have a cause with a sentence of its own."""


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a worker that nobody asked for.

    Args:
        code: exit code; negative is the signal's number (POSIX).
        memory_bytes: the last reading; peak_bytes: the highest one, or what the system tells at the end.
        escalated: we ended it because it did not answer.
    """

    code: int
    doing: str
    memory_bytes: int
    peak_bytes: int
    log: tuple[str, ...] = field(default=())
    bad_frame: str = ""
    escalated: bool = False

    @property
    def signal(self) -> str:
        """The signal's name, or an empty text."""
        if self.code >= 0:
            return ""
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"


def explain(death: Death) -> Note:
    """The one sentence about a death, as an id and arguments."""
    facts: dict[str, Value] = {
        "doing": death.doing,
        "code": death.code,
        "signal": death.signal,
        "memory": death.memory_bytes,
        "peak": death.peak_bytes,
        "cause": cause(death.log),
    }
    found = _cause(death)
    return _named(found, facts) if found is not None else Note(_kind(death), facts)


def translated(problem: Note, log: tuple[str, ...]) -> tuple[Note, tuple[str, ...]]:
    """What an engine reported, by its cause where that is known, and the log lines worth showing with it."""
    if problem.id not in _OPEN:
        return problem, ()
    found = cause_of([str(problem.arguments.get("detail") or "")]) or cause_of(log)
    return _named(found, problem.arguments) if found is not None else problem, log


def _named(found: Cause, facts: dict[str, Value]) -> Note:
    """The cause as a note; `build` is a version of the engine that has what this one lacks."""
    build = HAVE_SINCE.get(found.what) if found.id == "too_old" else None
    if build is not None:
        return Note("engine_too_old_known", {**facts, "what": found.what, "build": str(build)})
    if found.id == "file_broken" and "path" in facts:
        # It may be another file than the model's: an adapter, a projector.
        return Note("engine_file_damaged", {"path": facts["path"], "cause": found.line})
    return Note(f"engine_{found.id}", {**facts, "cause": found.line, "what": found.what})


def _cause(death: Death) -> Cause | None:
    """By the exit code where that says it all, else by the log; a signal from outside has no cause there."""
    code = death.code & 0xFFFFFFFF if death.code > 255 else death.code
    if death.signal == "SIGILL" or code == _WINDOWS_ILLEGAL_INSTRUCTION:
        return Cause("cpu_lacks", cause(death.log))
    if code == _WINDOWS_NO_MEMORY:
        return Cause("out_of_memory", cause(death.log))
    if death.escalated or death.bad_frame or death.signal in ("SIGKILL", "SIGTERM", "SIGINT"):
        return None
    return cause_of(death.log)


def _kind(death: Death) -> str:
    if death.escalated:
        return "worker_unanswering"
    if death.bad_frame:
        return "worker_babbled"
    if death.signal == "SIGKILL":
        return "worker_killed"
    if death.signal in ("SIGSEGV", "SIGBUS", "SIGFPE") or _is_access_violation(death.code):
        return "worker_crashed"
    if death.signal == "SIGABRT":
        return "worker_aborted"
    return "worker_ended"


def _is_access_violation(code: int) -> bool:
    return code & 0xFFFFFFFF == _WINDOWS_ACCESS_VIOLATION and code != -1 and code > 255


def cause(log: tuple[str, ...]) -> str:
    """The line of the log that most likely says why, searched from the end; empty if none does."""
    for pattern in _CAUSES:
        for line in reversed(log):
            if found := pattern.search(line):
                return found.group(1).strip()[:200]
    return ""
