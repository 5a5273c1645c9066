"""`qwendesk logs`: what the application and its workers wrote lately, from every process of this home."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, unicode
from qwendesk.cli.terminal import harmless
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.system.log.line import Line
    from qwendesk.system.log.reading import Source

_COLOURS = {"info": None, "warning": "yellow", "error": "red"}


class _Source(click.ParamType["Source"]):
    """`application`, `worker`, or the number of a process."""

    name = "source"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Source:
        if value in ("", "application", "worker"):
            return value  # type: ignore[no-any-return]
        if not str(value).isdecimal():
            self.fail(
                _("{value} is neither application, worker nor the number of a process.").format(value=value)
            )
        return int(value)


@click.command(
    "logs",
    cls=Command,
    help=_(
        "What the application and its workers wrote lately. The log holds no text of a chat: a fingerprint"
        " and the length stand for it."
    ),
)
@click.option(
    "--level",
    type=click.Choice(["info", "warning", "error"]),
    default="info",
    help=_("Only what is at least this serious."),
)
@click.option("--grep", "words", default="", metavar="TEXT", help=_("Only lines with all of these words."))
@click.option(
    "--source",
    type=_Source(),
    default="",
    metavar="WHO",
    help=_("Only lines of: application, worker, or the process with this number."),
)
@click.option("--last", type=click.IntRange(1), default=100, help=_("How many lines at most."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, /, level: Any, words: str, source: Source, last: int, as_json: bool) -> int:
    from qwendesk.system.log.reading import Filter, read

    folder = state.place().logs
    wanted = Filter(level, source, unicode(words) or "")
    lines = deque((line for line in read(folder) if wanted(line)), maxlen=last)
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in lines], ensure_ascii=False, indent=2))
        return 0
    for line in lines:
        click.secho(harmless(str(line)), fg=_COLOURS[line.level])
    if not lines:
        click.echo(_("No such line in {folder}.").format(folder=folder), err=True)
    return 0


def _as_data(line: Line) -> dict[str, object]:
    return {
        "time": line.at,
        "level": line.level,
        "logger": line.logger,
        "process": line.pid,
        "text": line.text,
    }
