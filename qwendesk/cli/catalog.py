"""`qwendesk catalog`: the Qwen family as a table to compare."""

from __future__ import annotations

import json
from typing import Any

import click

from qwendesk.cli.command import Command, State
from qwendesk.cli.terminal import harmless
from qwendesk.words import _


@click.command(
    "catalog",
    cls=Command,
    help=_("Compare the models of the Qwen family: size, context, strengths, best use. Nothing is asked."),
)
@click.option("--family", metavar="NAME", help=_("One family with all of its models, as in qwen3.5."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, family: str | None, as_json: bool) -> int:
    from qwendesk.cli.models import columns
    from qwendesk.models.comparison import compared, compared_family

    rows = compared_family(family) if family is not None else compared()
    if as_json:
        click.echo(json.dumps([_data(one) for one in rows], ensure_ascii=False, indent=2))
        return 0
    head = (_("Model"), _("Size"), _("Context"), _("Licence"), _("Strengths"), _("Best for"))
    lines = [
        (one.name, ", ".join(one.sizes), one.context, one.licence, one.strengths[0] if one.strengths else "",
         one.best_for[0] if one.best_for else "")
        for one in rows
    ]  # fmt: skip
    for line in columns([head, *lines]):
        click.echo(harmless(line))
    return 0


def _data(row: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(row)
