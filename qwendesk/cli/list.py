"""`qwendesk list`: the models on this computer."""

from __future__ import annotations

import json

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures


@click.command("list", cls=Command, help=_("List the models on this computer."))
@click.option("--tag", metavar="TAG", help=_("Only those with this tag."))
@click.option("--duplicates", is_flag=True, help=_("Show which files are there more than once (reads them)."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, tag: str | None, duplicates: bool, as_json: bool) -> int:
    from qwendesk.app import App
    from qwendesk.cli.models import as_data, columns, line

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        if duplicates:
            found = app.keeping.duplicates()
            doubles = [
                {"sha256": one.sha256, "size_bytes": one.size, "wasted_bytes": one.wasted}
                | {"models": list(one.names), "paths": [str(path) for path in one.paths]}
                for one in found
            ]
            lines = [
                f"{figures.size(one.wasted)}  {name}  {path}"
                for one in found
                for name, path in zip(one.names, one.paths, strict=True)
            ]
            return _show(doubles, lines, as_json)
        entries = [one for one in app.library.entries() if tag is None or tag in one.remark.tags]
        return _show([as_data(one) for one in entries], columns([line(one) for one in entries]), as_json)


def _show(data: list[dict[str, object]], lines: list[str], as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for one in lines:
            click.echo(harmless(one))
        if not lines:
            click.echo(_("Nothing was found."), err=True)
    return 0
