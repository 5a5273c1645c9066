"""The report on the command line: shown first, then written. For `qwendesk doctor --report FILE.zip`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.monitor.health import Checked
from qwendesk.monitor.report.part import Part, write
from qwendesk.words import _, figures, ngettext
from qwendesk.words.report import about, taken_out, whole

if TYPE_CHECKING:
    from qwendesk.app import App


def report(app: App, file: Path, *, checks: Sequence[Checked], yes: bool) -> int:
    """Show what the report holds, and write it; 1 where the person said no.

    `checks` are those that have run. `yes` answers every question. Without a terminal nobody is asked, and
    a file that is there already is left alone.

    Raises:
        Problem: `report_exists` (path), `report_not_written` (path, detail).
    """
    paper = Paper()
    paper.status(_("Building the report …"))
    parts = whole([one for one in app.reports.parts(checks) if isinstance(one, Part)])
    paper.status("")
    _list(parts)
    if not yes and not _may_write(file, parts):
        click.echo(_("Nothing was written."), err=True)
        return 1
    write(file, parts)
    click.echo(_("The report is in {path}.").format(path=harmless(str(file))))
    return 0


def _list(parts: Sequence[Part]) -> None:
    click.echo(_("The report will hold:"))
    for number, one in enumerate(parts, 1):
        click.echo(harmless(f"{number:4}  {one.name:44} {figures.size(one.size):>9}  {about(one.name)}"))
    click.echo(taken_out())


def _may_write(file: Path, parts: Sequence[Part]) -> bool:
    """Ask, and show what is asked for."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        if file.exists():
            raise Problem("report_exists", path=str(file))
        return True
    question = _("Write it? [y/N], or the number of a file to read it")
    if file.exists():
        click.echo(_("{path} is there already and would be replaced.").format(path=harmless(str(file))))
    while True:
        answer = click.prompt(question, default="n", show_default=False).strip().lower()
        if not answer.isdecimal():
            return answer in (_("y"), _("yes"))
        _show(parts, int(answer))


def _show(parts: Sequence[Part], number: int) -> None:
    if not 1 <= number <= len(parts):
        known = ngettext("There is {n} file.", "There are {n} files.", len(parts)).format(n=len(parts))
        click.echo(known)
        return
    click.echo_via_pager(harmless(parts[number - 1].text))
