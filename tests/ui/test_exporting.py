"""Chats written to files and taken in again, in a real window."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from ui.conftest import Opened

Opens = Callable[..., Opened]
Scripts = Callable[..., list]  # type: ignore[type-arg]


@pytest.fixture
def opened(open_window: Opens, scripted: Scripts) -> Opened:
    opened = open_window(scripted())
    opened.until_ready()
    opened.ask("hello **there** 合同")
    return opened


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.md", b"#"),
        ("a.html", b"<!doctype html>"),
        ("a.pdf", b"%PDF-"),
        ("a.json", b"{"),
        ("a.txt", b""),
        ("a", b"#"),
    ],
)
def test_the_chat_in_front_is_written(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, begins: bytes
) -> None:
    path = tmp_path / name
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    opened.controller.actions.trigger("chat.export")
    opened.until(lambda: "The chat is in" in opened.window.notices.said("export"))
    written = path if path.suffix else path.with_suffix(".md")
    content = written.read_bytes()
    assert content.startswith(begins)
    assert len(content) > 20
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("a")] == [written.name]


def test_a_file_that_cannot_be_written_is_told(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("a.md", "a.pdf"):
        opened.window.notices.dismiss("export")
        opened.room.exporting.write(opened.room.conversing.talk.conversation, tmp_path / "file" / name)
        opened.until(lambda: "Writing" not in opened.window.notices.said("export"))
        assert "could not be" in opened.window.notices.said("export") or str(tmp_path) in (
            opened.window.notices.said("export")
        )


def test_an_export_is_taken_in_once(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "chat.json"
    opened.room.exporting.write(opened.room.conversing.talk.conversation, path)
    opened.until(path.is_file)
    opened.until(lambda: "The chat is in" in opened.window.notices.said("export"))
    opened.room.exporting.take_in(path)
    opened.until(lambda: "1 was here already" in opened.window.notices.said("export"))
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data).replace("hello", "goodbye"), encoding="utf-8")
    opened.room.exporting.take_in(path)
    opened.until(lambda: "1 chat was taken in" in opened.window.notices.said("export"))
    opened.until(lambda: len(opened.room.views.chats.list.rows.things) == 2)
    path.write_text("nonsense", encoding="utf-8")
    opened.room.exporting.take_in(path)
    opened.until(lambda: "Reading" not in opened.window.notices.said("export"))
