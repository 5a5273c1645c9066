"""`qwendesk settings`."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from qwendesk.api.options import Option
from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _


@click.command(
    "settings",
    cls=Command,
    help=_("List the settings; show the one called NAME; or give it a VALUE, which holds from now on."),
)
@click.argument("name", required=False)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help=_("Go back to the default of NAME."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(state: State, name: str | None, value: str | None, unset: bool, as_json: bool) -> int:
    from qwendesk.api.options import parsed
    from qwendesk.app import App

    if unset and (name is None or value is not None):
        raise click.UsageError(_("--unset wants a NAME and no VALUE."))
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        options = app.preferences.options()
        if name is not None and name not in options:
            raise Problem("setting_unknown", name=name)
        if name is not None and (unset or value is not None):
            one = options[name]
            app.preferences.keep({name: one.default if value is None else parsed(one.kind, value)})
            return 0
        values = {
            f"{prefix}.{key}": held
            for prefix in app.preferences.groups
            for key, held in app.preferences.values(prefix).items()
        }
    shown = {one: values[one] for one in ([name] if name else options)}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif name is not None:
        click.echo(harmless(_said(shown[name])))
    else:
        for line in _lines(options, shown):
            click.echo(harmless(line))
    return 0


def _lines(options: dict[str, Option], values: dict[str, Any]) -> list[str]:
    """A line for each setting, and what it means below it."""
    lines = []
    for name, one in options.items():
        value = _said(values[name])
        unset = one.unset and _(one.unset)
        mark = "" if values[name] != one.default else f" ({unset or _('default')})"
        lines.append(f"{name} = {value}{f' {one.unit}' if one.unit else ''}{mark}")
        lines.append(f"    {_(one.help) if one.help else _(one.title)}")
    return lines


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return os.pathsep.join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
