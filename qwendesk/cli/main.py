"""The command line: one group, each command in a file of its own, imported when it is used."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import State, exit_code, home_option, say
from qwendesk.system.paths import Paths
from qwendesk.words import _

_COMMANDS = {
    "adopt": "qwendesk.cli.adopt",
    "advise": "qwendesk.cli.advise",
    "batch": "qwendesk.cli.batch",
    "bench": "qwendesk.cli.bench",
    "catalog": "qwendesk.cli.catalog",
    "chat": "qwendesk.cli.chat",
    "compare": "qwendesk.cli.compare",
    "convert": "qwendesk.cli.convert",
    "conversations": "qwendesk.cli.conversations",
    "doctor": "qwendesk.cli.doctor",
    "downloads": "qwendesk.cli.downloads",
    "engines": "qwendesk.cli.engines",
    "imatrix": "qwendesk.cli.imatrix",
    "list": "qwendesk.cli.list",
    "lock": "qwendesk.cli.lock",
    "network": "qwendesk.cli.network",
    "logs": "qwendesk.cli.logs",
    "memory": "qwendesk.cli.memory",
    "metrics": "qwendesk.cli.metrics",
    "plugins": "qwendesk.cli.plugins",
    "prompts": "qwendesk.cli.prompts",
    "quantize": "qwendesk.cli.quantize",
    "pull": "qwendesk.cli.pull",
    "render": "qwendesk.cli.render",
    "rm": "qwendesk.cli.rm",
    "roofline": "qwendesk.cli.roofline",
    "search": "qwendesk.cli.search",
    "settings": "qwendesk.cli.settings",
    "show": "qwendesk.cli.show",
    "thinking": "qwendesk.cli.thinking",
    "token": "qwendesk.cli.token",
    "tokenize": "qwendesk.cli.tokenize",
    "unlock": "qwendesk.cli.unlock",
    "verify": "qwendesk.cli.verify",
    "version": "qwendesk.cli.version",
    "window": "qwendesk.cli.window",
}


_UNWRITABLE = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""What a write fails with that is no fault of ours."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of our output has seen enough (`| head`): the exit is quiet, and click's is not.
            _give_up_streams()
            return 0


def _show_version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from qwendesk.cli.version import version

        click.echo(version())
        context.exit()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    params=[
        home_option(),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help=_("Show the version."),
        ),
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("Run Qwen models on this computer. Without a command, the window opens."),
)
@click.pass_context
def group(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        from qwendesk.cli.face import open_best_face

        context.exit(open_best_face(context.obj))


def run(open_window: Callable[[Paths], int], arguments: list[str] | None = None) -> int:
    """Run a command line; 0 done, 1 failed with one sentence on stderr, 2 usage."""
    _open_closed_streams()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Models answer in every script: pipes are UTF-8 everywhere, and a terminal shows what it can.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", encoding=None if stream.isatty() else "utf-8")
    try:
        code = _run(open_window, arguments)
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        _give_up_streams()
        if not isinstance(error, BrokenPipeError):
            with contextlib.suppress(OSError):
                say(Problem("output_failed", detail=error.strerror or ""))
        return 1
    return code


def _open_closed_streams() -> None:
    """A stream that came closed is an empty one; the next file to be opened must not take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - stays open


def _give_up_streams() -> None:
    """What cannot be written leads nowhere from here on, so that nothing fails at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(open_window: Callable[[Paths], int], arguments: list[str] | None) -> int:
    try:
        result = group.main(arguments, prog_name="qwendesk", obj=State(open_window), standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        click.echo(_("Stopped."), err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Problem as problem:
        say(problem)
        return exit_code(problem.id)
    return result if isinstance(result, int) else 0
