"""The memory estimate in the window: live, coloured by its verdict, and a question before what is too big."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fakes.tiny_gguf import write_tiny
from qwendesk.models.memory.fit import Fit, Suggestion, Verdict
from qwendesk.models.memory.parts import Estimate, Part
from qwendesk.plugins import Found
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.docks.memorycard import MemoryCard
from ui.conftest import Opened

Opens = Callable[..., Opened]
Scripts = Callable[..., list[Found]]
MB = 1_000_000
PARTS = (
    Part("weights", 600 * MB, "bytes of all tensors"),
    Part("cache", 100 * MB, "28 layers"),
    Part("compute", 300 * MB, "512 tokens", "gpu"),
    Part("prompt_cache", 0, "the limit", limit=500 * MB),
)
LOADABLE, HUGE = 4096, 10_000_000
"""Contexts of the scripted engine: the second is estimated at 80 GB."""


def fit(verdict: Verdict, *suggestions: Suggestion) -> Fit:
    return Fit(verdict, Estimate(PARTS, 8192, 1), 900 * MB, suggestions)


@pytest.mark.parametrize(
    ("verdict", "look", "words"),
    [
        ("fits", "", "that are free."),
        ("tight", "warn", "little is left"),
        ("too_big", "bad", "more than should be taken"),
    ],
)
def test_the_card_tells_what_loading_takes(qtbot: QtBot, verdict: Verdict, look: str, words: str) -> None:
    card = MemoryCard(16_000 * MB)
    qtbot.addWidget(card.card)
    assert not card.estimate.isVisibleTo(card.card)
    card.show_fit(fit(verdict), 0.0312)
    assert card.estimate.isVisibleTo(card.card)
    assert "700.0 MB" in card.estimate.text()
    assert "900.0 MB" in card.estimate.text()
    assert words in card.estimate.text()
    assert card.estimate.property("state") == look
    parts = card.parts.text().splitlines()
    assert parts[:2] == ["Weights: 600.0 MB", "KV cache: 100.0 MB"]
    assert parts[2] == "Compute buffer on the graphics card: 300.0 MB"
    assert parts[3] == "Prompt cache: 0 B, may grow to 500.0 MB"
    assert "3.1 %" in parts[4]
    assert "28 layers" in card.parts.toolTip()
    card.show_fit(None)
    assert not card.estimate.isVisibleTo(card.card)


def deep(tmp_path: Path) -> str:
    return str(write_tiny(tmp_path / "deep.gguf", context=HUGE, layers=64))


def test_the_estimate_follows_the_form(open_window: Opens, scripted: Scripts, tmp_path: Path) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    card, run = opened.room.views.run.memory, opened.room.views.run
    opened.room.running.open_file(deep(tmp_path))
    opened.until(lambda: opened.room.running.picked and opened.room.running.picked.title == "deep")
    opened.until(lambda: run.options is not None and "that are free" in card.estimate.text())
    assert run.options is not None
    run.options.set_values({"context": HUGE})
    opened.until(lambda: card.estimate.property("state") == "bad")
    run.options.set_values({"context": LOADABLE})
    opened.until(lambda: card.estimate.property("state") == "")


def ask_for_too_much(opened: Opened, path: str) -> Dialog:
    opened.until_ready()
    opened.room.running.open_file(path)
    opened.until(lambda: (now := opened.room.conversing.session) and now.recipe.model.title == "deep")
    opened.until_ready()
    run = opened.room.views.run
    opened.until(lambda: not run.building)
    assert run.options is not None
    run.options.set_values({"context": HUGE})
    run.bar.load.click()
    opened.until(lambda: opened.window.findChild(Dialog) is not None)
    dialog = opened.window.findChild(Dialog)
    assert isinstance(dialog, Dialog)
    assert "will not fit" in dialog.windowTitle()
    return dialog


def button(dialog: Dialog, *words: str) -> QPushButton:
    found = [one for one in dialog.findChildren(QPushButton) if all(word in one.text() for word in words)]
    return found[0]


def test_what_is_too_big_is_asked_about(open_window: Opens, scripted: Scripts, tmp_path: Path) -> None:
    opened = open_window(scripted())
    dialog = ask_for_too_much(opened, deep(tmp_path))
    before = opened.room.conversing.session
    button(dialog, "Cancel").click()
    opened.until(lambda: opened.window.findChild(Dialog) is None)
    assert opened.room.conversing.session is before, "nothing was unloaded for it"


def test_what_would_fit_is_one_click_away(open_window: Opens, scripted: Scripts, tmp_path: Path) -> None:
    opened = open_window(scripted())
    dialog = ask_for_too_much(opened, deep(tmp_path))
    button(dialog, "Load with", "context").click()
    opened.until(lambda: (report := opened.room.conversing.report) and LOADABLE < report.context < HUGE)
    opened.until_ready()
    form = opened.room.views.run.options
    assert form is not None
    assert form.values() == opened.room.conversing.session.recipe.options, "the form says what is loaded"


def test_load_anyway_loads(open_window: Opens, scripted: Scripts, tmp_path: Path) -> None:
    opened = open_window(scripted())
    dialog = ask_for_too_much(opened, deep(tmp_path))
    button(dialog, "Load anyway").click()
    opened.until(lambda: (report := opened.room.conversing.report) and report.context == HUGE)
