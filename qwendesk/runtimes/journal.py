"""What the log says about workers and replies: ids, figures and fingerprints, never a text."""

from __future__ import annotations

import logging
from pathlib import Path

from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished, ReplyRequest
from qwendesk.runtimes.state import SessionState
from qwendesk.system.log.fingerprint import fingerprint

_log = logging.getLogger(__name__)
_GRAVE = ("failed", "dead")


def started(pid: int, runtime: str, model: Path) -> None:
    """A worker was started to load a file."""
    _log.info("Worker %d loads path=%r with %s", pid, str(model), runtime)


def works(pid: int, job: str, runtime: str) -> None:
    """A worker was started for a job."""
    _log.info("Worker %d does the job %s of %s", pid, job, runtime)


def worked(pid: int, job: str, code: int) -> None:
    """The worker of a job is gone."""
    _log.info("Worker %d is gone after the job %s, with code %d", pid, job, code)


def changed(pid: int, state: SessionState) -> None:
    """A worker is in another phase."""
    if state.phase in _GRAVE:
        _log.error("Worker %d is %s: %s", pid, state.phase, state.problem or "no reason told")
        if (death := state.death) is not None:
            _log.error(
                "Worker %d ended with code %d %s while %s; memory %d bytes, at most %d",
                *(pid, death.code, death.signal, death.doing, death.memory_bytes, death.peak_bytes),
            )
    elif state.phase == "ready" and state.load_s is not None:
        _log.info("Worker %d is ready after %.2f s", pid, state.load_s)
    else:
        _log.info("Worker %d is %s", pid, state.phase)


def asked(pid: int, reply: int, request: ReplyRequest) -> None:
    """A reply was asked for."""
    last = fingerprint(request.messages[-1].content) if request.messages else "nothing"
    _log.info(
        "Worker %d, reply %d: asked with %d messages, the last one %s",
        pid,
        reply,
        len(request.messages),
        last,
    )


def finished(pid: int, reply: int, done: Finished) -> None:
    """A reply ended as it should."""
    usage, timings = done.usage, done.timings
    speed = f"{timings.decode_tps:.1f}" if timings.decode_tps is not None else "unknown"
    _log.info(
        "Worker %d, reply %d: %s after %.2f s, %d tokens read, %d written, %s tok/s, text %s",
        *(pid, reply, done.reason, timings.total_s, usage.prompt_tokens, usage.completion_tokens),
        *(speed, fingerprint(done.answer)),
    )


def broken(pid: int, reply: int, problem: Note) -> None:
    """A reply failed."""
    _log.warning("Worker %d, reply %d: failed with %s", pid, reply, problem)
