"""The tables of the page; each an empty text where it would be empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from qwendesk.lab.line import Line
from qwendesk.lab.report import facts
from qwendesk.lab.report.columns import Column, model_columns, speed_columns
from qwendesk.lab.report.report import Report
from qwendesk.lab.report.rows import speed_rows, task_kinds, text_groups


def models(report: Report) -> str:
    """One row for each model."""
    columns = model_columns(report)
    rows = [
        _row(report, line, [_cell(one, at, report) for one in columns])
        for at, line in enumerate(report.table.lines)
    ]
    return _table(_heads(report, columns), rows)


def by_text(report: Report) -> str:
    """A group of rows for each text."""
    groups = []
    every: list[Column] = []
    found = text_groups(report)
    ids = {one.id: one for _text, _lines, columns in found for one in columns}
    for text, lines, columns in found:
        every = list(ids.values())
        own = {one.id: one for one in columns}
        rows = [
            _row(report, line, [_cell(own[id], at, report) if id in own else _none(report) for id in ids])
            for at, line in enumerate(lines)
        ]
        head = f'<tr class="group"><th colspan="{len(ids) + 1}" scope="rowgroup">{escape(text)}</th></tr>'
        groups.append(f"<tbody>{head}{''.join(rows)}</tbody>")
    return _grouped(_heads(report, every), groups) if groups else ""


def speeds(report: Report) -> str:
    """Speeds with all settings that were measured, if those are more than the table's."""
    found = speed_rows(report)
    if not found:
        return ""
    columns = speed_columns(report.labels, [speed for _line, _settings, speed in found])
    rows = [
        _row(report, line, [_wide(settings), *(_cell(one, at, report) for one in columns)])
        for at, (line, settings, _speed) in enumerate(found)
    ]
    return _table([*_names(report, report.labels.settings), *map(_head, columns)], rows)


def by_task(report: Report) -> str:
    """The share of each kind of task, in percent."""
    kinds = task_kinds(report)
    done = [one for one in report.table.lines if one.tasks is not None]
    if not kinds:
        return ""
    rows = [_row(report, one, [_share(one, kind, report) for kind in kinds]) for one in done]
    heads = [f'<th scope="col">{escape(one)}<span>%</span></th>' for one in kinds]
    return _table([*_names(report), *heads], rows)


def answers(report: Report) -> str:
    """What was answered; only where the table still holds it."""
    rows = [
        _row(
            report,
            line,
            [_wide(id), f'<td class="wide"><pre>{escape(answer)}</pre></td>', f"<td>{score:.2f}</td>"],
        )
        for line in report.table.lines
        for id, _kind, answer, score in (line.tasks.answers if line.tasks is not None else ())
    ]
    return _table(_names(report), rows) if rows else ""


def failures(report: Report) -> str:
    """What could not be measured, and why."""
    return _plain([list(one) for one in facts.failures(report)])


def texts(report: Report) -> str:
    """Where texts come from."""
    return _plain(
        [[name, source] for name, source, _sha in facts.texts(report)],
        [one[2] for one in facts.texts(report)],
    )


def files(report: Report) -> str:
    """Which file each line is about, how it was loaded, and its hash."""
    rows = []
    for line in report.table.lines:
        of = line.subject
        rows.append([line.label, of.name, f"{of.runtime} {of.engine}", facts.told(of.options)])
    return _plain(rows, [one.subject.sha256 for one in report.table.lines])


def _row(report: Report, line: Line, cells: Iterable[str]) -> str:
    kind = ' class="kept"' if line.key == report.advice.key else ""
    mark = f' <span class="small dim">{escape(report.labels.reference)}</span>' if line.is_reference else ""
    return f'<tr{kind}><th scope="row" class="name">{escape(line.label)}{mark}</th>{"".join(cells)}</tr>'


def _cell(column: Column, at: int, report: Report) -> str:
    value, reach = column.cell(at), column.reach(at)
    beside = f"<i>{f'± {reach}' if reach else ''}</i>" if column.has_reach else ""
    if not value:
        return f'<td class="none">{escape(report.labels.missing)}{beside}</td>'
    if at in column.estimated:
        value = report.labels.estimated.format(value=value)
    return f"<td>{escape(value)}{beside}</td>"


def _none(report: Report) -> str:
    return f'<td class="none">{escape(report.labels.missing)}</td>'


def _share(line: Line, kind: str, report: Report) -> str:
    found = line.tasks.kinds.get(kind) if line.tasks is not None else None
    return f"<td>{100 * found:.1f}</td>" if found is not None else _none(report)


def _heads(report: Report, columns: Sequence[Column]) -> list[str]:
    return [*_names(report), *map(_head, columns)]


def _names(report: Report, *more: str) -> list[str]:
    return [f'<th scope="col" class="name">{escape(one)}</th>' for one in (report.labels.model, *more)]


def _head(column: Column) -> str:
    unit = f"<span>{escape(column.unit)}</span>" if column.unit else ""
    return f'<th scope="col">{escape(column.title)}{unit}</th>'


def _wide(text: str) -> str:
    return f'<td class="wide">{escape(text)}</td>'


def _plain(rows: Sequence[Sequence[str]], hashes: Sequence[str] = ()) -> str:
    if not rows:
        return ""
    lines = []
    for at, (name, *rest) in enumerate(rows):
        cells = [_wide(one) for one in rest]
        if hashes:
            cells.append(f'<td class="wide"><code>{escape(hashes[at])}</code></td>')
        lines.append(f'<tr><th scope="row" class="name">{escape(name)}</th>{"".join(cells)}</tr>')
    return f"<table><tbody>{''.join(lines)}</tbody></table>"


def _table(heads: Sequence[str], rows: Sequence[str]) -> str:
    return _grouped(heads, [f"<tbody>{''.join(rows)}</tbody>"])


def _grouped(heads: Sequence[str], groups: Sequence[str]) -> str:
    return f"<table><thead><tr>{''.join(heads)}</tr></thead>{''.join(groups)}</table>"
