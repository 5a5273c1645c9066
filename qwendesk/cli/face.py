"""`qwendesk` alone: the window; without a display the terminal; without a terminal one question answered."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.words import _
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.cli.main import State

FIRST_QUESTION = "What is 23 + 45?"


def open_best_face(state: State) -> int:
    """Open the best face that works here; returns the exit code."""
    try:
        return open_window(state)
    except Problem as problem:
        if problem.id not in ("no_display", "qt_unusable"):
            raise
        click.echo(str(word(problem.note())), err=True)
    from qwendesk.cli.chat import talk_in_terminal

    if sys.stdin.isatty() and sys.stdout.isatty():
        return talk_in_terminal(state)
    click.echo(_("There is no terminal either, so here is one question and its answer."), err=True)
    click.echo(f"> {FIRST_QUESTION}")
    return talk_in_terminal(state, once=FIRST_QUESTION)


def open_window(state: State) -> int:
    """The window. Raises Problem `no_display` or `qt_unusable`."""
    try:
        from qwendesk.ui.main import run
    except ImportError as error:
        raise Problem("qt_unusable", detail=str(error)) from error
    return run(state.paths())
