"""Where the docks stand, and what a bad layout file does: nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.ui import layout
from qwendesk.ui.layout import screen_set
from qwendesk.ui.window import Window

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> Callable[[], Window]:
    """Makes windows that share one layout file."""

    def make() -> Window:
        made = Window(tmp_path / "window.ini")
        qtbot.addWidget(made)
        made.layout_keeper.restore()
        made.show()
        return made

    return make


class Painted(QObject):
    """Whether the sides were folded, and how wide the conversation was, each time the window was painted."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.widths: list[tuple[bool, int]] = []
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            docks = self._window.docks
            folded = docks["library"] in self._window.tabifiedDockWidgets(docks["run"])
            self.widths.append((folded, self._window.chat.width()))
        return False


def test_the_default_is_the_sketch(window: Callable[[], Window]) -> None:
    made = window()
    assert made.dockWidgetArea(made.docks["library"]) == LEFT
    assert made.dockWidgetArea(made.docks["run"]) == RIGHT
    assert made.docks["details"] in made.tabifiedDockWidgets(made.docks["run"])
    assert made.docks["log"] in made.tabifiedDockWidgets(made.docks["health"])


def test_what_was_moved_comes_back(
    window: Callable[[], Window], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "NARROW", 0)  # the offscreen screen is narrow
    first = window()
    first.addDockWidget(LEFT, first.docks["run"])
    first.docks["health"].hide()
    first.resize(780, 560)
    qtbot.wait(10)
    first.close()
    second = window()
    assert second.dockWidgetArea(second.docks["run"]) == LEFT
    assert not second.docks["health"].isVisible()
    assert second.size() == first.size()


def test_reset_brings_the_sketch_back(window: Callable[[], Window], qtbot: QtBot) -> None:
    made = window()
    made.addDockWidget(LEFT, made.docks["run"])
    made.docks["log"].setFloating(True)
    made.docks["library"].hide()
    with qtbot.waitSignal(made.slices.finished):
        made.reset_layout()
    assert made.dockWidgetArea(made.docks["run"]) == RIGHT
    assert not made.docks["log"].isFloating()
    assert made.docks["library"].isVisible()


def test_a_narrow_window_folds_its_sides_into_tabs(window: Callable[[], Window], qtbot: QtBot) -> None:
    made = window()
    with qtbot.waitSignal(made.slices.finished):
        made.resize(1000, 700)
    assert made.docks["library"] in made.tabifiedDockWidgets(made.docks["run"])
    with qtbot.waitSignal(made.slices.finished):
        made.resize(1300, 700)
    assert made.dockWidgetArea(made.docks["library"]) == LEFT


def test_sides_that_fold_are_painted_once_they_are_laid_out(
    window: Callable[[], Window], qtbot: QtBot
) -> None:
    made = window()
    with qtbot.waitSignal(made.slices.finished):
        made.resize(1300, 700)
    painted = Painted(made)
    with qtbot.waitSignal(made.slices.finished):
        made.resize(1000, 700)
    assert painted.widths[-1] == (True, made.chat.width())
    assert len({width for folded, width in painted.widths if folded}) == 1
    with qtbot.waitSignal(made.slices.finished):
        made.resize(1300, 700)
    assert painted.widths[-1] == (False, made.chat.width())


@pytest.mark.parametrize("content", [b"\xff\x00rubbish", b"[screens]\nstate=@ByteArray(abc)\n", b"[" * 2000])
def test_a_broken_file_means_the_default(
    window: Callable[[], Window], tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "window.ini").write_bytes(content)
    made = window()
    assert made.dockWidgetArea(made.docks["run"]) == RIGHT
    made.close()


def test_a_wrong_state_means_the_default_and_is_noted(
    window: Callable[[], Window], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue(f"{screen_set()}/state", b"nothing that was ever saved")
    settings.sync()
    made = window()
    assert made.dockWidgetArea(made.docks["run"]) == RIGHT
    assert "does not fit" in caplog.text


def test_a_place_that_cannot_be_written_is_noted(
    qtbot: QtBot, dressed: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    made = Window(tmp_path / "file" / "window.ini")
    qtbot.addWidget(made)
    made.layout_keeper.restore()
    made.show()
    made.close()
    assert "not kept" in caplog.text
