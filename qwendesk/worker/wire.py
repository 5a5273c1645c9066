"""The messages between the application and a worker: tagged, frozen, MessagePack, never pickles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from qwendesk.api.engine import LoadProgress, LoadReport, ModelFiles
from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Delta, Finished, PromptBuilt, PromptRead, ReplyRequest, Resplit
from qwendesk.worker.question import AnyQuestion

PROTOCOL = 4
MAX_FRAME = 64 * 1024 * 1024
# What a message has around an answer.
_SPARE = 1024


class Load(msgspec.Struct, tag="load", frozen=True):
    """Load this model. `engine` and `options_type` are "package.module:Class"."""

    model: ModelFiles
    engine: str
    options_type: str
    options: dict[str, Any]


class Generate(msgspec.Struct, tag="generate", frozen=True):
    """Continue a conversation; `sent` is the session's monotonic time, from which TTFT counts."""

    id: int
    request: ReplyRequest
    sent: float


class Cancel(msgspec.Struct, tag="cancel", frozen=True):
    """Stop this request; answered by Done, Answered or Broken within one token or one piece of the work."""

    id: int


class Ask(msgspec.Struct, tag="ask", frozen=True):
    """Ask about the model; answered by Answered or Broken."""

    id: int
    question: AnyQuestion


class RunJob(msgspec.Struct, tag="run_job", frozen=True):
    """Do this and load no model; ending the process cancels it. `run` is "package.module:function"."""

    run: str
    arguments: dict[str, Any]


class Shutdown(msgspec.Struct, tag="shutdown", frozen=True):
    """Close the engine and end."""


class Hello(msgspec.Struct, tag="hello", frozen=True):
    """The first message of a worker."""

    protocol: int
    pid: int
    python: str


class Alive(msgspec.Struct, tag="alive", frozen=True):
    """A sign of life, once a second, with what the worker is doing."""

    doing: str


class Loading(msgspec.Struct, tag="loading", frozen=True):
    progress: LoadProgress


class Loaded(msgspec.Struct, tag="loaded", frozen=True):
    report: LoadReport


class NotLoaded(msgspec.Struct, tag="not_loaded", frozen=True):
    problem: Note


class Built(msgspec.Struct, tag="built", frozen=True):
    id: int
    prompt: PromptBuilt


class Reading(msgspec.Struct, tag="reading", frozen=True):
    id: int
    progress: PromptRead


class Deltas(msgspec.Struct, tag="deltas", frozen=True):
    """Text of one request since its last message, at most one message per 16 ms; neighbours are merged."""

    id: int
    deltas: list[Delta]


class Resplitted(msgspec.Struct, tag="resplit", frozen=True):
    id: int
    resplit: Resplit


class Done(msgspec.Struct, tag="done", frozen=True):
    id: int
    finished: Finished


class Broken(msgspec.Struct, tag="broken", frozen=True):
    """The request failed; the worker lives on."""

    id: int
    problem: Note


class Working(msgspec.Struct, tag="working", frozen=True):
    """How far a question is that takes long."""

    id: int
    done: int
    total: int


class Answered(msgspec.Struct, tag="answered", frozen=True):
    """The answer of the question's type, packed by itself; nothing, where it was cancelled."""

    id: int
    answer: msgspec.Raw


class Advanced(msgspec.Struct, tag="advanced", frozen=True):
    """How far the job is."""

    progress: JobProgress


class JobDone(msgspec.Struct, tag="job_done", frozen=True):
    """What came of the job, a mapping packed by itself."""

    result: msgspec.Raw


class JobFailed(msgspec.Struct, tag="job_failed", frozen=True):
    problem: Note


def answered(id: int, answer: object) -> Answered:
    """Raises Problem `answer_too_large` (size, most) for one that fits into no frame."""
    return Answered(id, _packed(answer))


def job_done(result: Mapping[str, Any]) -> JobDone:
    """Raises TypeError for what is no plain data, and like `answered`."""
    return JobDone(_packed(dict(result)))


def _packed(answer: object) -> msgspec.Raw:
    packed = msgspec.msgpack.encode(answer)
    if len(packed) > MAX_FRAME - _SPARE:
        raise Problem("answer_too_large", size=len(packed), most=MAX_FRAME - _SPARE)
    return msgspec.Raw(packed)


ToWorker = Load | Generate | Cancel | Ask | RunJob | Shutdown
ToParent = (
    Hello
    | Alive
    | Loading
    | Loaded
    | NotLoaded
    | Built
    | Reading
    | Deltas
    | Resplitted
    | Done
    | Working
    | Answered
    | Broken
    | Advanced
    | JobDone
    | JobFailed
)
