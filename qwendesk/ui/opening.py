"""What happens before the first model loads: the engine room opens, and its models are listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.models.library import Model


@dataclass(frozen=True, slots=True)
class Opened:
    """The engine room, and the model to begin with: None where the problem says why."""

    app: App
    model: Model | None
    problem: Problem | None = None

    @property
    def locked(self) -> bool:
        """Whether a passphrase is what is missing."""
        return self.problem is not None and self.problem.id in ("store_locked", "store_passphrase_wrong")


def opened(make: Callable[[], App]) -> Opened:
    """Blocks; for a background thread."""
    return looked(make())


def looked(app: App, passphrase: str | None = None) -> Opened:
    """The same for a room that is there, with the passphrase that was typed for it."""
    try:
        app.store.unlock(passphrase)
        return Opened(app, app.library.find(None))
    except Problem as problem:
        return Opened(app, None, problem)
