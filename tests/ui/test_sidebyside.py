"""Models side by side in a real window, with the two files of Seedling in real workers."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from qwendesk.api.messages import Thinking
from qwendesk.api.sampling import Sampling
from qwendesk.chat.settings import Settings
from qwendesk.ui import contestexamples
from qwendesk.ui.dialogs.askbar import AskBar
from qwendesk.ui.dialogs.contestantcolumn import ContestantColumn
from qwendesk.ui.dialogs.scrolltogether import ScrollTogether
from qwendesk.ui.dialogs.sidebyside import SideBySide
from ui.conftest import Opened

Opens = Callable[..., Opened]
SUM = "What is 23 + 45?"
SURE = Settings(Sampling(temperature=0.0), Thinking(on=False))
LONG = Settings(Sampling(temperature=1.5, top_k=0, top_p=1.0), Thinking(on=False))


@pytest.fixture
def opened(open_window: Opens) -> Opened:
    opened = open_window()
    opened.until_open()
    return opened


def dialog(opened: Opened) -> SideBySide:
    opened.controller.actions.trigger("chat.compare")
    opened.until(lambda: not opened.window.slices.busy)
    found = opened.window.findChild(SideBySide)
    assert found is not None
    assert found.isVisible()
    return found


def columns(shown: SideBySide) -> list[ContestantColumn]:
    return list(shown.columns.values())


def set_all(shown: SideBySide, settings: Settings) -> None:
    for one in columns(shown):
        one.form.set_settings(settings)


def ask(opened: Opened, shown: SideBySide, question: str) -> None:
    opened.qtbot.keyClicks(shown.bar.field, question)
    opened.qtbot.keyClick(shown.bar.field, Qt.Key.Key_Return)


def until_idle(opened: Opened) -> None:
    """It is over, and the dialog has heard of it and shows the figures."""
    shown = opened.window.findChild(SideBySide)
    assert shown is not None
    opened.until(lambda: shown.bar.primary.text() == "Ask all")
    opened.until(lambda: not opened.room.contesting._figures.isActive())


def said(opened: Opened, round: int = -1) -> list[str]:
    return [
        one.turn.answer if one else "" for one in opened.room.contesting.comparison.rounds()[round].answers
    ]


def press(opened: Opened, button: QWidget) -> None:
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_two_files_are_asked_and_their_figures_stand_below(opened: Opened) -> None:
    shown = dialog(opened)
    assert [one.form.models.currentText() for one in columns(shown)] == ["Seedling Q8_0", "Seedling F16"]
    assert not shown.bar.primary.isEnabled()
    assert not shown.copy.isEnabled()
    set_all(shown, SURE)
    ask(opened, shown, SUM)
    assert shown.bar.field.toPlainText() == ""
    assert shown.bar.primary.text() == "Stop"
    until_idle(opened)
    assert all("68" in text for text in said(opened))
    assert "All at once" in shown.told.text()
    for one in columns(shown):
        speed, first, tokens, memory, loading = (value.text() for value in one.figures.values)
        assert speed.endswith("tok/s")
        assert first.endswith("s")
        assert int(tokens) > 3
        assert memory.endswith("MB")
        assert loading.endswith("s")
        assert one.state.text() == "Ready"
        assert len(one.transcript) == 2
    ask(opened, shown, "What is the capital of France?")
    until_idle(opened)
    assert all("Paris" in text for text in said(opened))
    press(opened, shown.copy)
    table = QGuiApplication.clipboard().text().splitlines()
    assert table[0] == "|  | Seedling Q8_0 | Seedling F16 |"
    assert table[2].startswith(f"| **{SUM}** | ")
    assert all(line.count(" | ") == 2 for line in table)


def test_the_same_model_with_other_settings_is_loaded_once(opened: Opened) -> None:
    shown = dialog(opened)
    first, second = columns(shown)
    second.form.models.setCurrentIndex(first.form.models.currentIndex())
    first.form.set_settings(SURE)
    second.form.set_settings(Settings(Sampling(temperature=0.0, seed=7), Thinking(on=True)))
    assert second.form.button.toolTip().startswith("Temperature 0, thinking on, seed 7")
    ask(opened, shown, SUM)
    until_idle(opened)
    comparison = opened.room.contesting.comparison
    assert len({comparison.session(id) for id in shown.columns}) == 1
    answers = opened.room.contesting.comparison.rounds()[0].answers
    assert [bool(one and one.turn.reasoning) for one in answers] == [False, True]
    assert "Shared" in second.figures.values[3].toolTip()
    press(opened, shown.copy)
    assert "Seedling Q8_0 (temperature 0, thinking on, seed 7" in QGuiApplication.clipboard().text()


def test_columns_come_and_go_between_two_and_four(opened: Opened) -> None:
    shown = dialog(opened)
    assert not any(one.remove.isVisible() for one in columns(shown))
    press(opened, shown.add)
    press(opened, shown.add)
    assert not shown.add.isEnabled()
    assert [one.title.text() for one in columns(shown)] == [f"Column {n}" for n in range(1, 5)]
    press(opened, columns(shown)[1].remove)
    press(opened, columns(shown)[1].remove)
    assert len(shown.columns) == 2
    assert len(opened.room.contesting.comparison.contestants) == 2
    assert not any(one.remove.isVisible() for one in columns(shown))


def test_one_is_stopped_and_then_all_with_escape(opened: Opened) -> None:
    shown = dialog(opened)
    set_all(shown, LONG)
    first, second = columns(shown)
    ask(opened, shown, "Tell me a long story")
    opened.until(lambda: first.stop.isVisible() and second.stop.isVisible())
    press(opened, first.stop)
    opened.qtbot.keyClick(second.form.models, Qt.Key.Key_Escape)
    assert shown.isVisible(), "Esc stops first"
    until_idle(opened)
    opened.until(lambda: not first.stop.isVisible() and not second.stop.isVisible())
    opened.qtbot.keyClick(second.form.models, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_closing_unloads_and_what_was_said_is_there_again(opened: Opened) -> None:
    shown = dialog(opened)
    set_all(shown, SURE)
    ask(opened, shown, SUM)
    until_idle(opened)
    mine = [opened.room.contesting.comparison.session(id) for id in shown.columns]
    shown.reject()
    opened.until(lambda: all(one is not None and one.state.over for one in mine))
    assert dialog(opened) is shown
    assert all(len(one.transcript) == 2 for one in columns(shown))
    opened.until(lambda: all(one.state.text() in ("Unloaded", "Not loaded") for one in columns(shown)))
    ask(opened, shown, SUM)
    until_idle(opened)
    assert all("68" in text for text in said(opened))
    press(opened, shown.over)
    assert all(len(one.transcript) == 0 for one in columns(shown))
    assert not shown.over.isEnabled()
    assert columns(shown)[0].figures.values[0].text() == "–"


def test_what_does_not_fit_together_is_told(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast = opened.room.app.forecast
    shown = dialog(opened)
    model = columns(shown)[0].form.model
    assert model is not None
    needed = forecast.estimate(model, opened.room.app.runtimes.choose(model, None).id).total
    monkeypatch.setattr(forecast, "_available", lambda: int(needed * 1.7))
    set_all(shown, SURE)
    ask(opened, shown, SUM)
    opened.until(lambda: "together they would take" in shown.told.text())
    until_idle(opened)
    assert all("68" in text for text in said(opened))
    opened.until(lambda: [one.state.text() for one in columns(shown)] == ["Unloaded", "Unloaded"])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_death_is_told_in_its_column_and_tried_again(opened: Opened) -> None:
    shown = dialog(opened)
    set_all(shown, LONG)
    id = next(iter(shown.columns))
    ask(opened, shown, "Tell me a long story")
    until_idle(opened)
    session = opened.room.contesting.comparison.session(id)
    assert session is not None
    os.kill(session.pid, signal.SIGSEGV)
    opened.until(lambda: columns(shown)[0].state.text() == "Died")
    columns(shown)[0].transcript.restart_requested.emit()
    until_idle(opened)
    assert columns(shown)[0].state.text() == "Ready"
    talk = opened.room.contesting.comparison.talk(id)
    replies = talk.conversation.versions(talk.conversation.turns[-1].id)
    assert len(replies) == 2
    columns(shown)[0].transcript.asked.emit("before", talk.conversation.turns[-1].id)
    assert talk.conversation.turns[-1].id == replies[0]


def test_an_answer_goes_on_as_a_chat(opened: Opened) -> None:
    shown = dialog(opened)
    set_all(shown, SURE)
    ask(opened, shown, SUM)
    until_idle(opened)
    id = list(shown.columns)[1]
    turns = opened.room.contesting.comparison.talk(id).conversation.turns
    columns(shown)[1].transcript.asked.emit("edit", turns[0].id)
    assert shown.bar.field.toPlainText() == SUM
    columns(shown)[1].transcript.asked.emit("branch", turns[-1].id)
    opened.until(lambda: len(opened.turns) == 2)
    assert opened.turns[0].answer == SUM
    opened.until(lambda: opened.room.running.picked and "F16" in opened.room.running.picked.quantization)


def test_every_control_has_a_name_and_enter_presses_none_from_afar(opened: Opened) -> None:
    shown = dialog(opened)
    press(opened, shown.add)
    for kind in (QAbstractButton, QComboBox):
        found = [one for one in shown.findChildren(kind) if one.isVisible()]
        # What is written on a check box is its name.
        assert all(one.accessibleName() or getattr(one, "text", str)() for one in found)
    names = [one.form.models.accessibleName() for one in columns(shown)]
    assert len(set(names)) == 3
    opened.qtbot.keyClick(columns(shown)[0].form.models, Qt.Key.Key_Return)
    assert len(shown.columns) == 3
    assert shown.isVisible()
    press(opened, columns(shown)[0].form.button)
    assert columns(shown)[0].form.popover.isVisible()
    opened.qtbot.keyClick(columns(shown)[0].form.popover, Qt.Key.Key_Escape)
    assert not columns(shown)[0].form.popover.isVisible()
    assert shown.isVisible()


def test_the_examples_show_every_state(opened: Opened) -> None:
    shown = contestexamples.side_by_side(opened.room)
    assert len(shown.columns) == 4
    assert [bool(one.stop.isVisibleTo(one)) for one in columns(shown)] == [False, False, True, False]


def test_a_model_that_goes_leaves_its_column_asking_for_another(opened: Opened, seedling: Path) -> None:
    shown = dialog(opened)
    kept = [one for one in opened.room.running.models if one.path == seedling]
    shown.show_models(kept)
    assert columns(shown)[1].form.contestant() is None
    shown.bar.set_text("hi")
    assert not shown.bar.primary.isEnabled()
    columns(shown)[1].form.models.setCurrentIndex(0)
    assert shown.bar.primary.isEnabled()


def test_a_long_paste_goes_along(qtbot: QtBot, dressed: object) -> None:
    bar, heard = AskBar(), list[str]()
    qtbot.addWidget(bar)
    bar.show()
    bar.asked.connect(heard.append)
    bar.field.given.emit("x" * 60_000)
    assert bar.told.text() == "With a pasted text of 60,000 characters"
    bar.set_text("Sum this up:")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert heard[0].startswith("Sum this up:\n\nxxx")
    assert not bar.along.isVisible()
    bar.field.given.emit(Path("a.png"))
    assert "Files cannot be compared" in bar.told.text()
    qtbot.keyClick(bar.field, Qt.Key.Key_Up)
    assert bar.field.toPlainText() == "Sum this up:"
    bar.set_busy(True)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert len(heard) == 1


def test_views_scroll_to_the_same_share(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout, views, scrolling = QVBoxLayout(holder), [], ScrollTogether(holder)
    for height in (1000, 3000, 10):
        view, inside = QScrollArea(), QWidget()
        inside.setFixedSize(50, height)
        view.setWidget(inside)
        layout.addWidget(view)
        scrolling.add(view)
        views.append(view.verticalScrollBar())
    holder.resize(200, 600)
    holder.show()
    views[0].setValue(views[0].maximum() // 2)
    assert abs(views[1].value() / views[1].maximum() - 0.5) < 0.01
    assert views[2].value() == 0
    scrolling.on = False
    views[1].setValue(0)
    assert views[0].value() > 0
    scrolling.on = True
    views[1].setValue(views[1].maximum())
    assert views[0].value() == views[0].maximum()


def test_settings_follow_the_model_and_the_mode(opened: Opened) -> None:
    form = columns(dialog(opened))[0].form
    made = form.contestant()
    assert made is not None
    assert made.settings.sampling == (made.choice.model.sampling_for(None) or Sampling())
    form.set_settings(replace(SURE, sampling=Sampling(temperature=1.1)))
    form.thinking.mode.setCurrentIndex(1)
    made = form.contestant()
    assert made is not None
    assert (made.settings.thinking.on, made.settings.sampling.temperature) == (True, 1.1)
