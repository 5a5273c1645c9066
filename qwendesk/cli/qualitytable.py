"""A comparison by numbers in a terminal: how far it is, its table, and its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.cli.quantizetable import Bar
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.lab.report.columns import Column, model_columns, text_columns
from qwendesk.lab.report.export import Format, export
from qwendesk.lab.report.report import Report
from qwendesk.lab.wish import Advance
from qwendesk.words import _, advising, figures

_STAGES: Mapping[str, Callable[[], str]] = {
    "hash": lambda: _("hashing {entrant}"),
    "load": lambda: _("loading {entrant}"),
    "write": lambda: _("{entrant} reads {text}"),
    "read": lambda: _("{entrant} reads {text}"),
    "ask": lambda: _("{entrant} answers the tasks"),
}


class Shown:
    """One line on a terminal; the size of the reference's files is said everywhere, and before."""

    def __init__(self) -> None:
        self._bar, self._paper = Bar(), Paper()

    def advance(self, now: Advance) -> None:
        """How far it is."""
        if now.stage == "write":
            told = _("{entrant} writes its log-probabilities of {text}: {size}, removed afterwards.")
            size = figures.size(now.bytes)
            self._paper.aside(harmless(told.format(entrant=now.entrant, text=now.text, size=size)))
        if now.stage in _STAGES:
            doing = _STAGES[now.stage]().format(entrant=now.entrant, text=now.text)
            left = f"  {figures.seconds(now.seconds_left)}" if now.seconds_left is not None else ""
            self._bar.show(JobProgress(now.fraction, harmless(doing + left)))

    def clear(self) -> None:
        """Leave the line empty."""
        self._bar.clear()


def table(report: Report) -> str:
    """Models, then each text, then the advice."""
    lines = report.table.lines
    parts = [_block(_("MODEL"), [one.label for one in lines], model_columns(report))]
    for text in report.table.texts:
        there = [one for one in lines if text.sha256 in one.readings]
        columns = text_columns(report.labels, [one.readings[text.sha256] for one in there])
        parts.append(_block(text.name, [one.label for one in there], columns))
    parts.append(advising.advice(report.advice))
    parts += advising.doubts(report.advice)
    parts += [report.labels.word(one) for one in report.table.notes]
    return harmless("\n\n".join(one for one in parts if one))


def _block(head: str, names: list[str], columns: list[Column]) -> str:
    """Columns under their headings, an interval behind its value."""
    rows = [[head, *(one.heading for one in columns)]]
    for at, name in enumerate(names):
        rows.append([name, *(_cell(one, at) for one in columns)])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if not at else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cell(column: Column, at: int) -> str:
    value, reach = column.cell(at) or "–", column.reach(at)
    if at in column.estimated:
        value = f"≈ {value}"
    return f"{value} ± {reach}" if reach else value


def write(report: Report, path: Path, form: Format) -> None:
    """Write a report, whole or not at all.

    Raises:
        Problem: `target_unwritable` (path, detail).
    """
    part = path.with_name(f".{path.name}.qwendesk-part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(export(report, form))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Problem("target_unwritable", path=str(path), detail=error.strerror or str(error)) from error
