"""What a batch writes about a row: one line of JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished
from qwendesk.chat.batch.row import Row

Worded = Callable[[Note], str]


@dataclass(frozen=True, slots=True)
class Record:
    """A line with its end, and why there is no answer in it."""

    line: bytes
    problem: Note | None = None


class Written(msgspec.Struct):
    """What a line that was written says about itself."""

    row: int
    error: dict[str, Any] | None = None


def record(row: Row, end: Finished | Note, worded: Worded) -> Record:
    """The row's answer, or its error with a sentence."""
    head = {"row": row.number, "id": row.id}
    if isinstance(end, Note):
        error = {"id": end.id, "sentence": worded(end), "arguments": end.arguments}
        return Record(msgspec.json.encode({**head, "error": error}) + b"\n", end)
    body = {
        "text": end.answer,
        "reasoning": end.reasoning,
        "tool_calls": [asdict(one) for one in end.tool_calls],
        "finish_reason": end.reason,
        "usage": asdict(end.usage),
        "timings": asdict(end.timings),
        "seed": end.sampling.seed,
        "notes": [worded(one) for one in end.notes],
    }
    return Record(msgspec.json.encode({**head, **body}) + b"\n")


def written(line: bytes) -> Written | None:
    """A line as it was written; None for one that was cut off or is none of ours."""
    if not line.endswith(b"\n"):
        return None
    try:
        return msgspec.json.decode(line, type=Written)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
