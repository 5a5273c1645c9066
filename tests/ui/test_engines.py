"""The Engines dock in a real window: installed from an index here, a broken update, a cancel, use and remove."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fakes import engine_plugin
from fakes.engine_plugin import BETTER, BROKEN, GOOD
from fakes.index import Index
from qwendesk.ui.docks.engines import EnginesView
from qwendesk.ui.lists.cell import Cell

from .conftest import Opened


class Bench:
    """An open window and its Engines dock."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        opened.until(lambda: opened.controller.room is not None)
        opened.window.docks["engines"].raise_()
        self.until(lambda: self.cells)

    @property
    def view(self) -> EnginesView:
        return self.opened.room.views.engines

    @property
    def cells(self) -> list[Cell]:
        rows = self.view.list.rows
        return [rows.cell(rows.index(at)) for at in range(rows.rowCount())]

    @property
    def told(self) -> str:
        return self.opened.window.notices.said("engines")

    def until(self, is_so: Callable[[], object]) -> None:
        self.opened.qtbot.waitUntil(lambda: bool(is_so()), timeout=60_000)

    def marks(self) -> list[tuple[str, str]]:
        return [(one.title, one.mark.word if one.mark is not None else "") for one in self.cells]

    def do(self, deed: str, at: int = 0) -> None:
        assert self.view.list.do(deed, self.view.list.rows.index(at))

    def agree(self) -> None:
        """Read the sizes, then press Enter on Install."""
        equipping = self.opened.room.equipping
        self.until(lambda: equipping.dialog is not None)
        assert equipping.dialog is not None
        QTest.keyClick(equipping.dialog, Qt.Key.Key_Return)

    def install(self) -> None:
        self.do("install", next(at for at, one in enumerate(self.cells) if one.mark.word == "Not installed"))  # type: ignore[union-attr]
        self.agree()


@pytest.fixture
def bench(open_window: Callable[..., Any]) -> Callable[..., Bench]:
    return lambda version=GOOD: Bench(open_window(engine_plugin.found(version)))


def test_an_engine_is_installed_used_and_removed(bench: Callable[..., Bench], index: Index) -> None:
    made = bench()
    assert made.marks() == [("Fake 1.0", "Not installed")]
    made.install()
    made.until(lambda: made.marks() == [("Fake 1.0", "In use")])
    assert "works and is used from now on" in made.told
    made.do("remove")
    made.until(lambda: made.marks() == [("Fake 1.0", "Not installed")])
    assert "freed" in made.told


def test_an_update_that_breaks_is_told_and_kept_apart(
    paths: Any, bench: Callable[..., Bench], index: Index, wheels: Path
) -> None:
    from qwendesk.app import App

    with App(paths, engine_plugin.found()) as app:
        app.engines.install(app.engines.plan("fake", wheels=wheels))
    made = bench(BROKEN)
    made.until(lambda: made.cells[0].deeds[0].id == "update")
    made.do("update")
    made.agree()
    made.until(lambda: "another planet" in made.told)
    made.until(lambda: made.marks() == [("Fake 1.0", "In use"), ("Fake 3.0", "Broken")])


def test_a_fetch_is_cancelled(bench: Callable[..., Bench], index: Index) -> None:
    made = bench(BETTER)
    index.held = f"fakeengine-{BETTER}-py3-none-any.whl"
    made.install()
    made.until(lambda: index.asked.is_set() and made.cells[0].deeds and made.cells[0].deeds[0].id == "cancel")
    assert made.cells[0].progress is not None
    made.do("cancel")
    made.until(lambda: made.marks() == [("Fake 2.0", "Not installed")])
    assert made.told == ""


def test_a_no_installs_nothing(bench: Callable[..., Bench], index: Index) -> None:
    made = bench()
    made.do("install")
    equipping = made.opened.room.equipping
    made.until(lambda: equipping.dialog is not None)
    QTest.keyClick(equipping.dialog, Qt.Key.Key_Escape)
    made.until(lambda: made.marks() == [("Fake 1.0", "Not installed")])
    assert not [one for one in index.seen if one.endswith(".whl")]


def test_offline_says_so(bench: Callable[..., Bench], index: Index) -> None:
    made = bench()
    made.opened.room.app.offline.turn(True)
    made.do("install")
    made.until(lambda: "offline switch" in made.told)
    assert made.marks() == [("Fake 1.0", "Not installed")]
    assert index.seen == []
