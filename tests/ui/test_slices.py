"""Long work in slices: in order, with turns of the event loop between, and safe to drop at any time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from qwendesk.ui import slices as module
from qwendesk.ui.slices import TURN, Slices, Work

ENDLESS = 10**9


def counting(into: list[int], count: int, start: int = 0) -> Work:
    for at in range(start, start + count):
        into.append(at)
        yield


@pytest.fixture
def one_part_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice ends with its first part, however fast the machine is."""
    monkeypatch.setattr(module, "perf_counter", iter(range(10**6)).__next__)
    monkeypatch.setattr(module, "SLICE_S", 1.5)


def test_work_is_done_in_turn(qtbot: QtBot) -> None:
    slices, did = Slices(), list[int]()
    with qtbot.waitSignal(slices.finished):
        slices.begin(slices, counting(did, 3))
        slices.begin(slices, counting(did, 2, 10))
        assert did == []
        assert slices.busy
    assert did == [0, 1, 2, 10, 11]
    assert not slices.busy


def test_the_event_loop_turns_between_slices(qtbot: QtBot, one_part_a_slice: None) -> None:
    slices, did, beats = Slices(), list[int](), []
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: beats.append(len(did)))
    beat.start()
    with qtbot.waitSignal(slices.finished):
        slices.begin(slices, counting(did, 20))
    beat.stop()
    assert len(set(beats)) >= 10


def test_a_part_may_end_its_slice(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE_S", 3600.0)
    slices, did, seen = Slices(), list[int](), []

    def working() -> Work:
        did.append(1)
        yield
        did.append(2)
        QTimer.singleShot(0, lambda: seen.append(list(did)))
        yield TURN
        did.append(3)

    with qtbot.waitSignal(slices.finished):
        slices.begin(slices, working())
    assert did == [1, 2, 3]
    qtbot.waitUntil(lambda: seen == [[1, 2]])


def test_work_of_a_deleted_owner_is_dropped(qtbot: QtBot, one_part_a_slice: None) -> None:
    slices, did = Slices(), list[int]()
    owner, ended = QObject(), []

    def working() -> Work:
        try:
            yield from counting(did, ENDLESS)
        finally:
            ended.append(True)

    slices.begin(owner, working())
    qtbot.waitUntil(lambda: bool(did))
    owner.deleteLater()
    qtbot.waitUntil(lambda: not slices.busy)
    assert ended == [True]


def test_stopped_work_ends_at_once_and_the_others_go_on(qtbot: QtBot, one_part_a_slice: None) -> None:
    slices, did, others = Slices(), list[int](), list[int]()
    owner = QObject()
    slices.begin(owner, counting(did, ENDLESS))
    slices.begin(slices, counting(others, 3))
    qtbot.waitUntil(lambda: bool(did))
    slices.stop(owner)
    done = len(did)
    qtbot.waitUntil(lambda: not slices.busy)
    assert (len(did), others) == (done, [0, 1, 2])


def test_a_part_may_stop_its_own_work(qtbot: QtBot) -> None:
    slices, did = Slices(), []

    def working() -> Work:
        did.append(1)
        slices.stop()
        yield
        did.append(2)

    slices.begin(slices, working())
    qtbot.waitUntil(lambda: not slices.busy)
    assert did == [1]


def test_work_that_fails_does_not_hold_up_the_rest(qtbot: QtBot) -> None:
    slices, did = Slices(), list[int]()

    def failing() -> Work:
        yield
        raise ValueError("oh")

    with capture_exceptions() as caught:
        slices.begin(slices, failing())
        slices.begin(slices, counting(did, 2))
        qtbot.waitUntil(lambda: did == [0, 1])
    assert [kind for kind, _value, _trace in caught] == [ValueError]
