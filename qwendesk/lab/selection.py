"""What of all that was measured is compared, and what that is where nobody says."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qwendesk.lab.measured import Row, Subject


@dataclass(frozen=True, slots=True)
class Selection:
    """What is compared; of what is left open, that which most models were measured with.

    Args:
        reference: what others are compared with: a subject's fingerprint, or the SHA-256 of a file with its
            distributions.
        window: tokens read at once.
        texts: SHA-256 of the texts that the drift is a mean over; those that all models share if left open.
        tasks: SHA-256 of the set of tasks.
        machine: whose speeds; quality counts from anywhere.
        speed: the settings whose speeds stand in the line.
    """

    reference: str | None = None
    window: int | None = None
    texts: tuple[str, ...] | None = None
    tasks: str | None = None
    machine: str | None = None
    speed: Mapping[str, Any] | None = None


def identity(subject: Subject) -> str:
    """The same for the same model, loaded in the same way by the same engine."""
    return json.dumps(subject.identity, sort_keys=True, ensure_ascii=False, default=str)


def completed(asked: Selection, rows: Sequence[Row]) -> Selection:
    """The same with what most models have where it was left open."""
    good = [one for one in rows if one.problem is None]
    quality = [one for one in good if one.kind == "quality" and one.settings.get("text")]
    compared = [one for one in quality if one.settings.get("reference") and one.result.get("comparison")]
    machine = asked.machine or _usual((one, one.machine) for one in good if one.kind == "speed")
    speeds = [one for one in good if one.kind == "speed" and one.machine == machine]
    reference = asked.reference or _usual((one, one.settings["reference"]) for one in compared)
    read = [one for one in compared if one.settings["reference"] == reference] or quality
    return Selection(
        reference=reference,
        window=asked.window or _usual((one, one.settings.get("window")) for one in read),
        texts=asked.texts,
        tasks=asked.tasks or _usual((one, one.settings.get("tasks")) for one in good if one.kind == "tasks"),
        machine=machine,
        speed=asked.speed or _usual_speed(speeds),
    )


def _usual(found: Iterable[tuple[Row, Any]]) -> Any:
    """What stands with most models, of two the later; None of nothing."""
    models: dict[Any, set[str]] = defaultdict(set)
    latest: Counter[Any] = Counter()
    for at, (row, value) in enumerate(found):
        if isinstance(value, str | int):
            models[value].add(identity(row.subject))
            latest[value] = at
    return max(models, key=lambda one: (len(models[one]), latest[one]), default=None)


def _usual_speed(rows: Iterable[Row]) -> Mapping[str, Any] | None:
    """Of several that as many models have, the plainest: nothing in the context, one reply at a time."""
    models: dict[str, set[str]] = defaultdict(set)
    settings: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        told = plain(row.settings)
        models[told].add(identity(row.subject))
        settings[told] = row.settings

    def rank(told: str) -> tuple[int, int, int]:
        plain = [_whole(settings[told].get(name)) for name in ("depth", "batch")]
        return len(models[told]), -plain[0], -plain[1]

    best = max(sorted(models), key=rank, default=None)
    return settings[best] if best is not None else None


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def plain(settings: Mapping[str, Any]) -> str:
    """Settings as a text, the same for the same ones."""
    return json.dumps(dict(settings), sort_keys=True, default=str)
