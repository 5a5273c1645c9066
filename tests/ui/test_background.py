"""Work elsewhere, results here; nothing after a cancel or a close."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QTimer
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from qwendesk.api.problem import Problem
from qwendesk.ui import background as module
from qwendesk.ui.background import Background


def fail() -> None:
    raise Problem("model_missing", path="x")


def crash() -> None:
    raise ValueError("oh")


def test_done_here_with_what_was_worked_there(qtbot: QtBot) -> None:
    background, got = Background(), []
    background.run(threading.get_ident, lambda there: got.append((there, threading.get_ident())), got.append)
    qtbot.waitUntil(lambda: bool(got))
    there, here = got[0]
    assert here == threading.get_ident() != there


def test_a_problem_arrives_as_it_is(qtbot: QtBot) -> None:
    background, got = Background(), []
    background.run(fail, lambda _: None, got.append)
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].id == "model_missing"


def test_our_own_bug_arrives_as_internal(qtbot: QtBot) -> None:
    background, got = Background(), []
    background.run(crash, lambda _: None, got.append)
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].id == "internal"
    assert "oh" in got[0].arguments["detail"]


def arrived(background: Background, each: Callable[[int], None]) -> None:
    """Ten items that are all there before the window looks."""
    background.stream(lambda: range(10), each, lambda: None, lambda _problem: None)
    for one in threading.enumerate():
        if one.name == "window-background":
            one.join()


def test_much_that_arrives_together_is_taken_in_over_many_turns(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "perf_counter", iter(range(10**6)).__next__)
    monkeypatch.setattr(module, "DRAIN_S", 1.5)
    background, got, seen = Background(), list[int](), set[int]()
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: seen.add(len(got)))
    beat.start()
    arrived(background, got.append)
    qtbot.waitUntil(lambda: len(got) == 10)
    beat.stop()
    assert got == list(range(10))
    assert len(seen) >= 5


def test_an_item_that_cannot_be_taken_in_does_not_hold_up_the_rest(qtbot: QtBot) -> None:
    background, got = Background(), list[int]()

    def take(one: int) -> None:
        got.append(one)
        if one % 2:
            raise ValueError("oh")

    with capture_exceptions() as caught:
        arrived(background, take)
        qtbot.waitUntil(lambda: len(got) == 10)
    assert len(caught) == 5


def test_a_stream_stops_at_the_next_item(qtbot: QtBot) -> None:
    background, got, go = Background(), [], threading.Event()

    def items() -> Iterator[int]:
        yield 1
        assert go.wait(5)
        yield 2

    task = background.stream(items, got.append, lambda: got.append("done"), got.append)
    qtbot.waitUntil(lambda: got == [1])
    task.cancel()
    go.set()
    qtbot.waitUntil(lambda: not background.busy)
    qtbot.wait(20)
    assert got == [1]


def test_a_future_that_is_done_already(qtbot: QtBot) -> None:
    background, got = Background(), []
    future: Future[int] = Future()
    future.set_result(7)
    background.when(future, got.append, got.append)
    qtbot.waitUntil(lambda: got == [7])


def test_nothing_arrives_after_close(qtbot: QtBot) -> None:
    background, got = Background(), []
    background.run(lambda: 1, got.append, got.append)
    background.close()
    qtbot.waitUntil(lambda: not background.busy)
    qtbot.wait(20)
    assert got == []


def test_hushed_work_stays_silent_and_later_work_arrives(qtbot: QtBot) -> None:
    background, got = Background(), []
    background.run(lambda: 1, got.append, got.append)
    qtbot.waitUntil(lambda: not background.busy or bool(got))
    before = list(got)
    background.hush()
    background.run(lambda: 2, got.append, got.append)
    qtbot.waitUntil(lambda: 2 in got)
    assert got in (before, [*before, 2])
