"""`qwendesk metrics`: how fast replies were, and what the machine did meanwhile."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.span import Span
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, metrics, ngettext

if TYPE_CHECKING:
    from qwendesk.monitor.metrics import Averages
    from qwendesk.monitor.past import Course

_DAY_S = 86400.0
_COLUMNS = ("time", "seconds", "kind", "name", "runtime", "settings", "metric", "unit")
_NUMBERS = ("count", "mean", "min", "max")


@click.command(
    "metrics",
    cls=Command,
    help=_(
        "How fast replies were, by model, runtime and settings, and what the computer, the workers and"
        " the graphics cards did meanwhile."
    ),
)
@click.option(
    "--since",
    type=Span(),
    default=_DAY_S,
    metavar="SPAN",
    help=_("Only the last 30m, 1h, 7d; a day unless given."),
)
@click.option(
    "--last", type=click.IntRange(1), default=20, help=_("How many replies the average of the last is of.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.option("--csv", "as_csv", is_flag=True, help=_("Print every value as a line of comma-separated text."))
@click.pass_obj
def command(state: State, /, since: float, last: int, as_json: bool, as_csv: bool) -> int:
    from qwendesk.app import App

    if as_json and as_csv:
        raise click.UsageError(_("Either --json or --csv, not both."))
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        begin = time.time() - since
        courses = app.metrics.courses(begin)
        if as_csv:
            _print_csv(courses)
            return 0
        averages = app.metrics.averages(last, begin)
    if as_json:
        data = {
            "since": begin,
            "averages": [_averages_as_data(one) for one in averages],
            "series": [_course_as_data(one) for one in courses],
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for line in _lines(averages, courses):
            click.echo(harmless(line))
    return 0


def _units() -> Mapping[str, Mapping[str, str]]:
    from qwendesk.monitor.series import UNITS

    return UNITS


def _print_csv(courses: Sequence[Course]) -> None:
    units = _units()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow((*_COLUMNS, *_NUMBERS))
    for one in courses:
        of = one.series
        about = (of.kind, of.name, of.runtime, of.settings, of.metric, units[of.kind].get(of.metric, ""))
        for span in one.spans:
            numbers = (span.count, span.mean, span.least, span.most)
            writer.writerow((span.at, span.length, *map(_plain, about), *numbers))


def _plain(text: str) -> str:
    """Spreadsheets take a text that begins like a formula for one."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _averages_as_data(one: Averages) -> dict[str, Any]:
    return {
        "model": one.whose.model,
        "runtime": one.whose.runtime,
        "settings": json.loads(one.whose.settings),
        "replies": one.replies,
        "last": {name: asdict(average) for name, average in one.last.items()},
        "all": {name: asdict(average) for name, average in one.ever.items()},
    }


def _course_as_data(one: Course) -> dict[str, Any]:
    of = one.series
    return {
        "kind": of.kind,
        "name": of.name,
        "runtime": of.runtime,
        "settings": json.loads(of.settings) if of.settings else None,
        "metric": of.metric,
        "unit": _units()[of.kind].get(of.metric, ""),
        "columns": ["time", "seconds", *_NUMBERS],
        "values": [[s.at, s.length, s.count, s.mean, s.least, s.most] for s in one.spans],
    }


def _lines(averages: Sequence[Averages], courses: Sequence[Course]) -> Iterator[str]:
    from qwendesk.monitor.metrics import distinctive

    if not averages and not courses:
        yield _("Nothing was recorded in that time: metrics come while a model is loaded.")
    for one, settings in zip(averages, distinctive(averages), strict=True):
        yield from _reply_lines(one, settings)
    shown = ""
    for course in courses:
        of = course.series
        if of.kind == "reply":
            continue
        heading = " · ".join(part for part in (metrics.kind(of.kind), of.name, of.runtime) if part)
        if heading != shown:
            shown = heading
            yield f"\n{heading}"
            yield _row("", _("average"), _("least"), _("most"))
        whole, unit = course.whole, _units()[of.kind].get(of.metric, "")
        numbers = (metrics.value(number, unit) for number in (whole.mean, whole.least, whole.most))
        yield _row(metrics.title(of.kind, of.metric), *numbers)


def _reply_lines(one: Averages, settings: Mapping[str, Any]) -> Iterator[str]:
    count = ngettext("{n} reply", "the last {n} replies", one.replies).format(n=one.replies)
    yield f"\n{one.whose.model} · {one.whose.runtime}"
    if settings:
        yield "  " + ", ".join(f"{name}={value}" for name, value in settings.items())
    yield _row("", count, _("all time"), _("replies"))
    for name, unit in _units()["reply"].items():
        ever, last = one.ever.get(name), one.last.get(name)
        if ever is not None or last is not None:
            yield _row(
                metrics.title("reply", name),
                metrics.value(last.mean, unit) if last else "–",
                metrics.value(ever.mean, unit) if ever else "–",
                f"{ever.count:,}" if ever else "–",
            )


def _row(title: str, *cells: str) -> str:
    return f"  {title:36}" + "".join(f"{cell:>22}" for cell in cells)
