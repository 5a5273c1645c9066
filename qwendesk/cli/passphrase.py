"""Passphrases at the command line: never an argument, which other programs can see."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import say
from qwendesk.store import driver
from qwendesk.system.passphrase import Passphrase, given
from qwendesk.system.paths import Paths
from qwendesk.words import _, locking

_TRIES = 3


def unlocked(paths: Paths, *, from_input: bool = False) -> Paths:
    """The same home with the passphrase that opens it; a plain one as it is.

    It is the environment's, else the keyring's, else asked for on a terminal; with `from_input` it may
    also be the next line of standard input.

    Raises:
        Problem: `store_locked` (path), `store_passphrase_wrong` (path), `store_locked_unsupported`.
    """
    if not driver.is_locked(paths.database):
        return paths
    wrong = Problem("store_passphrase_wrong", path=str(paths.database))
    known = Passphrase(paths.home)()
    if known is not None and driver.opens(paths.database, known):
        return replace(paths, passphrase=known)
    if given() is not None:
        raise wrong
    if not _at_terminal():
        return _read(paths, wrong) if from_input else _refuse(paths)
    for left in reversed(range(_TRIES)):
        typed = str(click.prompt(_("Passphrase"), hide_input=True, err=True))
        if driver.opens(paths.database, typed):
            return replace(paths, passphrase=typed)
        if left:
            say(wrong)
    raise wrong


def _read(paths: Paths, wrong: Problem) -> Paths:
    line = _line()
    if not driver.opens(paths.database, line):
        raise wrong
    return replace(paths, passphrase=line)


def _refuse(paths: Paths) -> Paths:
    driver.cipher()
    raise Problem("store_locked", path=str(paths.database))


def chosen(*, anew: bool) -> str:
    """A new passphrase: typed twice, or the next line of standard input.

    Unless `anew`, the environment's comes first: there it stands for the one that holds now.
    """
    if not anew and (found := given()) is not None:
        return found
    if not _at_terminal():
        return _line()
    click.echo(locking.warning(), err=True)
    asked = click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=_("Once more"), err=True)
    return str(asked)


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _line() -> str:
    return sys.stdin.readline().rstrip("\r\n")
