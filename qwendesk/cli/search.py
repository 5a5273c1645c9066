"""`qwendesk search`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from qwendesk.cli.command import Command, State, say, unicode
from qwendesk.cli.terminal import harmless
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.api.sources import RemoteModel, Sort


@click.command("search", cls=Command, help=_("Search a hub for models. This asks the hub."))
@click.argument("text")
@click.option("--source", metavar="ID", help=_("The hub to ask (see: qwendesk plugins)."))
@click.option("--author", default="", metavar="ORG", help=_("Only what this organization publishes."))
@click.option(
    "--sort",
    type=click.Choice(["relevance", "downloads", "likes", "updated"]),
    default="relevance",
    help=_("What comes first."),
)
@click.option("--limit", type=click.IntRange(1, 500), default=20, help=_("How many at most."))
@click.option("--gguf", is_flag=True, help=_("Only repositories with GGUF in their name or tags."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(
    state: State,
    /,
    text: str,
    source: str | None,
    author: str,
    sort: Sort,
    limit: int,
    gguf: bool,
    as_json: bool,
) -> int:
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        _id, hub = app.sources.hub(source)
        found = list(hub.search(unicode(text) or "", author=author, sort=sort, limit=limit))
    if gguf:
        found = [one for one in found if "gguf" in one.tags or "gguf" in one.repo.lower()]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return 0
    for one in found:
        click.echo(harmless(_line(one)))
    if not found:
        click.echo(_("Nothing was found."), err=True)
    return 0


def _line(one: RemoteModel) -> str:
    parts = [
        one.licence or "",
        _("{n:,} downloads").format(n=one.downloads) if one.downloads is not None else "",
    ]
    parts += [(one.updated or "")[:10], _("needs an account") if one.gated else ""]
    return f"{one.repo:50} {' · '.join(part for part in parts if part)}".rstrip()
