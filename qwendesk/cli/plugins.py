"""`qwendesk plugins`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from qwendesk.cli.command import Command, State
from qwendesk.cli.terminal import harmless
from qwendesk.plugins import PluginReport
from qwendesk.words import _
from qwendesk.words.problems import word


@click.command("plugins", cls=Command, help=_("List the plugins: active, off, or blocked and why."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, as_json: bool) -> None:
    from qwendesk.app import App

    with App(state.paths()) as app:
        reports = app.plugins.reports()
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in reports], ensure_ascii=False, indent=2))
        return
    for report in reports:
        click.echo(f"{report.name:16} {report.state:8} {report.package} {report.version}")
        for hook in report.hooks:
            click.echo(f"{'':16} {hook}")
        if report.problem:
            click.echo(f"{'':16} {harmless(str(word(report.problem)))}")


def _as_data(report: PluginReport) -> dict[str, object]:
    return {**asdict(report), "why": str(word(report.problem)) if report.problem else None}
