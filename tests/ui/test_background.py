"""Work elsewhere, results here; nothing after a cancel or a close."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future

from pytestqt.qtbot import QtBot

from qwendesk.api.problem import Problem
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
