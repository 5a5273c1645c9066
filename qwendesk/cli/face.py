"""`qwendesk` alone: the window; without a display the terminal; without a terminal one question answered."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.api.words import N_
from qwendesk.words import _
from qwendesk.words.problems import filled, word

if TYPE_CHECKING:
    from qwendesk.cli.command import State

FIRST_QUESTION = "What is 23 + 45?"
_INSTEAD = {
    "no_display": N_("There is no display for a window, so the chat opens in the terminal."),
    "display_unreachable": N_("The display {display} cannot be reached, so the chat opens in the terminal."),
    "qt_unusable": N_(
        "System libraries for the window are missing ({detail}), so the chat opens in the terminal."
    ),
}
"""Why there is no window."""


def open_best_face(state: State) -> int:
    """Open the best face that works here; returns the exit code."""
    try:
        return state.open_window(state.place())
    except Problem as problem:
        if problem.id not in _INSTEAD:
            raise
        note = problem.note()
        click.echo(filled(_(_INSTEAD[problem.id]), note.arguments), err=True)
        if problem.id == "qt_unusable":
            click.echo(word(note).next, err=True)
    from qwendesk.cli.chat import talk_in_terminal

    if sys.stdin.isatty() and sys.stdout.isatty():
        return talk_in_terminal(state)
    click.echo(_("There is no terminal either, so here is one question and its answer."), err=True)
    click.echo(f"> {FIRST_QUESTION}")
    return talk_in_terminal(state, once=FIRST_QUESTION)
