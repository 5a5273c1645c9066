"""The lab's table: the rows of the book as one line for each model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qwendesk.api.problem import Note
from qwendesk.lab.figures import Reading, Speed, Tasks
from qwendesk.lab.interval import Mean, around, pooled
from qwendesk.lab.line import Failure, Line, Memory
from qwendesk.lab.measured import Row, Subject
from qwendesk.lab.naming import labels
from qwendesk.lab.selection import Selection, completed, identity, plain


@dataclass(frozen=True, slots=True)
class Text:
    """A text that models read: its SHA-256, and what it is called."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Table:
    """Lines, the largest model first.

    Attributes:
        texts: all that anybody read; `shared` are those that the drift is a mean over.
        reference: what others are compared with, by name; empty where nothing is.
        selection: with nothing left open but what nobody measured.
        notes: what to know before one reads the figures.
        machines: where any of it was measured; `span` is when, the first and the last (seconds since 1970).
    """

    lines: tuple[Line, ...] = ()
    texts: tuple[Text, ...] = ()
    shared: tuple[str, ...] = ()
    reference: str = ""
    selection: Selection = field(default_factory=Selection)
    notes: tuple[Note, ...] = ()
    machines: tuple[str, ...] = ()
    span: tuple[float, float] = (0.0, 0.0)


def table(
    rows: Iterable[Row],
    selection: Selection | None = None,
    estimated: Callable[[Subject], int | None] = lambda _subject: None,
) -> Table:
    """The table of these rows.

    Args:
        estimated: bytes that a model is estimated to take, for those whose memory was not measured.
    """
    kept = sorted(rows, key=lambda one: one.happened)
    chosen = completed(selection or Selection(), kept)
    subjects = {identity(one.subject): one.subject for one in kept}
    grouped: dict[str, list[Row]] = {key: [] for key in subjects}
    for row in kept:
        grouped[identity(row.subject)].append(row)
    readings = {key: _readings(found, chosen) for key, found in grouped.items()}
    shared = chosen.texts if chosen.texts is not None else _shared(readings.values())
    names = labels(subjects)
    lines = [
        _line(key, names[key], grouped[key], readings[key], shared, chosen, estimated) for key in subjects
    ]
    lines.sort(key=lambda one: (-one.subject.size_bytes, one.label, one.key))
    return Table(
        lines=tuple(lines),
        texts=_texts(readings.values()),
        shared=shared,
        reference=_reference(kept, chosen),
        selection=chosen,
        notes=_notes(lines),
        machines=tuple(sorted({one.machine for one in kept})),
        span=(kept[0].happened, kept[-1].happened) if kept else (0.0, 0.0),
    )


def _line(
    key: str,
    label: str,
    rows: Sequence[Row],
    readings: Mapping[str, Reading],
    shared: Sequence[str],
    chosen: Selection,
    estimated: Callable[[Subject], int | None],
) -> Line:
    subject = rows[-1].subject
    good = [one for one in rows if one.problem is None]
    fast = [one for one in good if one.kind == "speed" and one.machine == chosen.machine]
    speeds = {plain(one.settings): Speed.of(one) for one in fast}
    speed = speeds.get(plain(chosen.speed or {}))
    tasks = [one for one in good if one.kind == "tasks" and one.settings.get("tasks") == chosen.tasks]
    drift, same_top = (_over(shared, readings, one) for one in ("drift", "same_top"))
    return Line(
        key=key,
        label=label,
        subject=subject,
        is_reference=subject.fingerprint == chosen.reference,
        readings=readings,
        drift=around(drift.value, drift.error, least=0) if drift else None,
        scored=drift.count if drift else 0,
        same_top=around(same_top.value, same_top.error, 0, 1) if same_top else None,
        speed=speed,
        speeds=tuple(speeds.values()),
        memory=_memory(speed, estimated(subject)),
        tasks=Tasks.of(tasks[-1]) if tasks else None,
        failures=_failures(rows),
    )


def _readings(rows: Iterable[Row], chosen: Selection) -> dict[str, Reading]:
    """By text, those of the chosen window; a comparison with the chosen reference before anything later."""
    found: dict[str, tuple[bool, Reading]] = {}
    for row in rows:
        one = Reading.of(row) if row.kind == "quality" and row.problem is None else None
        if one is None or one.window != chosen.window:
            continue
        reference = row.settings.get("reference") or ""
        if reference and reference != chosen.reference:
            one = _uncompared(one)
        compares = one.drift is not None
        if one.text not in found or compares >= found[one.text][0]:
            found[one.text] = (compares, one)
    return {text: one for text, (_compares, one) in found.items()}


def _uncompared(reading: Reading) -> Reading:
    """What it tells whatever it was compared with."""
    return replace(reading, drift=None, same_top=None, percentiles=(), refused=None)


def _shared(readings: Iterable[Mapping[str, Reading]]) -> tuple[str, ...]:
    """Texts over which all models were compared that were compared over any."""
    sets = [{text for text, one in found.items() if one.drift is not None} for found in readings]
    compared = [one for one in sets if one]
    return tuple(sorted(set.intersection(*compared))) if compared else ()


def _over(texts: Sequence[str], readings: Mapping[str, Reading], figure: str) -> Mean | None:
    """The mean over these texts, each weighted by its scored tokens; None where one was not read."""
    found: list[Mean | None] = [getattr(readings[one], figure) if one in readings else None for one in texts]
    known = [one for one in found if one is not None]
    return pooled(known) if len(known) == len(found) else None


def _memory(speed: Speed | None, estimated: int | None) -> Memory | None:
    if speed is not None and speed.peak_bytes is not None:
        return Memory(speed.peak_bytes, True)
    return Memory(estimated, False) if estimated else None


def _failures(rows: Iterable[Row]) -> tuple[Failure, ...]:
    return tuple(
        Failure(
            one.kind, str(one.settings.get("name") or ""), str(one.settings.get("text") or ""), one.problem
        )
        for one in rows
        if one.problem is not None
    )


def _texts(readings: Iterable[Mapping[str, Reading]]) -> tuple[Text, ...]:
    latest: dict[str, Reading] = {}
    for found in readings:
        for text, one in found.items():
            if text not in latest or one.happened >= latest[text].happened:
                latest[text] = one
    return tuple(sorted((Text(key, one.name) for key, one in latest.items()), key=lambda one: one.name))


def _reference(rows: Iterable[Row], chosen: Selection) -> str:
    """Its own name where it stands in the table, else what it was called when others were measured."""
    called = ""
    for row in rows:
        if row.subject.fingerprint == chosen.reference:
            return row.subject.name
        compared = row.result.get("comparison")
        if row.settings.get("reference") == chosen.reference and isinstance(compared, Mapping):
            called = str(compared.get("reference") or called)
    return called


def _notes(lines: Iterable[Line]) -> tuple[Note, ...]:
    """Seedling was trained on the answers of conversations alone: it never learned to guess plain text."""
    read = [one for one in lines if one.readings and one.subject.name.partition(":")[0].lower() == "seedling"]
    return (Note("perplexity_no_guide", {"name": "Seedling"}),) if read else ()
