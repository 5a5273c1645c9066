"""Takes out of a table what only its owner should read: paths, names of own files, and answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from qwendesk.api.problem import Note
from qwendesk.lab.figures import Reading, Speed, Tasks
from qwendesk.lab.line import Failure, Line
from qwendesk.lab.measured import Subject
from qwendesk.lab.naming import labels
from qwendesk.lab.table import Table, Text

_SEPARATORS = re.compile(r"[/\\]")
_GONE = "…"
_BUILT_IN = "built-in"
"""The set of tasks that everybody has."""


def published(table: Table, bundled: Collection[str], own_text: str) -> Table:
    """The same figures without them.

    Args:
        bundled: SHA-256 of texts that everybody has.
        own_text: what others are called, with a place for a number ("own text {n}").
    """
    own = [one.sha256 for one in table.texts if one.sha256 not in bundled]
    names = {text: own_text.format(n=at + 1) for at, text in enumerate(own)}
    subjects = {one.key: _subject(one.subject) for one in table.lines}
    called = labels(subjects)
    lines = [_line(one, subjects[one.key], called[one.key], names, bundled) for one in table.lines]
    texts = [Text(one.sha256, names.get(one.sha256, one.name)) for one in table.texts]
    return replace(
        table,
        lines=tuple(lines),
        texts=tuple(texts),
        reference=pathless(table.reference),
        notes=tuple(_note(one) for one in table.notes),
        selection=replace(table.selection, speed=_values(table.selection.speed or {}) or None),
    )


def pathless(name: str) -> str:
    """A model's name without the folders of a path; ORG/REPO is none. What only follows an @ is left out."""
    base = name.partition("@")[0]
    if _is_path(base):
        return _SEPARATORS.split(name)[-1]
    return base if _SEPARATORS.search(name.removeprefix(base)) else name


def _is_path(name: str) -> bool:
    found = _SEPARATORS.findall(name)
    looks = name.startswith(("/", "~", ".", "\\")) or "\\" in name or re.match(r"[A-Za-z]:[/\\]", name)
    return bool(found) and bool(looks or len(found) > 1 or name.lower().endswith((".gguf", ".safetensors")))


def _subject(subject: Subject) -> Subject:
    return replace(subject, name=pathless(subject.name), options=_values(subject.options))


def _line(
    line: Line, subject: Subject, label: str, names: Mapping[str, str], bundled: Collection[str]
) -> Line:
    return replace(
        line,
        subject=subject,
        label=label,
        readings={text: _reading(one, names) for text, one in line.readings.items()},
        speed=_speed(line.speed) if line.speed is not None else None,
        speeds=tuple(map(_speed, line.speeds)),
        tasks=_tasks(line.tasks) if line.tasks is not None else None,
        failures=tuple(_failure(one, names, bundled) for one in line.failures),
    )


def _reading(reading: Reading, names: Mapping[str, str]) -> Reading:
    refused = _note(reading.refused) if reading.refused is not None else None
    return replace(reading, name=names.get(reading.text, reading.name), refused=refused)


def _speed(speed: Speed) -> Speed:
    return replace(speed, settings=_values(speed.settings))


def _tasks(tasks: Tasks) -> Tasks:
    return replace(tasks, answers=(), name=tasks.name if tasks.name == _BUILT_IN else "")


def _failure(failure: Failure, names: Mapping[str, str], bundled: Collection[str]) -> Failure:
    is_known = failure.sha256 in bundled or failure.about == _BUILT_IN
    about = failure.about if is_known else names.get(failure.sha256, "")
    return replace(failure, about=about, note=_note(failure.note))


def _note(note: Note) -> Note:
    return Note(
        note.id, {name: _GONE if name == "path" else value for name, value in _values(note.arguments).items()}
    )


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _GONE if _SEPARATORS.search(str(value)) else value for name, value in values.items()}
