"""`qwendesk verify`: read all of a model and compare its hash."""

from __future__ import annotations

import json

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.words import _


@click.command(
    "verify",
    cls=Command,
    help=_("Read MODEL as a whole and compare its SHA-256; exit code 1 where it differs."),
)
@click.argument("models", nargs=-1)
@click.option("--all", "every", is_flag=True, help=_("Every model in the library."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def command(state: State, models: tuple[str, ...], every: bool, as_json: bool) -> int:
    from qwendesk.app import App
    from qwendesk.cli.models import verdict, verified_data
    from qwendesk.models.model import Model

    if bool(models) == every:
        raise click.UsageError(_("Name models, or give --all."))
    paper = Paper()
    results = []
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        wanted: list[Model] = app.library.models() if every else [app.library.find(one) for one in models]
        for model in wanted:
            found = app.keeping.verify(model, lambda done, whole, name=model.name: paper.status(
                f"{name}  {done * 100 // max(whole, 1)} %"))  # type: ignore[misc]  # fmt: skip
            paper.status("")
            results.append((model.name, found))
            if not as_json:
                click.echo(harmless(f"{model.name}: {verdict(found)}"))
                for file in found.files:
                    click.echo(harmless(f"  {file.sha256}  {file.path}"))
    if as_json:
        told = [{"name": name, **(verified_data(found) or {})} for name, found in results]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    return 1 if any(found.state == "differs" for _name, found in results) else 0
