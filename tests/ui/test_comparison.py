"""The Qwen family as a table: filled from the catalogue, filtered, and a way to the files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from qwendesk.ui.comparing import _rows
from qwendesk.ui.dialogs.comparison import ComparisonDialog
from qwendesk.ui.dialogs.matrix import COLUMNS, Matrix
from ui.conftest import Opened

Opens = Callable[..., Opened]


@pytest.fixture
def shown(open_window: Opens) -> tuple[Opened, ComparisonDialog]:
    opened = open_window()
    opened.until_open()
    opened.controller.actions.trigger("model.compare")
    dialog = opened.window.findChild(ComparisonDialog)
    assert dialog is not None
    opened.until(dialog.matrix.rowCount)
    return opened, dialog


def names(matrix: Matrix, parent: QModelIndex = QModelIndex()) -> list[str]:  # noqa: B008
    return [matrix.index(at, 0, parent).data() for at in range(matrix.rowCount(parent))]


def test_the_model_behind_it_keeps_qts_rules() -> None:
    matrix = Matrix()
    tester = QAbstractItemModelTester(matrix, QAbstractItemModelTester.FailureReportingMode.Fatal)
    matrix.show(_rows())
    matrix.keep("apache")
    matrix.keep("")
    assert tester.model() is matrix
    assert matrix.rowCount() > 20
    family = matrix.index(names(matrix).index("Qwen3"), 0)
    assert "Qwen3-4B" in names(matrix, family)
    assert matrix.parent(matrix.index(0, 3, family)) == family


def test_words_narrow_it_down(shown: tuple[Opened, ComparisonDialog]) -> None:
    opened, dialog = shown
    every = dialog.matrix.rowCount()
    opened.qtbot.keyClicks(dialog.field, "coder 30b")
    assert 0 < dialog.matrix.rowCount() < every
    assert "Qwen3-Coder" in names(dialog.matrix)
    dialog.field.setText("no such thing")
    assert not dialog.matrix.rowCount()
    assert not dialog.go.isEnabled()
    dialog.field.clear()
    assert dialog.matrix.rowCount() == every


def test_what_is_selected_is_told_in_full(shown: tuple[Opened, ComparisonDialog]) -> None:
    _opened, dialog = shown
    dialog.tree.setCurrentIndex(dialog.matrix.index(names(dialog.matrix).index("Qwen3.5"), 0))
    assert "Weaknesses" in dialog.told.text()
    assert "GGUF" in dialog.told.text()
    assert all(dialog.matrix.index(0, at).data() for at in range(len(COLUMNS)))


def test_its_files_are_shown_in_discover(shown: tuple[Opened, ComparisonDialog]) -> None:
    opened, dialog = shown
    dialog.tree.setCurrentIndex(dialog.matrix.index(names(dialog.matrix).index("Qwen3-Coder"), 0))
    opened.qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    view = opened.room.views.discover
    opened.until(lambda: view.form.family.currentText() == "Qwen3-Coder" and view.list.rows.rowCount())
    found = {view.list.rows.things[at].find.family.name for at in range(view.list.rows.rowCount())}
    assert found == {"Qwen3-Coder"}
