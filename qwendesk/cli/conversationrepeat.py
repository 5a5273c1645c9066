"""`qwendesk conversations repeat`: the last reply again, with its settings and its seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State
from qwendesk.cli.keeping import with_app
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.chat.turn import Turn


def add_repeat_command(group: click.Group) -> None:
    group.add_command(_repeat)


@click.command(
    "repeat",
    cls=Command,
    help=_(
        "Make the last reply of the conversation ID again, with its settings and seed, alone and from the "
        "first token on, and say whether it is the same. Both are kept, as versions."
    ),
)
@click.argument("id")
@click.pass_obj
def _repeat(state: State, /, id: str) -> int:
    from qwendesk.cli.dialogue import Dialogue

    def act(app: App) -> int:
        conversation = app.history.open(app.history.find(id).about.id)
        last = next((one for one in reversed(conversation.turns) if one.record and one.finished), None)
        if last is None or last.record is None:
            raise Problem("nothing_to_repeat")
        model = app.library.find(_known(app, last.record.model_name, last.record.model_path))
        talk = app.talk(model, last.record.runtime, _options(app, last))
        try:
            talk.show(conversation)
            return Dialogue(app, talk, last.record.settings).repeat(last.id)
        finally:
            talk.close()

    return with_app(state, act)


def _known(app: App, name: str, path: str) -> str:
    """The model's name where the library has it, else the path of its file."""
    return name if any(one.name == name for one in app.library.models()) else str(Path(path))


def _options(app: App, turn: Turn) -> dict[str, object]:
    """The load options that were asked for, as far as this runtime still has them."""
    from qwendesk.api.options import describe

    record = turn.record
    assert record is not None
    known = {one.name for one in describe(app.runtimes.spec(record.runtime).options)}
    return {name: value for name, value in record.asked.items() if name in known}
