"""`qwendesk compare --text`: what quantizing cost, in numbers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import State, say
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.lab.entrants import Entrant
    from qwendesk.lab.report.report import Report
    from qwendesk.lab.tasks.task import TaskSet
    from qwendesk.lab.texts import Text
    from qwendesk.lab.wish import Wish

EVERY = "all"


def flags() -> list[click.Parameter]:
    """The options of a comparison by numbers."""
    return [
        click.Option(
            ["--text", "texts"],
            multiple=True,
            metavar="FILE",
            help=_(
                "Compare by numbers: perplexity on this text, and how far each model's probabilities are "
                "from the reference's. A file, english, chinese, korean, code, mathematics, or all; may be "
                "repeated."
            ),
        ),
        click.Option(
            ["--tasks"],
            metavar="SET",
            help=_("Let the models answer a set of tasks, too: built-in, or a JSONL file."),
        ),
        click.Option(
            ["--reference"],
            metavar="MODEL",
            help=_("What the others are compared with: a model, or a file with log-probabilities."),
        ),
        click.Option(
            ["--siblings"], is_flag=True, help=_("Every quantization of these models that is here.")
        ),
        click.Option(
            ["--window"], type=click.IntRange(16), default=512, metavar="N", help=_("Tokens read at once.")
        ),
        click.Option(["--again"], is_flag=True, help=_("Measure also what is known already.")),
        click.Option(
            ["--keep-reference"], is_flag=True, help=_("Keep the reference's log-probabilities on the disk.")
        ),
        click.Option(["--html"], metavar="FILE", help=_("Write a report with charts.")),
        click.Option(["--md", "markdown"], metavar="FILE", help=_("Write a report in Markdown.")),
        click.Option(["--csv", "csv"], metavar="FILE", help=_("Write the figures as a table.")),
        click.Option(
            ["--private"],
            is_flag=True,
            help=_("Answers, paths and names of own files are in the report, too."),
        ),
    ]


NAMES = (
    "texts",
    "tasks",
    "reference",
    "siblings",
    "window",
    "again",
    "keep_reference",
    "html",
    "markdown",
    "csv",
    "private",
)


def measure(
    state: State,
    models: tuple[str, ...],
    as_json: bool,
    force: bool,
    *,
    texts: tuple[str, ...],
    tasks: str | None,
    reference: str | None,
    siblings: bool,
    window: int,
    again: bool,
    keep_reference: bool,
    html: str | None,
    markdown: str | None,
    csv: str | None,
    private: bool,
) -> int:
    """Run it, print the table, write the reports. 1 where a measurement failed."""
    from qwendesk.app import App
    from qwendesk.cli import qualitytable
    from qwendesk.lab.report.export import Format, export
    from qwendesk.lab.wish import Wish

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        entrants = _entrants(app, models, siblings)
        file, whole = _reference(app, reference)
        wish = Wish(
            entrants=entrants,
            texts=_texts(texts),
            window=window,
            reference=whole,
            reference_file=file,
            tasks=_tasks(tasks),
            since=time.time() if again else 0.0,
            force=force,
            keep_reference=keep_reference,
        )
        report, failed = _run(app, wish, private)
        click.echo(export(report, "json").rstrip() if as_json else qualitytable.table(report))
        files: list[tuple[str | None, Format]] = [(html, "html"), (markdown, "md"), (csv, "csv")]
        for path, form in files:
            if path is not None:
                qualitytable.write(report, Path(path), form)
    return 1 if failed else 0


def _run(app: App, wish: Wish, private: bool) -> tuple[Report, bool]:
    from qwendesk.cli import qualitytable
    from qwendesk.lab.reporting import by_identity
    from qwendesk.lab.selection import identity
    from qwendesk.words.labreport import labels

    shown = qualitytable.Shown()
    try:
        rows = app.lab.comparing.run(wish, shown.advance)
    finally:
        shown.clear()
    every = [*wish.entrants, *([wish.reference] if wish.reference is not None else [])]
    known = by_identity([app.lab.entrants.subject(one) for one in every], every)
    # What was measured of their speed before stands in the same table.
    speeds = [one for one in app.lab.book.all() if one.kind == "speed" and identity(one.subject) in known]
    good = {one.key for one in rows if one.problem is None}
    told = [one for one in rows if one.problem is None or one.key not in good]
    found = app.lab.reporting.report([*told, *speeds], known, private=private, labels=labels())
    for row in rows:
        if row.problem is not None:
            click.echo(f"{row.subject.name}: ", err=True, nl=False)
            say(Problem.of(row.problem))
    return found, any(one.problem is not None for one in rows)


def _entrants(app: App, models: tuple[str, ...], siblings: bool) -> tuple[Entrant, ...]:
    if siblings:
        return tuple(one for name in models for one in app.lab.entrants.siblings(name))
    return tuple(app.lab.entrants.of(one) for one in models)


def _reference(app: App, wanted: str | None) -> tuple[Path | None, Entrant | None]:
    """A file with log-probabilities, or a model."""
    from qwendesk.lab.distributions import is_one

    if wanted is None:
        return None, None
    return (Path(wanted), None) if is_one(Path(wanted)) else (None, app.lab.entrants.of(wanted))


def _texts(wanted: tuple[str, ...]) -> tuple[Text, ...]:
    from qwendesk.lab import texts

    return tuple(
        one for name in wanted for one in (texts.bundled() if name == EVERY else (texts.find(name),))
    )


def _tasks(wanted: str | None) -> TaskSet | None:
    from qwendesk.lab.tasks import reading

    return reading.find(wanted) if wanted is not None else None
