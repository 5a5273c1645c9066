"""`qwendesk adopt`: use models that are on this computer already."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.models.neighbours import Adopted


@click.command(
    "adopt",
    cls=Command,
    help=_(
        "Use models of other programs where they lie: FILE or FOLDER, or what LM Studio, Ollama, GPT4All and "
        "the Hugging Face cache hold. Without arguments, show what is there. Nothing is moved or changed."
    ),
)
@click.argument("places", nargs=-1, metavar="[FILE|FOLDER]...")
@click.option("--all", "every", is_flag=True, help=_("Take over everything that is found."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, places: tuple[str, ...], every: bool, as_json: bool) -> int:
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        if not places and not every:
            return _show(app, as_json)
        adopted = list(app.neighbours.adopt_all()) if every else []
        for place in places:
            adopted += app.neighbours.adopt_path(Path(place))
    return _told(adopted, as_json)


def _show(app: App, as_json: bool) -> int:
    from qwendesk.cli.models import columns

    found = app.neighbours.found()
    if as_json:
        rows = [
            {
                "name": one.model.name,
                "path": one.model.path,
                "origin": one.model.origin,
                "repo": one.model.repo or None,
                "size_bytes": one.size,
                "known": one.known,
            }
            for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    lines = [
        (one.model.origin, one.model.name, figures.size(one.size), _("in the library") if one.known else "")
        for one in found
    ]
    for line in columns(lines):
        click.echo(harmless(line))
    hint = _("Take them over with: qwendesk adopt --all") if found else _("Nothing was found.")
    click.echo(hint, err=True)
    return 0


def _told(adopted: Iterable[Adopted], as_json: bool) -> int:
    from qwendesk.words.problems import word

    rows = []
    for one in adopted:
        problem = str(word(one.problem)) if one.problem is not None else None
        name = one.model.name if one.model is not None else None
        rows.append({"path": str(one.path), "name": name, "problem": problem})
        if not as_json:
            click.echo(harmless(name or problem or ""), err=problem is not None)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    return 1 if rows and all(one["problem"] for one in rows) else 0
