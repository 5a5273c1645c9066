"""`qwendesk search`."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, say, unicode
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.api.sources import Sort
    from qwendesk.models.discovery import Shown, Wish

_VERDICTS = {
    "fits": _("fits"),
    "tight": _("fits tightly"),
    "too_big": _("too large for the memory"),
    "no_room": _("too large for the disk"),
}


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
@click.option("--family", default="", metavar="ID", help=_("Only this family of the catalogue, as qwen3."))
@click.option("--from-size", type=float, metavar="B", help=_("Only models of more billions of parameters."))
@click.option("--to-size", type=float, metavar="B", help=_("Only models of at most so many billions."))
@click.option("--quant", default="", metavar="QUANT", help=_("The quantization to speak of."))
@click.option("--fits", is_flag=True, help=_("Leave out what is known not to fit this computer."))
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
    **filters: Any,
) -> int:
    from qwendesk.app import App
    from qwendesk.models import discovery

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        id, hub = app.sources.hub(source)
        models = list(hub.search(unicode(text) or "", author=author, sort=sort, limit=limit))
        space = app.space()
    if gguf:
        models = [one for one in models if "gguf" in one.tags or "gguf" in one.repo.lower()]
    shown = discovery.shown(discovery.answered(id, models), _wish(**filters), space)
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in shown], ensure_ascii=False, indent=2))
        return 0
    for one in shown:
        click.echo(harmless(_line(one)))
    if not shown:
        click.echo(_("Nothing was found."), err=True)
    return 0


def _wish(family: str, from_size: float | None, to_size: float | None, quant: str, fits: bool) -> Wish:
    from qwendesk.models.choosing import same_quant
    from qwendesk.models.discovery import Wish

    bounded = from_size is not None or to_size is not None
    sizes = (from_size or 0.0, to_size if to_size is not None else math.inf) if bounded else None
    return Wish(family=family, sizes=sizes, quant=same_quant(quant), fits=fits)


def _as_data(one: Shown) -> dict[str, object]:
    assert one.find.remote is not None
    offer, known = one.offer, one.offer.prospect if one.offer else None
    return {
        **asdict(one.find.remote),
        "family": one.find.family.id if one.find.family else None,
        "billions": one.find.billions,
        "quant": offer.quant if offer else None,
        "size": offer.size if offer else None,
        "memory": known.needed if known else None,
        "verdict": known.verdict if known else None,
    }


def _line(one: Shown) -> str:
    remote = one.find.remote
    assert remote is not None
    parts = [
        remote.licence or "",
        _("{n:,} downloads").format(n=remote.downloads) if remote.downloads is not None else "",
        (remote.updated or "")[:10],
        _("needs an account") if remote.gated else "",
        f"{one.offer.quant} {figures.size(one.offer.size)}" if one.offer and one.offer.size else "",
        _VERDICTS[one.offer.prospect.verdict] if one.offer and one.offer.prospect else "",
    ]
    return f"{remote.repo:50} {' · '.join(part for part in parts if part)}".rstrip()
