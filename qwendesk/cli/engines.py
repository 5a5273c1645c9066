"""`qwendesk engines`: engine environments, and what can be done with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, home_option, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.app import App

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
_YES = click.option("--yes", is_flag=True, help=_("Do not ask."))
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_VARIANT = click.option("--variant", metavar="ID", help=_("Which build: cpu, cuda … (see: engines list)."))
_WHEELS = click.option(
    "--wheels", type=_FOLDER, metavar="DIR", help=_("Take packages from this folder; ask nobody.")
)
_LOCK = click.option(
    "--lock", type=_FILE, metavar="FILE", help=_("Packages as this file lists them: name==version.")
)


@click.group(
    "engines",
    invoke_without_command=True,
    params=[home_option()],
    help=_(
        "Engines of runtimes, each version in an environment of its own. Without a command, they are listed."
    ),
)
@_JSON
@click.pass_context
def command(context: click.Context, /, as_json: bool) -> int | None:
    return _list(context.obj, as_json) if context.invoked_subcommand is None else None


@command.command("list", cls=Command, help=_("List the engines: version, build, size on the disk, state."))
@_JSON
@click.pass_obj
def _listed(state: State, /, as_json: bool) -> int:
    return _list(state, as_json)


@command.command(
    "install", cls=Command, help=_("Install the engine of RUNTIME, test it, and use it from then on.")
)
@click.argument("runtime")
@_VARIANT
@click.option("--version", metavar="V", help=_("This version instead of the one that belongs to QwenDesk."))
@_WHEELS
@_LOCK
@_YES
@_JSON
@click.pass_obj
def _install(state: State, /, runtime: str, yes: bool, as_json: bool, **wish: Any) -> int:
    from qwendesk.cli.engineinstall import install

    return _with_app(state, lambda app: install(app, runtime, wish, yes, as_json))


@command.command(
    "update", cls=Command, help=_("Install what QwenDesk, or your list, now names for RUNTIME, or for all.")
)
@click.argument("runtime", required=False)
@_WHEELS
@_LOCK
@_YES
@_JSON
@click.pass_obj
def _update(state: State, /, runtime: str | None, yes: bool, as_json: bool, **wish: Any) -> int:
    from qwendesk.cli.engineinstall import install

    def update(app: App) -> None:
        names = [runtime] if runtime is not None else app.engines.updates()
        if not names and not as_json:
            click.echo(_("Every engine is what it should be."))
        for name in names:
            install(app, name, wish, yes, as_json)

    return _with_app(state, update)


@command.command(
    "use", cls=Command, help=_("Use this engine from now on; “own” is the one that came with QwenDesk.")
)
@click.argument("runtime")
@click.argument("name")
@_JSON
@click.pass_obj
def _use(state: State, /, runtime: str, name: str, as_json: bool) -> int:
    return _with_app(state, lambda app: _holds(runtime, app.engines.use(runtime, name), as_json))


@command.command("rollback", cls=Command, help=_("Go back to the engine that was used before."))
@click.argument("runtime")
@_JSON
@click.pass_obj
def _rollback(state: State, /, runtime: str, as_json: bool) -> int:
    return _with_app(state, lambda app: _holds(runtime, app.engines.rollback(runtime), as_json))


@command.command("remove", cls=Command, help=_("Remove an engine, and free its space."))
@click.argument("runtime")
@click.argument("name")
@_JSON
@click.pass_obj
def _remove(state: State, /, runtime: str, name: str, as_json: bool) -> int:
    def remove(app: App) -> None:
        freed = app.engines.remove(runtime, name)
        if as_json:
            click.echo(json.dumps({"runtime": runtime, "removed": name, "freed_bytes": freed}))
        else:
            click.echo(_("{size} freed.").format(size=figures.size(freed)))

    return _with_app(state, remove)


@command.command(
    "lock", cls=Command, help=_("Print the packages of an engine, to fetch them on another computer.")
)
@click.argument("runtime")
@_VARIANT
@click.option("--version", metavar="V", help=_("This version instead of the one that belongs to QwenDesk."))
@click.pass_obj
def _print_lock(state: State, /, runtime: str, variant: str | None, version: str | None) -> int:
    def show(app: App) -> None:
        for one in app.engines.requirements(runtime, variant, version):
            click.echo(one)

    return _with_app(state, show)


def _with_app(state: State, act: Callable[[App], None]) -> int:
    from qwendesk.app import App
    from qwendesk.runtimes.engines.service import FailedTest
    from qwendesk.words.engines import failed

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        try:
            act(app)
        except FailedTest as problem:
            click.echo(harmless(str(failed(problem))), err=True)
            return 1
    return 0


def _list(state: State, as_json: bool) -> int:
    from qwendesk.cli.enginetable import show

    return _with_app(state, lambda app: show(app.engines.engines(), as_json))


def _holds(runtime: str, name: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"runtime": runtime, "current": name}))
    else:
        told = _("{runtime} uses {name} from now on. Loaded models go on as they are.")
        click.echo(harmless(told.format(runtime=runtime, name=name)))
