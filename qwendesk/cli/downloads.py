"""`qwendesk downloads`: the queue, and what can be done with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from qwendesk.cli.command import Command, State, home_option, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.models.downloads.pull import Pull


@click.group(
    "downloads",
    invoke_without_command=True,
    params=[home_option()],
    help=_("The queue of downloads. Without a command, it is listed."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_context
def command(context: click.Context, /, as_json: bool) -> int | None:
    if context.invoked_subcommand is not None:
        return None
    return _with_app(context.obj, lambda app: _print(app, as_json))


def _with_app(state: State, act: Callable[[App], None]) -> int:
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        act(app)
    return 0


@command.command("pause", cls=Command, help=_("Pause a download, also one of another QwenDesk."))
@click.argument("number", type=int)
@click.pass_obj
def _pause(state: State, /, number: int) -> int:
    return _with_app(state, lambda app: _said(app.downloads.pause(number)))


@command.command(
    "resume", cls=Command, help=_("Fetch what is paused or failed: one download, or all of them.")
)
@click.argument("number", type=int, required=False)
@click.pass_obj
def _resume(state: State, /, number: int | None) -> int:
    from qwendesk.cli.progress import follow

    return _with_app(state, lambda app: follow(app, _wanted(app, number)))


@command.command("cancel", cls=Command, help=_("Throw away a download that is not finished."))
@click.argument("number", type=int)
@click.pass_obj
def _cancel(state: State, /, number: int) -> int:
    return _with_app(state, lambda app: app.downloads.cancel(number))


@command.command("move", cls=Command, help=_("Put a download before another one; without one, at the end."))
@click.argument("number", type=int)
@click.argument("before", type=int, required=False)
@click.pass_obj
def _move(state: State, /, number: int, before: int | None) -> int:
    return _with_app(state, lambda app: app.downloads.move(number, before))


@command.command("clear", cls=Command, help=_("Take finished downloads off the list; the files stay."))
@click.pass_obj
def _clear(state: State, /) -> int:
    def clear(app: App) -> None:
        for pull in app.downloads.pulls():
            if pull.state == "done":
                app.downloads.forget(pull.number)

    return _with_app(state, clear)


def _wanted(app: App, number: int | None) -> list[Pull]:
    if number is not None:
        return [app.downloads.resume(number)]
    return [app.downloads.resume(one.number) for one in app.downloads.pulls() if one.state != "done"]


def _print(app: App, as_json: bool) -> None:
    held, pulls = app.downloads.held(), app.downloads.pulls()
    if as_json:
        data = {"held": str(word(held)) if held else None, "downloads": [_as_data(one) for one in pulls]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    if held is not None:
        click.echo(harmless(str(word(held))), err=True)
    for one in pulls:
        _said(one)


def _said(pull: Pull) -> None:
    amount = _("{done} of {size}").format(done=figures.size(pull.done), size=figures.size(pull.size))
    click.echo(harmless(f"{pull.number:4}  {pull.state:8} {pull.name}  {amount}"))
    if pull.problem is not None:
        click.echo(harmless(f"{'':6}{word(pull.problem)}"))


def _as_data(pull: Pull) -> dict[str, object]:
    return {
        "number": pull.number,
        "name": pull.name,
        "source": pull.source,
        "revision": pull.revision,
        "state": pull.state,
        "done": pull.done,
        "size": pull.size,
        "folder": str(pull.folder),
        "why": str(word(pull.problem)) if pull.problem else None,
        "files": [
            {
                "path": one.remote.path,
                "size": one.remote.size,
                "sha256": one.remote.sha256,
                "state": one.state,
                "done": one.done,
                "notes": [str(word(note)) for note in one.notes],
            }
            for one in pull.files
        ],
    }
