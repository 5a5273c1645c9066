"""A sentence for every problem and note: what happened, to what, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from qwendesk.api.problem import Note, Value
from qwendesk.words import _, figures, ngettext
from qwendesk.words.table import SENTENCES

# What others said, where it ends a sentence: nobody knows whether it brings a full stop.
_SAID = re.compile(r"\{(cause|detail|reason)\}(\.(?=\s|$)|$)")
_SIZES = frozenset({"memory", "peak", "size", "expected", "most", "free", "floor", "needed", "waiting"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, and the next step (which may be empty)."""

    what: str
    next: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.next}".strip()


def word(note: Note) -> Sentence:
    """The note in words. An id nobody wrote a sentence for is said as it is, never hidden."""
    what, next_step = SENTENCES.get(note.id, ("", ""))
    if not what:
        return Sentence(str(note.arguments.get("text") or f"{note.id} {note.arguments}"))
    arguments = note.arguments
    return Sentence(filled(_(what), arguments), filled(_(next_step), arguments) if next_step else "")


def filled(sentence: str, values: Mapping[str, Value]) -> str:
    """The sentence with values as people read them; as it is where one is missing."""
    arguments = {name: _readable(name, value) for name, value in values.items()}
    arguments |= _told_apart(values.get("size"), values.get("expected"))
    sentence = _SAID.sub(lambda said: f"{{{said[1]}}}{_stop(arguments.get(said[1], ''), said[2])}", sentence)
    try:
        return " ".join(sentence.format_map(arguments).split())
    except (KeyError, IndexError, ValueError):
        return sentence


def _readable(name: str, value: Value) -> str:
    if name in _SIZES and isinstance(value, (int, float)):
        return figures.size(value)
    if isinstance(value, bool) or value is None:
        return str(value)
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)


def _told_apart(size: Value, expected: Value) -> dict[str, str]:
    """Sizes that differ by less than what is shown of them, to the byte."""
    if not isinstance(size, int) or not isinstance(expected, int):
        return {}
    if size == expected or figures.size(size) != figures.size(expected):
        return {}
    return {"size": _exact(size), "expected": _exact(expected)}


def _exact(count: int) -> str:
    return ngettext("{n:,} byte", "{n:,} bytes", count).format(n=count)


def _stop(said: str, stop: str) -> str:
    """The full stop behind it, which what others said may have itself."""
    if not said.strip():
        return stop
    return "" if said.rstrip().endswith((".", "!", "?", "…")) else "."
