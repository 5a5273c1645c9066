"""The window as a whole: it opens, talks, survives the worker's death, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from qwendesk.api.runtimes import Probe
from qwendesk.plugins import Found
from qwendesk.ui import slices
from qwendesk.ui.dialogs.link import link
from qwendesk.ui.theme.style import theme
from qwendesk.ui.theme.tokens import DARK, LIGHT
from ui.conftest import Opened, load_with

Opens = Callable[..., Opened]
Scripts = Callable[..., list[Found]]
SLOW = json.dumps({"slow": {"text": "a b c d " * 200, "delay_s": 0.02}})
INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)


def test_it_opens_before_a_model_loads_and_then_talks(open_window: Opens) -> None:
    opened = open_window()
    assert opened.window.isVisible()
    assert opened.controller.room is None
    opened.until_ready()
    opened.ask("What is the capital of France?")
    assert opened.turns[-1].state == "finished"
    assert opened.turns[-1].answer
    status = opened.window.status
    opened.until(lambda: status.state.text() == "Ready" and status.rate.text())
    assert "tok/s" in status.rate.text()
    assert "Seedling" in status.model.text()


def test_a_question_asked_too_early_is_answered(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted(), show=False)
    opened.window.chat.send_requested.emit("early bird")
    opened.window.show()
    opened.until_open()
    opened.until(lambda: opened.turns and opened.turns[-1].state == "finished")
    assert opened.turns[-1].answer == "early bird"


def test_death_is_told_and_start_again_answers(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    load_with(opened, replies=SLOW)
    opened.window.chat.send_requested.emit("slow")
    opened.until(lambda: opened.turns and opened.turns[-1].answer)
    session = opened.room.conversing.session
    assert session is not None
    os.kill(session.pid, signal.SIGKILL)
    opened.until(lambda: opened.turns[-1].state == "failed")
    opened.until(lambda: opened.window.status.state.text() == "Died")
    assert opened.turns[-1].answer, "what had come in is kept"
    opened.window.chat.restart_requested.emit()
    opened.until(lambda: opened.turns[-1].state == "streaming")
    assert opened.room.conversing.session is not session
    opened.window.chat.stop_requested.emit()
    opened.until(lambda: opened.turns[-1].state == "cancelled")


def test_death_between_replies_offers_to_start_again(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    session = opened.room.conversing.session
    assert session is not None
    os.kill(session.pid, signal.SIGKILL)
    opened.until(lambda: "model" in opened.window.notices.topics)
    opened.room.conversing.restart()
    opened.until_ready()
    assert "model" not in opened.window.notices.topics


def test_closing_leaves_no_process(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    load_with(opened, replies=SLOW)
    opened.window.chat.send_requested.emit("slow")
    opened.until(lambda: opened.turns and opened.turns[-1].answer)
    session = opened.room.conversing.session
    assert session is not None
    opened.window.close()
    assert not opened.window.isVisible()
    opened.until(lambda: opened.controller.background.closed)
    assert not psutil.pid_exists(session.pid)


def test_closing_while_the_docks_fill_leaves_no_process(
    open_window: Opens, scripted: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE_S", -1.0)  # no part is ever begun
    opened = open_window(scripted())
    opened.until(lambda: opened.window.slices.busy)
    opened.window.close()
    assert not opened.window.slices.busy
    opened.until(lambda: opened.controller.background.closed)
    assert opened.controller.room is None


def test_what_is_loaded_is_right_while_the_form_is_still_built(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    run, before = opened.room.views.run, opened.room.conversing.session
    state = run.runtime.current
    assert state is not None
    run.show_options(None, {})
    run.show_options(state.spec.options, {"context": 4096})
    assert run.options is not None
    run.options.set_values({"replies": SLOW})
    run.sampling.set_values({"seed": 5})
    assert run.building
    assert opened.room.running.settings().sampling.seed == 5
    opened.room.running.load()
    opened.until(lambda: not run.building)
    opened.until(lambda: opened.room.conversing.session not in (None, before))
    session = opened.room.conversing.session
    assert session is not None
    assert session.recipe.options == run.options.values()
    assert (session.recipe.options["context"], session.recipe.options["replies"]) == (4096, SLOW)
    assert opened.window.updatesEnabled()


def test_a_theme_reaches_what_is_on_the_screen(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    theme.choose("light")
    assert theme.switching
    opened.window.chat.composer.field.setPlainText("typed meanwhile")
    opened.until(lambda: not theme.switching)
    assert opened.window.updatesEnabled()
    picture = opened.window.status.grab().toImage()
    assert picture.pixelColor(2, picture.height() // 2) == QColor(LIGHT.panel)
    theme.choose("dark")
    theme.choose("light")
    theme.choose("dark")
    opened.until(lambda: not theme.switching)
    picture = opened.window.status.grab().toImage()
    assert picture.pixelColor(2, picture.height() // 2) == QColor(DARK.panel)
    assert opened.window.updatesEnabled()


def test_a_new_chat_after_a_stopped_reply_is_answered(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    load_with(opened, replies=SLOW)
    opened.window.chat.send_requested.emit("slow")
    opened.until(lambda: opened.turns and opened.turns[-1].answer)
    opened.controller.actions.trigger("chat.stop")
    opened.until(lambda: opened.turns[-1].state == "cancelled")
    opened.controller.actions.trigger("chat.new")
    opened.ask("hello again")
    assert opened.turns[-1].answer == "hello again"


def test_reload_is_offered_only_for_a_change(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    bar = opened.room.views.run.bar
    opened.until(lambda: bar.load.text() == "Reload with changes")
    assert not bar.load.isEnabled()
    assert opened.room.views.run.options is not None
    opened.room.views.run.options.set_values({"context": 2048})
    assert bar.load.isEnabled()
    opened.until(bar.load.isEnabled)
    bar.load.click()
    opened.until(lambda: opened.room.conversing.report and opened.room.conversing.report.context == 2048)
    opened.until(lambda: not bar.load.isEnabled())


def test_unload_gives_the_memory_back_and_the_next_message_loads(
    open_window: Opens, scripted: Scripts
) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.until(opened.room.views.run.bar.unload.isEnabled)
    opened.room.views.run.bar.unload.click()
    opened.until(lambda: opened.window.status.state.text() == "Unloaded")
    opened.ask("are you there")
    assert opened.turns[-1].answer == "are you there"


def test_a_runtime_that_cannot_work_is_shown_with_its_reason(open_window: Opens, scripted: Scripts) -> None:
    probe = Probe(False, reason="The wheel is not installed.", fix="Install the wheel.")
    opened = open_window(scripted(probe))
    opened.until_open()
    runtime = opened.room.views.run.runtime
    opened.until(lambda: runtime.combo.count() == 1)
    assert "not available" in runtime.combo.itemText(0)
    assert "Install the wheel." in runtime.combo.itemData(0, Qt.ItemDataRole.ToolTipRole)
    assert runtime.current is None
    assert "The wheel is not installed. Install the wheel." in runtime._why.text()
    assert not opened.room.views.run.bar.load.isEnabled()
    opened.until(lambda: "model" in opened.window.notices.topics)


def test_details_and_log_are_filled(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    views = opened.room.views
    assert views.details.shown == "No reply yet"
    opened.ask("hello")
    opened.until(lambda: len(opened.turns) == 2 and not opened.turns[-1].running)
    assert views.details.shown == "No reply yet", "nobody looks"
    opened.window.docks["details"].focus_body()
    opened.until(lambda: views.details.shown == "")
    opened.controller.actions.trigger("chat.new")
    assert views.details.shown == "No reply yet"
    opened.window.docks["log"].focus_body()
    assert views.log.isVisible()


def test_health_checks_run_and_can_be_cancelled(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.controller.actions.trigger("help.health")
    assert opened.room.checking.running
    opened.until(lambda: not opened.room.checking.running)
    assert opened.window.status.health.text() in ("✓ Healthy", "▲ Degraded: 1 warning")
    opened.room.checking.run()
    opened.room.checking.cancel()
    assert not opened.room.checking.running


def test_a_missing_file_is_a_notice_not_a_crash(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_open()
    opened.room.running.open_file("/nowhere/x.gguf")
    opened.until(lambda: "run" in opened.window.notices.topics)
    opened.window.notices.dismiss("run")
    assert opened.window.notices.topics == ()


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "javascript:alert(1)", "ftp://x/y", "data:text/html,x", ""]
)
def test_only_web_and_mail_addresses_can_be_opened(dressed: QApplication, address: str) -> None:
    parent = QWidget()
    dialog = link(address, parent)
    buttons = [one.text() for one in dialog.findChildren(QAbstractButton)]
    assert buttons == ["Close"]


def test_a_look_alike_host_is_shown_encoded(dressed: QApplication) -> None:
    parent = QWidget()
    dialog = link("https://аpple.com/", parent)
    assert any("xn--" in one.text() for one in dialog.findChildren(type(dialog.body.itemAt(0).widget())))


def test_f6_walks_through_the_docks(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.window.activateWindow()
    opened.window.chat.focus_composer()
    visited = []
    for _ in range(4):
        opened.window.focus_next_dock()
        focused = opened.window.focusWidget()
        visited.append(
            next((id for id, one in opened.window.docks.items() if one.isAncestorOf(focused)), "chat")
        )
    assert visited == ["chats", "run", "monitor", "chat"]


def test_everything_one_can_touch_has_a_name(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.ask("hello")
    nameless = [
        (type(one).__name__, type(one.parent()).__name__, one.objectName())
        for one in opened.window.findChildren(QWidget)
        if isinstance(one, INTERACTIVE) and not _named(one)
    ]
    assert nameless == []


def _named(widget: QWidget) -> bool:
    if widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar):
        return True
    if isinstance(widget.parent(), (QComboBox, QAbstractItemView)) or _in_popup(widget):
        return True
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    tab_scroller = type(widget.parent()).__name__ in ("QTabBar", "QMenuBar")
    return bool(widget.accessibleName() or text or tab_scroller)


def _in_popup(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return parent is not None and parent.metaObject().className() == "QComboBoxPrivateContainer"
