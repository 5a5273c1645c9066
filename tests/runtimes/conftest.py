"""Sessions on real child processes: misbehaving ones, and the real worker with a scripted engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fakes import scripted_plugin
from fakes.enginefixtures import app, index, plain_surroundings, wheels  # noqa: F401 - fixtures
from qwendesk.api.messages import Message
from qwendesk.api.options import option
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.models.library import Model
from qwendesk.runtimes.launch import Launch, own_interpreter
from qwendesk.runtimes.session import Recipe, Session
from qwendesk.runtimes.state import SessionChanged
from qwendesk.runtimes.supervisor import Patience

TESTS = Path(__file__).parents[1]
SHORT = Patience(terminate_after=0.3, kill_after=0.3, silence=0.4, beat=0.05)
PYTHONPATH = os.pathsep.join([str(TESTS), str(TESTS.parent)])


@dataclass(frozen=True)
class NoOptions:
    context: int | None = option(None, "Context")


BAD = RuntimeSpec(
    "bad", "Bad", "", ("gguf",), ("cpu",), NoOptions, frozenset(), "no:engine", lambda _: Probe(True)
)


@dataclass
class Witness:
    """Collects what a session publishes."""

    changes: list[SessionChanged] = field(default_factory=list)

    def __call__(self, change: object) -> None:
        if isinstance(change, SessionChanged):
            self.changes.append(change)


def request(text: str = "hi") -> ReplyRequest:
    return ReplyRequest((Message("user", text),))


@pytest.fixture
def bad(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Starts a misbehaving worker of a mode."""
    started: list[Session] = []

    def start(mode: str, patience: Patience = SHORT, witness: Witness | None = None) -> Session:
        launch = Launch((sys.executable, "-P", "-m", "fakes.bad_worker", mode), {"PYTHONPATH": PYTHONPATH})
        model = Model("m", "m", tmp_path / "m.gguf", "gguf", "", 0)
        session = Session(Recipe(model, BAD, {}, launch), witness or Witness(), patience)
        started.append(session)
        return session

    yield start
    for session in started:
        session.kill()
        session.join(10)


SCRIPTED = scripted_plugin.spec()


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Starts the real worker with a scripted engine; keyword arguments are its options."""
    started: list[Session] = []

    def start(
        witness: Witness | None = None,
        launch: Launch | None = None,
        measured: Callable[[Recipe, int], None] = lambda _recipe, _bytes: None,
        **options: object,
    ) -> Session:
        own = own_interpreter()
        with_fakes = Launch(own.command, {**own.environment, "PYTHONPATH": PYTHONPATH})
        model = Model("m", "m", tmp_path / "m.gguf", "gguf", "", 0)
        recipe = Recipe(model, SCRIPTED, dict(options), launch or with_fakes)
        session = Session(recipe, witness or Witness(), Patience(beat=0.05), measured)
        started.append(session)
        return session

    yield start
    for session in started:
        session.close()
        session.join(10)
