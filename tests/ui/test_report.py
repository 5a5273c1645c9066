"""The report in the window: shown before anything is written, cancelled without a trace, saved whole."""

from __future__ import annotations

import errno
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from qwendesk.api.health import CheckResult
from qwendesk.api.problem import Note
from qwendesk.monitor.health import Checked
from qwendesk.monitor.report import part
from qwendesk.plugins import Found
from qwendesk.ui.dialogs.report import ReportDialog
from qwendesk.ui.slices import Slices
from qwendesk.ui.widgets.reader import Reader
from ui.conftest import Opened

Open = Callable[[], ReportDialog]


@pytest.fixture
def opened(open_window: Callable[..., Opened], scripted: Callable[..., list[Found]]) -> Opened:
    made = open_window(scripted())
    made.until_ready()
    return made


@pytest.fixture
def show(opened: Opened) -> Open:
    """Choose it in the menu; the dialog."""

    def start() -> ReportDialog:
        opened.controller.actions.trigger("help.report")
        dialog = opened.room.reporting._dialog
        assert dialog is not None
        return dialog

    return start


def names(dialog: ReportDialog) -> list[str]:
    return [one.name for one in dialog.parts]


def test_every_file_can_be_read_and_then_it_is_saved(
    opened: Opened, show: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.ask("xyzzyprompt")
    dialog = show()
    assert not dialog.save.isEnabled()
    assert dialog.pages.shown.startswith("Building the report")
    opened.until(dialog.save.isEnabled)
    assert names(dialog)[:3] == ["README.txt", "versions.json", "checks.json"]
    assert dialog.reader.view.toPlainText() == dialog.parts[0].text
    for row, one in enumerate(dialog.parts):
        dialog.list.setCurrentIndex(dialog.list.rows.index(row))
        opened.until(lambda one=one: dialog.reader.view.toPlainText() == one.text)
        assert "xyzzyprompt" not in one.text
    target = tmp_path / "chosen"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    shown = {one.name: one.text for one in dialog.parts}
    dialog.save.click()
    opened.until(lambda: "report" in opened.window.notices.topics)
    with zipfile.ZipFile(tmp_path / "chosen.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == shown
    assert opened.room.reporting._dialog is None


def test_who_changes_their_mind_has_nothing_written(
    opened: Opened, show: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = show()
    opened.until(dialog.save.isEnabled)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: ("", ""))
    before = set(tmp_path.rglob("*.zip"))
    dialog.save.click()
    assert dialog.isVisible()
    dialog.reject()
    assert set(tmp_path.rglob("*.zip")) == before


def test_building_can_be_cancelled_and_begun_again(
    opened: Opened, show: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, goes_on = list[bool](), threading.Event()

    def run(_paces: object, is_stopped: Callable[[], bool]) -> Iterator[Checked]:
        yield Checked("x", "Does it go on?", CheckResult("ok", Note("x")))
        goes_on.wait(10)
        stopped.append(is_stopped())

    with monkeypatch.context() as patched:
        patched.setattr(opened.room.app.health, "run", run)
        dialog = show()
        opened.until(lambda: dialog.pages.shown == "Building the report: Does it go on?")
        dialog.pages._button.click()
        assert opened.room.reporting._dialog is None
        goes_on.set()
        opened.until(lambda: stopped == [True])
    opened.until(lambda: not opened.room.background.busy)
    again = show()
    opened.until(again.save.isEnabled)


def test_a_full_disk_is_told_and_it_can_be_tried_again(
    opened: Opened, show: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    dialog = show()
    opened.until(dialog.save.isEnabled)
    with monkeypatch.context() as patched:
        patched.setattr(part, "write_atomically", full)
        opened.room.reporting.write(tmp_path / "x.zip")
        opened.until(lambda: "No space left" in dialog.line.text.text())
    assert dialog.save.isEnabled()
    opened.room.reporting.write(tmp_path / "x.zip")
    opened.until((tmp_path / "x.zip").exists)
    opened.until(lambda: opened.room.reporting._dialog is None)


@pytest.fixture
def reader(qtbot: QtBot, dressed: QApplication) -> Reader:
    slices = Slices()
    made = Reader("Text", slices)
    slices.setParent(made)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def selected(reader: Reader) -> list[str]:
    return [one.cursor.selectedText() for one in reader.view.extraSelections()]  # type: ignore[attr-defined]


def test_a_text_is_searched_in_any_case_and_beyond_the_basic_plane(reader: Reader, qtbot: QtBot) -> None:
    reader.show_text("🌱 One\n🌱🌱 oNe and Straße, STRASSE one")
    reader.field.setText("one")
    assert selected(reader) == ["One", "oNe", "one"]
    assert reader.count.text() == "1 of 3"
    qtbot.keyClick(reader.field, Qt.Key.Key_Return)
    assert reader.count.text() == "2 of 3"
    qtbot.keyClick(reader.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(reader.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert reader.count.text() == "3 of 3", "before the first comes the last"
    reader.field.setText("nowhere")
    assert reader.count.text() == "Not in this file"
    assert not reader.next.isEnabled()
    reader.field.clear()
    assert (reader.count.text(), selected(reader)) == ("", [])


def test_a_long_text_comes_in_parts_and_another_one_ends_it(reader: Reader, qtbot: QtBot) -> None:
    long = "".join(f"line {number} of a long log\n" for number in range(8_000))
    reader.show_text(long)
    assert 0 < len(reader.view.toPlainText()) < len(long), "not all of it in one step"
    qtbot.waitUntil(lambda: reader.view.toPlainText() == long, timeout=20_000)
    reader.field.setText("line 7999 ")
    assert selected(reader) == ["line 7999 "]
    reader.show_text(long)
    reader.show_text("short")
    qtbot.waitUntil(lambda: not reader._slices.busy)
    assert reader.view.toPlainText() == "short"
