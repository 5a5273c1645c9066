"""A failure in a real window: what may help stands on buttons, and they do it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from fakes.long_context import long_context, missing_tensor, unknown_architecture
from fakes.scripted_plugin import ScriptedPlugin
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.chat.talk import Choice
from qwendesk.models.bundled import seedling
from qwendesk.models.model import Model
from qwendesk.plugins import Found
from qwendesk.store.goodloads import GoodLoadRows
from qwendesk.ui.chat.failure import FailureItem

linux = pytest.mark.skipif(sys.platform != "linux", reason="prlimit and signals")


def card(opened: Any) -> FailureItem | None:
    items = opened.window.chat.transcript.blocks.items
    return next((one for one in reversed(items) if isinstance(one, FailureItem)), None)


def buttons(opened: Any) -> list[str]:
    shown = card(opened)
    return [words for words, _act in shown.actions] if shown is not None else []


def press(opened: Any, start: str) -> None:
    """The button in the chat whose words begin like this, clicked where it stands."""
    (found,) = [
        one
        for one in opened.window.chat.transcript.findChildren(QPushButton)
        if one.text().startswith(start) and one.isVisible()
    ]
    opened.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def load(opened: Any, model: Model, **options: object) -> None:
    """As a click on Load does."""
    opened.room.running.load_choice(Choice(model, "llamaserver", options))


@linux
def test_a_worker_that_was_killed_is_started_again_from_its_reply(open_window: Callable[..., Any]) -> None:
    opened = open_window()
    opened.until_ready()
    opened.window.chat.send_requested.emit("Tell me a long story")
    opened.until(lambda: opened.turns and opened.turns[-1].running)
    os.kill(opened.room.conversing.session.pid, signal.SIGKILL)
    opened.until(lambda: "Choose another model" in buttons(opened))
    assert "killed by the system" in card(opened).sentence.what
    assert buttons(opened)[0] == "Start again"
    press(opened, "Start again")
    opened.until(lambda: opened.turns[-1].state == "finished")
    assert opened.turns[-1].answer


@linux
def test_memory_that_ran_out_is_mended_with_one_click(
    open_window: Callable[..., Any], tmp_path: Path
) -> None:
    import resource

    opened = open_window()
    opened.until_ready()
    model = long_context(tmp_path, 1 << 18)
    before = opened.room.conversing.session
    load(opened, model, context=1 << 18, slots=8)
    opened.until(lambda: opened.room.conversing.session not in (None, before))
    resource.prlimit(opened.room.conversing.session.pid, resource.RLIMIT_AS, (2_500_000_000,) * 2)
    notices = opened.window.notices
    opened.until(lambda: len(notices.buttons("model")) > 1)
    assert "Memory ran out" in notices.said("model")
    fewer = next(one for one in notices.buttons("model") if "parallel requests: 1" in one)
    assert fewer.endswith("B)"), "it says how much memory it needs"
    notices.press("model", fewer)
    opened.until(
        lambda: opened.room.conversing.report is not None and opened.room.conversing.report.slots == 1
    )
    opened.until(lambda: not notices.said("model"))
    opened.ask("What is 23 + 45?")
    assert "68" in opened.turns[-1].answer


def test_an_unknown_architecture_leads_to_other_models(
    open_window: Callable[..., Any], tmp_path: Path
) -> None:
    opened = open_window()
    opened.until_ready()
    load(opened, unknown_architecture(tmp_path))
    notices = opened.window.notices
    opened.until(lambda: "Choose another model" in notices.buttons("model"))
    assert "older than this model" in notices.said("model")
    notices.press("model", "Find another file")
    assert opened.window.docks["discover"].isVisible()
    notices.press("model", "Choose another model")
    opened.room.running.switch(seedling())
    opened.until_ready()
    opened.ask("What is 23 + 45?")
    assert "68" in opened.turns[-1].answer


def test_a_broken_file_is_verified(open_window: Callable[..., Any], tmp_path: Path) -> None:
    opened = open_window()
    opened.until_ready()
    load(opened, missing_tensor(tmp_path))
    notices = opened.window.notices
    opened.until(lambda: "Verify the file" in notices.buttons("model"))
    notices.press("model", "Show the log")
    assert opened.window.docks["log"].isVisible()
    notices.press("model", "Verify the file")
    opened.until(lambda: "was hashed" in notices.said("verified"))


def test_what_worked_is_loaded_again(open_window: Callable[..., Any], tmp_path: Path) -> None:
    opened = open_window()
    opened.until_ready()
    load(opened, seedling(), context=1024)
    opened.until(lambda: opened.room.conversing.report and opened.room.conversing.report.context == 1024)
    opened.ask("What is 23 + 45?")
    load(opened, seedling(), context=512)
    opened.until(lambda: opened.room.conversing.report and opened.room.conversing.report.context == 512)
    session = opened.room.conversing.session
    session._process.kill()
    notices = opened.window.notices
    opened.until(lambda: any("settings that worked" in one for one in notices.buttons("model")))
    notices.press("model", next(one for one in notices.buttons("model") if "settings that worked" in one))
    opened.until(lambda: opened.room.conversing.report and opened.room.conversing.report.context == 1024)


class Gone:
    """A runtime whose engine went missing with its update."""

    @hookimpl
    def register_runtimes(self) -> Sequence[RuntimeSpec]:
        (spec,) = ScriptedPlugin(Probe(True, "2")).register_runtimes()
        return (replace(spec, engine="nowhere_to_be_found:Engine"),)


def test_an_update_that_fails_is_told_with_the_way_back(open_window: Callable[..., Any]) -> None:
    opened = open_window([Found("scripted", "qwendesk", "1", Gone)])
    opened.until_open()
    opened.until(lambda: opened.window.notices.said("model"))
    rows = GoodLoadRows(opened.room.app.store)
    rows.keep_engine("scripted", "1")
    rows.keep(("elsewhere.gguf", "scripted", "scripted-engine 1", "{}", 1.0))
    opened.room.vetting.look()
    opened.until(lambda: opened.room.vetting.looked)
    notices = opened.window.notices
    assert "is now version 2 (before: 1)" in notices.said("smoke-scripted")
    notices.press("smoke-scripted")
    assert QGuiApplication.clipboard().text() == "pip install scripted-engine==1"


def test_an_engine_that_stayed_is_not_tested(open_window: Callable[..., Any]) -> None:
    opened = open_window()
    opened.until_ready()
    opened.room.vetting.look()
    opened.until(lambda: opened.room.vetting.looked)
    assert not [one for one in opened.window.notices.topics if one.startswith("smoke")]
