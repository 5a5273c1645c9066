"""What the commands about conversations share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import State, say
from qwendesk.words import _, moments

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.chat.history import Entry, Hit


def with_app(state: State, act: Callable[[App], int | None]) -> int:
    """Do this with the application's services; returns the exit code."""
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        return act(app) or 0


def print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def name(entry: Entry) -> str:
    """Its title, or its number where it has none."""
    return entry.about.title or str(entry.about.id)


def line(entry: Entry) -> tuple[str, ...]:
    """Columns of a list: number, when, messages, model, title with its marks."""
    about = entry.about
    marks = [f"[{about.folder}]"] if about.folder else []
    marks += [_("(pinned)")] if about.pinned else []
    count = str(entry.messages)
    return str(about.id), moments.ago(about.updated), count, about.model, " ".join((about.title, *marks))


def as_data(entry: Entry) -> dict[str, Any]:
    """As `--json` tells it; ids are texts, because they have more than 53 bits."""
    about = entry.about
    return {
        "id": str(about.id),
        "title": about.title,
        "folder": about.folder,
        "pinned": about.pinned,
        "archived": about.archived,
        "trashed": about.trashed,
        "created": about.created,
        "updated": about.updated,
        "model": about.model,
        "messages": entry.messages,
    }


def hit_data(hit: Hit) -> dict[str, Any]:
    """A message that was found, as `--json` tells it."""
    return {
        "conversation": str(hit.conversation),
        "title": hit.title,
        "message": str(hit.message),
        "role": hit.role,
        "part": hit.part,
        "excerpt": hit.excerpt,
        "created": hit.created,
    }
