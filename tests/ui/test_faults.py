"""What goes wrong around a window: it stays, says what happened, and chats on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest

from qwendesk.system.paths import Paths

from .conftest import Opened

Opens = Callable[..., Opened]
TOKENS = 4_000


def test_a_home_that_cannot_be_written_is_told_and_chat_works(
    open_window: Opens,
    scripted: Callable[..., Any],
    paths: Paths,
) -> None:
    paths.home.write_text("in the way", encoding="utf-8")
    opened = open_window(scripted())
    opened.until_ready()
    assert "home" in " ".join(opened.window.notices.topics)
    opened.ask("one two three")
    assert opened.turns[-1].answer == "one two three"
    assert paths.home.read_text(encoding="utf-8") == "in the way"


def test_a_disk_that_is_full_is_told_and_the_reply_is_shown(
    open_window: Opens, scripted: Callable[..., Any]
) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    store = opened.room.app.store
    (pages,) = store.rows("PRAGMA page_count")[0]
    store.rows(f"PRAGMA max_page_count = {pages}")
    opened.ask("word " * 3_000)
    assert opened.turns[-1].answer.startswith("word word")
    opened.until(lambda: "history" in " ".join(opened.window.notices.topics))


def test_a_flood_of_tokens_is_shown_whole(open_window: Opens, scripted: Callable[..., Any]) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.ask(f"flood:{TOKENS} ")
    assert opened.turns[-1].tokens == TOKENS


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_a_worker_that_dies_is_told_in_place_and_started_again(
    open_window: Opens, scripted: Callable[..., Any], number: str
) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    session = opened.room.conversing.session
    assert session is not None
    os.kill(session.pid, getattr(signal, number))
    opened.until(lambda: session.state.phase == "dead")
    assert opened.window.isVisible()
    opened.ask("again")
    assert opened.turns[-1].answer == "again"
