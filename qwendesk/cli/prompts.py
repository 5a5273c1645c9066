"""`qwendesk prompts`: ready-made prompts and the user's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State, home_option, piped, say
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.words import _, ngettext

if TYPE_CHECKING:
    from qwendesk.api.prompts import PromptKind, PromptTemplate, Variable
    from qwendesk.chat.prompts.library import PromptLibrary


@click.group(
    "prompts",
    invoke_without_command=True,
    params=[home_option()],
    help=_("List the prompts: system prompts, and messages for slash commands."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_context
def command(context: click.Context, /, as_json: bool) -> int | None:
    if context.invoked_subcommand is not None:
        return None
    with _prompts(context.obj) as prompts:
        _print([_as_data(prompts, one) for one in prompts.list()], _listed(prompts), as_json)
    return 0


@command.command("show", cls=Command, help=_("Show the prompt ID with its variables."))
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def _show(state: State, /, id: str, as_json: bool) -> int:
    with _prompts(state) as prompts:
        one = prompts.get(id)
        _print(_as_data(prompts, one), _shown(one), as_json)
    return 0


@command.command(
    "fill",
    cls=Command,
    help=_("Fill the prompt ID and print it. NAME=- takes standard input; other variables have defaults."),
)
@click.argument("id")
@click.argument("pairs", metavar="[NAME=VALUE]...", nargs=-1)
@click.pass_obj
def _fill(state: State, /, id: str, pairs: tuple[str, ...]) -> int:
    with _prompts(state) as prompts:
        Paper().answer(prompts.fill(id, dict(_values(prompts.get(id), pairs))) + "\n")
    return 0


@command.command("import", cls=Command, help=_("Take in the prompts of the TOML file FILE."))
@click.argument("file")
@click.option("--replace", is_flag=True, help=_("Also where other prompts have their ids."))
@click.pass_obj
def _import(state: State, /, file: str, replace: bool) -> int:
    with _prompts(state) as prompts:
        for one in prompts.import_file(Path(file), replace=replace):
            click.echo(harmless(f"{one.id}  {one.title}"))
    return 0


@command.command(
    "export",
    cls=Command,
    help=_("Write the prompts ID... into the TOML file FILE; without an ID, all your own."),
)
@click.argument("file")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--replace", is_flag=True, help=_("Also where FILE is there already."))
@click.pass_obj
def _export(state: State, /, file: str, ids: tuple[str, ...], replace: bool) -> int:
    if Path(file).exists() and not replace:
        raise click.UsageError(_("{file} is there already; --replace overwrites it.").format(file=file))
    with _prompts(state) as prompts:
        chosen = ids or tuple(one.id for one in prompts.list() if prompts.origin(one.id) == "own")
        if not chosen:
            raise Problem("prompt_none_own")
        prompts.export_file(chosen, Path(file))
    count = len(set(chosen))
    click.echo(
        ngettext("{count} prompt written.", "{count} prompts written.", count).format(count=count), err=True
    )
    return 0


@command.command(
    "rm", cls=Command, help=_("Remove your own prompt ID; a bundled one that it stood in for is back.")
)
@click.argument("id")
@click.pass_obj
def _rm(state: State, /, id: str) -> int:
    with _prompts(state) as prompts:
        prompts.remove(id)
    click.echo(_("{id} is removed.").format(id=id), err=True)
    return 0


@contextmanager
def _prompts(state: State) -> Iterator[PromptLibrary]:
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in (*app.problems, *app.prompts.problems):
            say(problem)
        yield app.prompts


def _values(prompt: PromptTemplate, pairs: Iterable[str]) -> Iterator[tuple[str, object]]:
    """What was typed, in the variables' types."""
    from qwendesk.api.options import parsed
    from qwendesk.api.prompts import variable_option

    kinds = {one.name: variable_option(one).kind for one in prompt.variables}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise click.UsageError(_("Wanted: NAME=VALUE, not {pair}.").format(pair=pair))
        yield name, parsed(kinds.get(name, "text"), (piped() or "").rstrip("\n") if text == "-" else text)


def _print(data: object, lines: Iterable[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(harmless(line))


def _as_data(prompts: PromptLibrary, one: PromptTemplate) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(one), "origin": prompts.origin(one.id)}


def _listed(prompts: PromptLibrary) -> Iterator[str]:
    """System prompts, then slash commands, each with what it does."""
    names: dict[PromptKind, str] = {"system": "{id}", "message": "/{id}"}
    width = max((len(one.id) for one in prompts.list()), default=0) + 1
    for kind, name in names.items():
        for one in sorted(prompts.list(kind), key=lambda one: one.id):
            mark = _(" (your own)") if prompts.origin(one.id) == "own" else ""
            yield f"{name.format(id=one.id):{width}}  {_(one.summary or one.title)}{mark}"


def _shown(one: PromptTemplate) -> Iterator[str]:
    yield _(one.title)
    if one.summary:
        yield _(one.summary)
    yield ""
    yield one.text.strip("\n")
    yield ""
    for variable in one.variables:
        yield _told(variable)
        if variable.help:
            yield f"    {_(variable.help)}"


def _told(one: Variable) -> str:
    from qwendesk.api.prompts import variable_option

    option = variable_option(one)
    needed = one.default is None and one.type != "switch"
    default = (
        _("must be given") if needed else {True: _("on"), False: _("off")}.get(option.default, option.default)
    )
    choices = f"; {' | '.join(one.choices)}" if one.choices else ""
    return f"{one.name} ({_(one.title)}): {default}{choices}"
