"""What every command shares: where the home is, `--home` in both places, and how a problem is said."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.terminal import harmless
from qwendesk.system.paths import Paths, home_folder
from qwendesk.words import _

_USAGE = {
    "option_unknown",
    "option_type",
    "option_range",
    "option_sampler",
    "option_conflict",
    "runtime_unknown",
}
_PATIENCE_S = 1.0
"""How long standard input is read without a word."""


@dataclass(slots=True)
class State:
    """What every command knows: where the home is, and how the window opens (the faces are strangers)."""

    open_window: Callable[[Paths], int]
    home: str | None = None

    def place(self) -> Paths:
        """The home, locked or not."""
        return home_folder(self.home)

    def paths(self) -> Paths:
        """The home, with its passphrase where it is locked: from the keyring, or asked for.

        Raises Problem `store_locked`, `store_passphrase_wrong` (path), `store_locked_unsupported`.
        """
        from qwendesk.cli.passphrase import unlocked

        return unlocked(self.place())


def _remember_home(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.find_root().obj.home = value


def home_option() -> click.Option:
    """`--home`, accepted before and after the command."""
    return click.Option(
        ["--home"],
        metavar="DIR",
        expose_value=False,
        callback=_remember_home,
        help=_("Keep all state in this folder (also $QWENDESK_HOME)."),
    )


class Command(click.Command):
    """A command that takes `--home`, too."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.append(home_option())


def exit_code(problem: str) -> int:
    """2 for a problem with how the command was written, by its id; 1 for every other."""
    return 2 if problem in _USAGE else 1


def say(problem: Problem) -> None:
    """A problem in one sentence, with its next step, on stderr."""
    from qwendesk.words.problems import word

    click.echo(harmless(str(word(problem.note()))), err=True)


def unicode(text: str | None) -> str | None:
    """The text with bytes that are no UTF-8 replaced; arguments carry them as lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8") if text else text


def piped() -> str | None:
    """What comes on standard input, to the letter; None where that is a terminal."""
    if sys.stdin.isatty():
        return None
    with waiting_is_told():
        return sys.stdin.buffer.read().decode("utf-8", "replace")


@contextmanager
def waiting_is_told() -> Iterator[None]:
    """Say that standard input is read where that takes long: it may be a pipe that nobody closes."""
    words = _("Standard input is read until it ends; “</dev/null” goes on without it.")
    timer = threading.Timer(_PATIENCE_S, click.echo, (words,), {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def read_file(path: str) -> bytes:
    """A file that the user named. Raises Problem `file_unreadable`."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Problem("file_unreadable", path=path, detail=error.strerror or "") from error
