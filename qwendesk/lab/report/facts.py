"""How the figures came about: machine, programs, files, texts and settings, in pairs of a title and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from qwendesk.lab.report.report import Report


def facts(report: Report) -> list[tuple[str, str]]:
    """What holds for the whole report."""
    return list(_facts(report))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    table, words = report.table, report.labels
    yield words.program, f"QwenDesk {report.version}"
    engines = sorted({f"{one.subject.runtime} {one.subject.engine}".strip() for one in table.lines})
    yield words.runtime, ", ".join(engines) or words.missing
    yield words.machine, "; ".join(table.machines) or words.missing
    first, last = (day(one) for one in table.span)
    yield words.measured, first if first == last else f"{first} – {last}"
    yield words.written, day(report.happened)
    if table.reference:
        yield words.reference.capitalize(), table.reference
    if table.selection.window:
        yield words.window, words.tokens.format(n=table.selection.window)
    names = {one.sha256: one.name for one in table.texts}
    if table.shared:
        yield words.shared, ", ".join(names.get(one, one[:8]) for one in table.shared)
    if table.selection.speed:
        yield words.speed_settings, told(table.selection.speed)
    yield words.budget, f"{report.advice.wanted.budget:g} nats"


def texts(report: Report) -> list[tuple[str, str, str]]:
    """Name, source and SHA-256 of each text."""
    words = report.labels
    return [
        (one.name, words.bundled if one.sha256 in report.bundled else words.own, one.sha256)
        for one in report.table.texts
    ]


def failures(report: Report) -> list[tuple[str, str, str]]:
    """Model, what was to be measured, and why it was not."""
    found = []
    for line in report.table.lines:
        found += [(line.label, one.about or one.kind, report.labels.word(one.note)) for one in line.failures]
        refused = [one for one in line.readings.values() if one.refused is not None]
        found += [(line.label, one.name, report.labels.word(one.refused)) for one in refused if one.refused]
    return found


def told(settings: Mapping[str, Any]) -> str:
    """ "batch 1, prompt 512"."""
    return ", ".join(f"{name} {value}" for name, value in sorted(settings.items()) if value is not None)


def day(happened: float) -> str:
    """A date in UTC: "2026-11-26"; an empty text for none."""
    try:
        return datetime.fromtimestamp(happened, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
