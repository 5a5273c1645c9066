"""A full collection of garbage waits until nobody would notice."""

import gc
import threading
from collections.abc import Iterator
from weakref import ref

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from qwendesk.ui import collecting
from qwendesk.ui.collecting import QUIET_S, WORTH, Collecting


class Cycle:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(collecting, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWindow]:
    window = QWindow()
    yield window
    gc.unfreeze()
    window.deleteLater()


def set_active(monkeypatch: pytest.MonkeyPatch, active: bool) -> None:
    """Whether the person works in the window; offscreen there is nobody who could."""
    names = Qt.ApplicationState
    state = names.ApplicationActive if active else names.ApplicationInactive
    monkeypatch.setattr(collecting.QGuiApplication, "applicationState", lambda: state)


def old_garbage() -> "ref[Cycle]":
    """A cycle that lived through a young collection, and enough of them since the last full one."""
    gc.collect()
    cycle = Cycle()
    gc.collect(0)
    found = ref(cycle)
    del cycle
    for _ in range(WORTH):
        gc.collect(0)
    return found


def test_collects_only_after_a_quiet_while(
    window: QWindow, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_active(monkeypatch, True)
    watching = Collecting(window)
    watching.begin()
    garbage = old_garbage()
    watching.look()
    assert garbage() is not None
    clock[0] += QUIET_S
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QApplication.sendEvent(window, key)
    watching.look()
    assert garbage() is not None
    clock[0] += QUIET_S
    watching.look()
    assert garbage() is None


def test_collects_while_the_person_is_elsewhere(
    window: QWindow, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_active(monkeypatch, False)
    watching = Collecting(window)
    watching.begin()
    garbage = old_garbage()
    watching.look()
    assert garbage() is None


def test_another_thread_makes_objects_and_collects_nothing(window: QWindow) -> None:
    watching = Collecting(window)
    watching.begin()
    cycle = Cycle()
    found = ref(cycle)
    del cycle
    made: list[list[int]] = []
    thread = threading.Thread(target=lambda: made.extend([] for _ in range(200_000)))
    thread.start()
    thread.join()
    assert len(made) == 200_000
    assert found() is not None
    watching.look_at_young()
    assert found() is None
