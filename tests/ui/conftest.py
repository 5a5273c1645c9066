"""A window with a real engine room: a temporary home, real worker processes, a scripted or the bundled model."""

from __future__ import annotations

import gc
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fakes import scripted_plugin
from fakes.enginefixtures import index, plain_surroundings, wheels  # noqa: F401 - fixtures
from qwendesk.api.runtimes import Probe
from qwendesk.app import App
from qwendesk.plugins import Found
from qwendesk.runtimes.supervisor import Patience
from qwendesk.system.paths import Paths
from qwendesk.ui.chat import blocklist
from qwendesk.ui.controller import Controller
from qwendesk.ui.room import Room
from qwendesk.ui.theme.style import FUSION, theme
from qwendesk.ui.window import Window

TESTS = Path(__file__).parents[1]
LONG = 15_000
"""Milliseconds that a worker may take to answer on a busy machine."""


@dataclass
class Opened:
    """A running window. `room` is there once the engine room is open."""

    controller: Controller
    qtbot: QtBot

    @property
    def window(self) -> Window:
        return self.controller.window

    @property
    def room(self) -> Room:
        assert self.controller.room is not None
        return self.controller.room

    def until(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=LONG)

    def until_open(self) -> None:
        self.until(lambda: self.controller.room is not None and self.room.running.models)

    def until_ready(self) -> None:
        self.until_open()
        self.until(
            lambda: self.room.conversing.state is not None and self.room.conversing.state.phase == "ready"
        )

    def ask(self, text: str) -> None:
        """Send a question and wait for the end of its reply."""
        before = len(self.room.conversing.talk.conversation.turns) if self.room.conversing.talk else 0
        self.window.chat.send_requested.emit(text)
        self.until(lambda: len(self.turns) == before + 2 and not self.turns[-1].running)
        # The window hears of it a moment later; until then Enter keeps the text.
        self.until(lambda: not self.window.chat.composer.busy)

    @property
    def turns(self) -> list:  # type: ignore[type-arg]
        assert self.room.conversing.talk is not None
        return self.room.conversing.talk.conversation.turns


@pytest.fixture(autouse=True, scope="module")
def garbage_stays_here() -> Iterator[None]:
    """As in the program: on another thread's behalf no widget is deleted."""
    gc.disable()
    yield
    if QApplication.instance() is not None:
        # What was copied is Python's, and would outlive the interpreter.
        QApplication.clipboard().clear()
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put in a conversation has its widgets at once, on a busy machine, too."""
    monkeypatch.setattr(blocklist, "MAKE_S", math.inf)


@pytest.fixture(autouse=True)
def fakes_in_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find the scripted engine."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["qwendesk", *FUSION]


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    theme.apply(qapp, "dark")
    return qapp


@pytest.fixture
def open_window(qtbot: QtBot, dressed: QApplication, paths: Paths) -> Iterator[Callable[..., Opened]]:
    """Opens the window as the application does; `found` are the plugins (None: the installed ones)."""
    made: list[Opened] = []

    def start(found: list[Found] | None = None, show: bool = True) -> Opened:
        window = Window(paths.window)
        window.layout_keeper.restore()
        patience = Patience(terminate_after=2, kill_after=1, beat=0.05)
        opened = Opened(Controller(window, paths, lambda: App(paths, found, patience)), qtbot)
        made.append(opened)
        if show:
            window.show()
        return opened

    yield start
    for one in made:
        one.controller.close()
        one.until(lambda one=one: one.controller.background.closed)
        one.window.deleteLater()
    qtbot.wait(1)


@pytest.fixture
def scripted() -> Callable[..., list[Found]]:
    """The plugins of a window whose only runtime follows a script."""

    def plugins(probe: Probe | None = None) -> list[Found]:
        return [scripted_plugin.found(probe)]

    return plugins


def load_with(opened: Opened, **options: object) -> None:
    """Load Seedling's file again with the scripted runtime and these options, and wait until it is ready."""
    opened.until_ready()
    form, before = opened.room.views.run.options, opened.room.conversing.session
    assert form is not None
    form.set_values(options)
    opened.room.running.load()
    opened.until(lambda: opened.room.conversing.session not in (None, before))
    opened.until_ready()
