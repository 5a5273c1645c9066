"""What the tables of a report have in common, whatever they are written in: which rows there are."""

from __future__ import annotations

from qwendesk.lab.figures import Speed
from qwendesk.lab.line import Line
from qwendesk.lab.report import facts
from qwendesk.lab.report.columns import Column, text_columns
from qwendesk.lab.report.report import Report


def text_groups(report: Report) -> list[tuple[str, list[Line], list[Column]]]:
    """For each text its name, the models that read it, and their figures."""
    found = []
    for text in report.table.texts:
        lines = [one for one in report.table.lines if text.sha256 in one.readings]
        columns = text_columns(report.labels, [one.readings[text.sha256] for one in lines])
        found.append((text.name, lines, columns))
    return found


def speed_rows(report: Report) -> list[tuple[Line, str, Speed]]:
    """Model, the settings that are not the same for all, and speeds; nothing where all are the same."""
    found = [(line, speed) for line in report.table.lines for speed in line.speeds]
    names = sorted({name for _line, speed in found for name in speed.settings})
    differing = [one for one in names if len({str(speed.settings.get(one)) for _line, speed in found}) > 1]
    return [
        (line, facts.told({name: speed.settings.get(name) for name in differing}), speed)
        for line, speed in (found if differing else ())
    ]


def task_kinds(report: Report) -> list[str]:
    """The kinds of tasks that anybody did."""
    return sorted({kind for line in report.table.lines if line.tasks for kind in line.tasks.kinds})
