"""Why a worker ended, said as data: from an exit code, the last log lines and what we had asked for."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field

from qwendesk.api.problem import Note, Value

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


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a worker that nobody asked for.

    Args:
        code: exit code; negative is the signal's number (POSIX).
        memory_bytes: the last reading; peak_bytes: the highest one.
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
    return Note(_kind(death), facts)


def _kind(death: Death) -> str:
    if death.escalated:
        return "worker_unanswering"
    if death.bad_frame:
        return "worker_babbled"
    if death.signal == "SIGKILL":
        return "worker_killed"
    if death.signal in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE") or _is_access_violation(death.code):
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
