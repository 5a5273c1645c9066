"""`qwendesk rm`: remove a model to the trash, and bring it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.app import App


@click.command(
    "rm",
    cls=Command,
    help=_(
        "Move MODEL to the trash of its folder, where it stays for 30 days. Adopted ones are only forgotten."
    ),
)
@click.argument("models", nargs=-1)
@click.option("--undo", is_flag=True, help=_("Bring back what was removed last, or number N (--number)."))
@click.option("--number", type=click.IntRange(1), metavar="N", help=_("The number in the trash, for --undo."))
@click.option("--trash", is_flag=True, help=_("Show what is in the trash."))
@click.option("--empty", is_flag=True, help=_("Delete for good what is in the trash."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(
    state: State,
    models: tuple[str, ...],
    undo: bool,
    number: int | None,
    trash: bool,
    empty: bool,
    as_json: bool,
) -> int:
    from qwendesk.app import App

    if bool(models) + undo + trash + empty != 1:
        raise click.UsageError(_("Name models, or give one of --undo, --trash and --empty."))
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        data, lines = _done(app, models, undo, number, empty)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for one in lines:
            click.echo(harmless(one))
    return 0


def _done(
    app: App, models: tuple[str, ...], undo: bool, number: int | None, empty: bool
) -> tuple[object, list[str]]:
    if undo:
        name = app.keeping.restore(number)
        return {"restored": name}, [_("{name} is back.").format(name=name)]
    if empty:
        freed = app.keeping.empty_trash(0)
        return {"freed_bytes": freed}, [_("{size} freed.").format(size=figures.size(freed))]
    if models:
        # All are found before the first one goes: a misspelt name removes nothing.
        return _removed(app, [app.library.find(one).name for one in models])
    content = app.keeping.trash()
    rows = [
        {
            "number": one.number,
            "name": one.name,
            "size_bytes": one.size,
            "removed": one.removed,
            "there": one.there,
        }
        for one in content
    ]
    return rows, [f"{one.number:>4}  {figures.size(one.size):>10}  {one.name}" for one in content]


def _removed(app: App, names: list[str]) -> tuple[object, list[str]]:
    rows, lines = [], []
    for name in names:
        gone = app.keeping.remove(app.library.find(name))
        rows.append({"name": name, "trash": gone.number if gone is not None else None})
        kept = _("{name} is in the trash. Bring it back with: qwendesk rm --undo")
        lines.append(
            (kept if gone is not None else _("{name} is forgotten; its file stays.")).format(name=name)
        )
    return {"removed": rows}, lines
