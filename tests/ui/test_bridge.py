"""Events cross in order, wake the UI thread once, and press back without ever blocking it."""

from __future__ import annotations

import itertools
import threading
import time

from pytestqt.qtbot import QtBot

from qwendesk.system.bus import Bus
from qwendesk.ui import bridge as bridge_module
from qwendesk.ui.bridge import CROWDED, WAIT_S, Bridge


def test_order_holds_per_publisher(qtbot: QtBot) -> None:
    bus, bridge, seen = Bus(), Bridge(), []
    bridge.listen(bus)
    bridge.happened.connect(seen.append)

    def publish(name: str) -> None:
        for count in range(500):
            bus.publish((name, count))

    threads = [threading.Thread(target=publish, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(seen) == 1500)
    for thread in threads:
        thread.join()
    for name in "abc":
        assert [count for who, count in seen if who == name] == list(range(500))


def test_events_arrive_on_the_ui_thread(qtbot: QtBot) -> None:
    bridge, seen = Bridge(), []
    bridge.happened.connect(lambda _event: seen.append(threading.get_ident()))
    thread = threading.Thread(target=bridge.put, args=("x",))
    thread.start()
    thread.join()
    assert seen == []
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [threading.get_ident()]


def test_a_crowd_makes_publishers_wait_a_moment(qtbot: QtBot) -> None:
    bridge = Bridge()
    for count in range(CROWDED):
        bridge.put(count)
    waited = []

    def publish() -> None:
        began = time.monotonic()
        bridge.put("late")
        waited.append(time.monotonic() - began)

    thread = threading.Thread(target=publish)
    thread.start()
    thread.join()
    assert waited[0] >= WAIT_S * 0.9
    assert bridge.pending == CROWDED + 1


def test_the_ui_thread_never_waits() -> None:
    bridge = Bridge()
    for count in range(CROWDED):
        bridge.put(count)
    began = time.monotonic()
    for _ in range(50):
        bridge.put("own")
    assert time.monotonic() - began < WAIT_S * 10
    bridge.close()


def test_closing_frees_a_waiting_publisher(monkeypatch: object) -> None:
    bridge = Bridge()
    for count in range(CROWDED):
        bridge.put(count)
    patience, bridge_module.WAIT_S = bridge_module.WAIT_S, 30.0
    try:
        thread = threading.Thread(target=bridge.put, args=("late",))
        thread.start()
        bridge.close()
        thread.join(timeout=5)
        assert not thread.is_alive()
    finally:
        bridge_module.WAIT_S = patience


def test_draining_leaves_room_for_frames(qtbot: QtBot) -> None:
    bridge, at = Bridge(), []

    def slow(_event: object) -> None:
        at.append(time.monotonic())
        until = time.monotonic() + 0.002
        while time.monotonic() < until:
            pass

    bridge.happened.connect(slow)
    for count in range(20):
        bridge.put(count)
    qtbot.waitUntil(lambda: len(at) == 20)
    gaps = [after - before for before, after in itertools.pairwise(at)]
    assert max(gaps) > 0.003, "it never paused"
