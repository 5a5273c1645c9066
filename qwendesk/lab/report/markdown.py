"""The report as Markdown: tables as GitHub and others read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qwendesk.lab.measured import Subject
from qwendesk.lab.report import facts
from qwendesk.lab.report.columns import Column, model_columns, speed_columns
from qwendesk.lab.report.report import Report
from qwendesk.lab.report.rows import speed_rows, task_kinds, text_groups

_MARKS = re.compile(r"([\\`*\[\]|#])")


def markdown(report: Report) -> str:
    """The whole file."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    words, table = report.labels, report.table
    yield from (f"# {words.title}", "", f"**{cell(words.advice(report.advice))}**", "")
    told = [*words.doubts(report.advice), *(words.word(one) for one in table.notes)]
    for one in told:
        yield from (cell(one), "")
    yield from _table([words.model], [[one.label] for one in table.lines], model_columns(report), report)
    for text, lines, columns in text_groups(report):
        yield from (f"## {cell(text)}", "")
        yield from _table([words.model], [[one.label] for one in lines], columns, report)
    yield from _speeds(report)
    yield from _tasks(report)
    yield from _answers(report)
    yield from _pairs(words.failures, [(f"{a}, {b}", why) for a, b, why in facts.failures(report)])
    yield from _pairs(words.definitions, [(getattr(words, id), one) for id, one in words.meanings.items()])
    yield from _pairs(words.provenance, facts.facts(report))
    yield from _pairs(
        words.texts, [(name, f"{source}, SHA-256 {sha}") for name, source, sha in facts.texts(report)]
    )
    yield from _pairs("SHA-256", [(one.label, _file(one.subject)) for one in table.lines])


def cell(text: str) -> str:
    """Text on one line that means nothing to Markdown, nor to HTML."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(r"\\\1", plain)


def _table(
    heads: Sequence[str], names: Sequence[Sequence[str]], columns: Sequence[Column], report: Report
) -> Iterator[str]:
    if not names:
        return
    yield _row([*map(cell, heads), *(cell(one.heading) for one in columns)])
    yield _row(["---"] * len(heads) + ["--:"] * len(columns))
    for at, one in enumerate(names):
        yield _row([*map(cell, one), *(cell(_figure(column, at, report)) for column in columns)])
    yield ""


def _figure(column: Column, at: int, report: Report) -> str:
    value, reach = column.cell(at), column.reach(at)
    if not value:
        return report.labels.missing
    shown = report.labels.estimated.format(value=value) if at in column.estimated else value
    return f"{shown} ± {reach}" if reach else shown


def _speeds(report: Report) -> Iterator[str]:
    found, words = speed_rows(report), report.labels
    if found:
        yield from (f"## {words.speeds}", "")
        columns = speed_columns(words, [speed for _line, _settings, speed in found])
        names = [[line.label, settings] for line, settings, _speed in found]
        yield from _table([words.model, words.settings], names, columns, report)


def _tasks(report: Report) -> Iterator[str]:
    kinds, words = task_kinds(report), report.labels
    if not kinds:
        return
    yield from (f"## {words.by_task}, %", "", _row([words.model, *map(cell, kinds)]))
    yield _row(["---"] + ["--:"] * len(kinds))
    for line in report.table.lines:
        if line.tasks is not None:
            scores = [line.tasks.kinds.get(one) for one in kinds]
            yield _row(
                [cell(line.label), *(words.missing if x is None else f"{100 * x:.1f}" for x in scores)]
            )
    yield ""


def _answers(report: Report) -> Iterator[str]:
    pairs = [
        (f"{line.label}, {id}", f"{score:.2f}: {answer}")
        for line in report.table.lines
        for id, _kind, answer, score in (line.tasks.answers if line.tasks is not None else ())
    ]
    yield from _pairs(report.labels.answers, pairs)


def _pairs(title: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    if pairs:
        yield from (f"## {cell(title)}", "", *(f"- **{cell(a)}**: {cell(b)}" for a, b in pairs), "")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _file(of: Subject) -> str:
    told = (of.name, f"{of.runtime} {of.engine}", facts.told(of.options), of.sha256)
    return ", ".join(one for one in told if one)
