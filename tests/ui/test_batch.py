"""A batch in a real window: chosen, run, stopped, gone on with, and told of while its dialog is closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.messages import Thinking
from qwendesk.api.problem import Note
from qwendesk.chat.batch.progress import Progress
from qwendesk.models.memory.fit import Fit
from qwendesk.ui.dialogs.batch import BatchDialog
from qwendesk.ui.dialogs.frame import Dialog
from ui.conftest import Opened

Opens = Callable[..., Opened]


@pytest.fixture
def opened(open_window: Opens) -> Opened:
    opened = open_window()
    opened.until_open()
    return opened


def dialog(opened: Opened) -> BatchDialog:
    opened.controller.actions.trigger("chat.batch")
    found = opened.window.findChild(BatchDialog)
    assert found is not None
    return found


def asked(folder: Path, *prompts: str, name: str = "in.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps({"prompt": one, "max_tokens": 40}) + "\n" for one in prompts))
    return path


def press(opened: Opened, button: object) -> None:
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]


def rows(path: Path) -> list[int]:
    return [json.loads(one)["row"] for one in path.read_text(encoding="utf-8").splitlines()]


def test_rows_are_chosen_answered_and_told(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = dialog(opened)
    assert not shown.start.isEnabled()
    assert not shown.progress.isVisible()
    source = asked(tmp_path, *["What is 23 + 45?"] * 6)
    source.write_text(source.read_text() + "nonsense\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(source), ""))
    press(opened, shown.source.browse)
    target = tmp_path / "in.answers.jsonl"
    assert shown.target.path == str(target)
    shown.thinking.set_value(Thinking(on=False))
    press(opened, shown.start)
    assert not shown.form.isEnabled()
    opened.until(lambda: not opened.room.batching.running)
    assert rows(target) == list(range(1, 8))
    assert "68" in json.loads(target.read_text().splitlines()[0])["text"]
    assert shown.progress.rows.text() == "7 of 7 rows, 1 failed"
    assert str(target) in shown.progress.told.text()
    assert "Row 7" in shown.progress.told.text()
    assert shown.start.isVisible()
    assert shown.form.isEnabled()


def test_stopped_and_gone_on_with(opened: Opened, tmp_path: Path) -> None:
    shown = dialog(opened)
    shown.source.set_path(str(asked(tmp_path, *["Tell me a long story"] * 300)))
    target = tmp_path / "in.answers.jsonl"
    press(opened, shown.start)
    opened.until(lambda: opened.room.batching._now is not None and opened.room.batching._now.done > 3)
    press(opened, shown.cancel)
    opened.until(lambda: not opened.room.batching.running)
    assert "stopped after" in shown.progress.told.text()
    assert not shown.over.isVisible()
    kept = target.with_name(target.name + ".part").read_bytes()
    assert kept
    press(opened, shown.start)
    opened.until(lambda: not opened.room.batching.running)
    assert target.read_bytes().startswith(kept)
    assert rows(target) == list(range(1, 301))


def test_what_is_in_the_way_can_be_replaced(opened: Opened, tmp_path: Path) -> None:
    shown = dialog(opened)
    source = asked(tmp_path, "Hello")
    (tmp_path / "in.answers.jsonl").write_text("old\n")
    shown.source.set_path(str(source))
    press(opened, shown.start)
    opened.until(lambda: not opened.room.batching.running)
    assert "is there already" in shown.progress.told.text()
    press(opened, shown.over)
    opened.until(lambda: not opened.room.batching.running)
    assert rows(tmp_path / "in.answers.jsonl") == [1]
    assert not shown.over.isVisible()


def test_it_goes_on_while_the_dialog_is_closed(opened: Opened, tmp_path: Path) -> None:
    shown = dialog(opened)
    shown.source.set_path(str(asked(tmp_path, *["Tell me a long story"] * 60)))
    press(opened, shown.start)
    opened.until(lambda: opened.room.batching._now is not None and opened.room.batching._now.done)
    shown.reject()
    opened.until(lambda: opened.window.findChild(BatchDialog) is None)
    again = dialog(opened)
    assert again.source.path == str(tmp_path / "in.jsonl")
    assert not again.form.isEnabled()
    assert again.cancel.isVisible()
    again.reject()
    opened.until(lambda: not opened.room.batching.running)
    assert "60 rows are answered" in opened.window.notices.said("batch")


def test_a_window_that_closes_leaves_a_file_to_go_on_with(opened: Opened, tmp_path: Path) -> None:
    shown = dialog(opened)
    shown.source.set_path(str(asked(tmp_path, *["Tell me a long story"] * 400)))
    press(opened, shown.start)
    opened.until(lambda: opened.room.batching._now is not None and opened.room.batching._now.done > 2)
    opened.controller.close()
    opened.until(lambda: opened.controller.background.closed)
    opened.until(lambda: not opened.controller.background.busy)
    written = rows(tmp_path / "in.answers.jsonl.part")
    assert written == list(range(1, len(written) + 1))
    assert len(written) > 2


def test_what_does_not_fit_is_asked_about(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = opened.room.app.forecast.fit
    monkeypatch.setattr(opened.room.app.forecast, "fit", lambda *asked: too_big(real(*asked)))
    shown = dialog(opened)
    shown.source.set_path(str(asked(tmp_path, "Hello")))
    for _time in range(2):
        press(opened, shown.start)
        opened.until(lambda: questions(opened))
        questions(opened)[0].reject()
        opened.until(lambda: not opened.room.batching.running and not questions(opened))
        assert "stopped before its first answer" in shown.progress.told.text()
    assert not (tmp_path / "in.answers.jsonl").exists()


def too_big(fit: Fit) -> Fit:
    from dataclasses import replace

    return replace(fit, verdict="too_big")


def questions(opened: Opened) -> list[Dialog]:
    return [
        one
        for one in opened.window.findChildren(Dialog)
        if "not fit" in one.windowTitle() and one.isVisible()
    ]


def test_how_far_it_is(opened: Opened) -> None:
    shown = dialog(opened)
    shown.show_running(True)
    shown.show_progress(Progress("loading", 0, 0, 50))
    assert shown.progress.bar.maximum() == 0
    assert shown.progress.pace.text() == "Loading the model…"
    shown.show_progress(Progress("asking", 20, 1, 50, 2.0, 30.0, 15.0, 7, Note("prompt_empty")))
    assert shown.progress.bar.value() == 400
    assert shown.progress.rows.text() == "20 of 50 rows, 1 failed"
    assert shown.progress.pace.text() == "2.0 rows/s · 30.0 tok/s · 15 s left"
    assert shown.progress.told.text().startswith("Row 7: There is nothing to send")


def test_a_text_file_is_taken_line_by_line(opened: Opened, tmp_path: Path) -> None:
    shown = dialog(opened)
    shown.source.set_path(str(tmp_path / "in.txt"))
    assert shown.text.isChecked()
    shown.source.set_path(str(tmp_path / "in.jsonl"))
    assert not shown.text.isChecked()
