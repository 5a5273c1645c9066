"""What the commands share that load a model only to ask about its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qwendesk.cli.command import State, say
from qwendesk.cli.terminal import Paper
from qwendesk.runtimes.session import Session
from qwendesk.words import _


@contextmanager
def asked(state: State, name: str, runtime: str | None) -> Iterator[Session]:
    """A session for questions, loaded; its worker is gone when this is left. Raises Problem."""
    from qwendesk.app import App

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        model = app.find(name, runtime)
        session = app.runtimes.open_smallest(model, runtime)
        paper = Paper()
        paper.status(_("Loading {model} …").format(model=model.title))
        try:
            session.wait_ready()
        finally:
            paper.status("")
        yield session


def origin(session: Session) -> dict[str, Any]:
    """Whose tokens these are, as `--json` tells it."""
    report = session.wait_ready()
    return {
        "model": {"path": str(session.recipe.model.path)},
        "runtime": {"id": session.recipe.spec.id, "version": report.version},
    }
