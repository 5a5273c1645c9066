"""Quantizing in a real window: sizes first, then a file, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from qwendesk.ui import quantizing
from qwendesk.ui.dialogs.quantize import QuantizeDialog
from ui.conftest import Opened

Opens = Callable[..., Opened]


@pytest.fixture
def opened(open_window: Opens, monkeypatch: pytest.MonkeyPatch) -> Opened:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    monkeypatch.setattr(quantizing, "TYPES", ("Q8_0", "Q4_K_M", "IQ2_XXS"))
    opened = open_window()
    opened.until_open()
    return opened


def dialog(opened: Opened) -> QuantizeDialog:
    """With every size in it."""
    opened.controller.actions.trigger("model.quantize")
    found = opened.window.findChild(QuantizeDialog)
    assert found is not None
    opened.until(lambda: len(found.plans) == 3)
    return found


def test_sizes_are_shown_before_anything_is_made(opened: Opened) -> None:
    shown = dialog(opened)
    assert shown.source.currentData() == "seedling:F16"
    sizes = [shown.plans[one].size for one in quantizing.TYPES]
    assert sizes == sorted(sizes, reverse=True)
    cell = shown.types.topLevelItem(1)
    assert cell is not None
    assert cell.text(1).endswith("MB")
    assert cell.text(2).endswith("%")
    assert not shown.start.isEnabled()


def test_what_needs_a_matrix_is_told_and_cannot_be_chosen(opened: Opened) -> None:
    shown = dialog(opened)
    shown.types.choose(["IQ2_XXS"])
    assert shown.types.chosen == ()
    refused = shown.types.topLevelItem(2)
    assert refused is not None
    assert refused.isDisabled()
    assert "importance matrix" in refused.text(4)


def test_a_type_is_made_and_stands_in_the_library(opened: Opened) -> None:
    shown = dialog(opened)
    shown.types.choose(["Q4_K_M"])
    opened.qtbot.mouseClick(shown.start, Qt.MouseButton.LeftButton)
    assert not shown.form.isEnabled()
    assert shown.cancel.isVisible()
    opened.until(lambda: not opened.room.quantizing.running)
    assert "seedling:Q4_K_M is in the library" in shown.told.text.text()
    opened.until(lambda: "seedling:Q4_K_M" in [one.name for one in opened.room.running.models])


def test_what_is_stopped_leaves_nothing(opened: Opened) -> None:
    shown = dialog(opened)
    shown.types.choose(["Q8_0", "Q4_K_M"])
    shown.start.click()
    shown.cancel.click()
    opened.until(lambda: not opened.room.quantizing.running)
    assert "Stopped" in shown.told.text.text()
    made = [one.name for one in opened.room.app.library.models()]
    assert "seedling:Q4_K_M" not in made
    assert not [one for one in opened.room.app.paths.models.rglob("*") if one.is_file()]


def test_it_goes_on_while_the_dialog_is_closed(opened: Opened) -> None:
    shown = dialog(opened)
    shown.types.choose(["Q4_K_M"])
    shown.start.click()
    shown.reject()
    opened.until(lambda: not opened.room.quantizing.running)
    assert "seedling:Q4_K_M" in opened.window.notices.said("quantize")
