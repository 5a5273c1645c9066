"""`qwendesk` alone: the window; without a display the terminal; without a terminal one question answered."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.words import _
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.cli.command import State

FIRST_QUESTION = "What is 23 + 45?"


def open_best_face(state: State) -> int:
    """Open the best face that works here; returns the exit code."""
    try:
        return state.open_window(state.place())
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
