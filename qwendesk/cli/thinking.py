"""`qwendesk thinking`: what a model's template offers, and whether its switch works."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from qwendesk.cli.asking import asked
from qwendesk.cli.command import Command, State
from qwendesk.words import _, thinking


@click.command(
    "thinking",
    cls=Command,
    help=_("Load MODEL and test in a few seconds whether its thinking switch does what it says."),
)
@click.argument("model", required=False)
@click.option("--runtime", metavar="ID", help=_("The runtime to use (see: qwendesk doctor)."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(state: State, model: str | None, runtime: str | None, as_json: bool) -> int:
    from qwendesk.chat.selftest import try_switch
    from qwendesk.models.template import read_template

    with asked(state, model or "seedling", runtime) as session:
        template = read_template(session.wait_ready().template or "")
        found = try_switch(session) if template.thinking == "switch" else None
    if as_json:
        data = {
            "thinking": template.thinking,
            "efforts": list(template.efforts),
            "default": template.thinks_by_default,
        }
        click.echo(json.dumps({**data, "test": asdict(found) if found else None}, indent=2))
    else:
        click.echo(thinking.offered(template))
        if found is not None:
            click.echo(thinking.tested(found))
    return 0 if found is None or found.works else 1
