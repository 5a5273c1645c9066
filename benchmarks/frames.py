"""The longest single step of the UI thread, through a whole story in a real window.

A timer of one millisecond beats on the UI thread. While the thread is busy it cannot beat, so the time
between two beats, less the millisecond, is how long a key press would have waited. Each round is a fresh
process with a home of its own, the real controller, real workers and the bundled model; a figure is the
median over rounds of the longest step while that part of the story went on. Waiting for the interpreter lock
counts, and so does being put aside by the system: a shared machine shows too
much, never too little. "Work" is the most processor time that the thread itself took between two beats.
Run: QT_QPA_PLATFORM=offscreen python benchmarks/frames.py
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

from report import arguments, median, publish

if TYPE_CHECKING:
    from qwendesk.chat.conversation import Turn
    from qwendesk.ui.controller import Controller
    from qwendesk.ui.room import Room
    from qwendesk.ui.window import Window

FRAME_MS = 16
BEAT_MS = 1
REST_MS = 100
"""What a step has set off must be over for so long before the next one begins."""
CODE = "```python\ndef add(self, x):\n    heappush(self.low, -heappushpop(self.high, x))  # both\n```\n\n"
TABLE = "| Method | Cost |\n|:--|--:|\n| heaps | O(log n) |\n| lists | O(n) |\n\n"
PROSE = "Keep two heaps: a max-heap with the smaller half and a **min-heap** with the larger `half` of them. "
ANSWER = f"{PROSE * 3}\n\n1. First, install it.\n2. Then use it, with *care*.\n\n{CODE}{TABLE}{PROSE}\n"
LONG_CHARACTERS = 400_000
Step = tuple[str, Callable[[], object]]


class Heart:
    """Beats on the UI thread; the `longest` time without a beat and the most `work` in one, in ms."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._beat)
        self.reset()

    def reset(self) -> None:
        self.longest = self.work = 0.0
        self._last, self._last_cpu = perf_counter(), thread_time()

    def _beat(self) -> None:
        now, cpu = perf_counter(), thread_time()
        self.longest = max(self.longest, (now - self._last) * 1000 - BEAT_MS)
        self.work = max(self.work, (cpu - self._last_cpu) * 1000)
        self._last, self._last_cpu = now, cpu


class Teller:
    """Goes through the story: does a step, waits until it is over and rested, notes its longest part."""

    def __init__(self, controller: Controller) -> None:
        from PySide6.QtCore import QTimer

        self.controller = controller
        self.heart = Heart()
        self.found: dict[str, tuple[float, float]] = {}
        self._steps = story(controller)
        self._name, self._is_over = "", lambda: True
        self._over_since: float | None = None
        self._look = QTimer(interval=10)
        self._look.timeout.connect(self._on_look)
        self.heart.timer.start()
        self._look.start()
        self._next()

    def _on_look(self) -> None:
        if not self._is_over():
            self._over_since = None
        elif self._over_since is None:
            self._over_since = perf_counter()
        elif perf_counter() - self._over_since >= REST_MS / 1000:
            longest, work = self.found.get(self._name, (0.0, 0.0))
            self.found[self._name] = (max(longest, self.heart.longest), max(work, self.heart.work))
            self._next()

    def _next(self) -> None:
        self._over_since = None
        self.heart.reset()
        step = next(self._steps, None)
        if step is None:
            self._look.stop()
            self.heart.timer.stop()
            print(json.dumps(self.found), flush=True)
            self.controller.quit()
        else:
            self._name, self._is_over = step
            self._touch()

    def _touch(self) -> None:
        """A person is there: what waits until nobody is, goes on waiting."""
        from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent

        none, place = Qt.MouseButton.NoButton, QPointF(1, 1)
        moved = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.postEvent(self.controller.window.windowHandle(), moved)


def story(controller: Controller) -> Iterator[Step]:
    """What is done, with a question that is answered yes when it is over."""
    window = controller.window
    yield "Engine room opens, docks fill, model loads", lambda: is_ready(controller)
    room = controller.room
    assert room is not None
    monitor = room.views.monitor
    yield "Monitor in front: cards and charts made", drawn(lambda: monitor.flow is not None)
    yield from conversation(window, room)
    yield from docks(window, room)
    yield from dialogs(controller, room)
    yield from models(room)
    yield from long_chat(window)
    yield from long_reply(window)
    yield from looks(controller)


def is_ready(controller: Controller) -> bool:
    room = controller.room
    state = room.conversing.state if room is not None and room.running.models else None
    return state is not None and state.phase == "ready"


def conversation(window: Window, room: Room) -> Iterator[Step]:
    from PySide6.QtCore import Qt

    def replied(count: int) -> bool:
        turns = room.conversing.talk.conversation.turns if room.conversing.talk else []
        return len(turns) == count and not turns[-1].running

    for letter in "What is 23 + 45?":
        press(window.chat.composer.field, letter)
        yield "Typing a question", lambda: True
    press(window.chat.composer.field, "\r", Qt.Key.Key_Return)
    yield "First reply streams, with reasoning", lambda: replied(2)
    window.chat.send_requested.emit("What is the capital of Japan?")
    yield "Second reply streams", lambda: replied(4)


def press(field: object, text: str, key: object = None) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtGui import QKeyEvent

    code = Qt.Key.Key_A if key is None else key
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text)
        QCoreApplication.postEvent(field, event)


def docks(window: Window, room: Room) -> Iterator[Step]:
    """What draws does so for a while."""
    monitor, history = room.views.monitor, room.views.history
    window.docks["history"].focus_body()
    yield "Dock shown: history, its chart is made", drawn(lambda: history.chart is not None)
    for id in ("chats", "details", "log", "run", "discover", "library", "health", "downloads", "network"):
        window.docks[id].focus_body()
        yield f"Dock shown: {id}", lambda: True
    window.docks["monitor"].focus_body()
    yield "Dock shown: monitor", drawn()
    monitor.range.choose(3600)
    yield "Monitor: another range", lambda: True
    window.docks["monitor"].setFloating(True)
    yield "Monitor: a window of its own", drawn()
    window.docks["monitor"].resize(1200, 800)
    yield "Monitor: that window made large", drawn()
    window.docks["monitor"].setFloating(False)
    yield "Monitor: back in its dock", lambda: True


def drawn(is_made: Callable[[], bool] = lambda: True) -> Callable[[], bool]:
    """Whether it is made, and more than two samples have come since then."""
    since: list[float] = []

    def over() -> bool:
        if not since and is_made():
            since.append(perf_counter())
        return bool(since) and perf_counter() - since[0] > 2.5

    return over


def dialogs(controller: Controller, room: Room) -> Iterator[Step]:
    from PySide6.QtWidgets import QApplication

    def close() -> None:
        for widget in QApplication.topLevelWidgets():
            if widget is not controller.window and widget.isVisible():
                widget.close()

    for id in (
        "view.palette",
        "model.switch",
        "help.plugins",
        "help.about",
        "file.settings",
        "model.compare",
        "chat.assistant",
        "chat.batch",
        "chat.compare",
    ):
        controller.actions.trigger(id)
        yield f"Opened: {id}", lambda: not controller.window.slices.busy
        close()
        yield f"Closed: {id}", lambda: True
    controller.actions.trigger("help.health")
    yield "Health checks run", lambda: not room.checking.running


def models(room: Room) -> Iterator[Step]:
    combo = room.views.run.runtime.combo
    if combo.count() > 1:
        combo.setCurrentIndex(1 - combo.currentIndex())
        yield "Other runtime picked: a form of other options", lambda: True
    form = room.views.run.options
    if form is not None and "context" in form.values():
        form.set_values({"context": 1024})
    before = room.conversing.session
    room.running.load()

    def loaded() -> bool:
        state = room.conversing.state
        return room.conversing.session is not before and state is not None and state.phase == "ready"

    yield "Loaded again with other options", loaded


def long_chat(window: Window) -> Iterator[Step]:
    from qwendesk.chat.conversation import Turn

    ids = itertools.count(10**6)
    for _ in range(10):
        window.chat.add_turn(Turn(next(ids), "user", "How do I keep the median of a stream?"))
        yield "A question is added", lambda: True
        window.chat.add_turn(Turn(next(ids), "assistant", ANSWER))
        yield "A whole reply is added, with code and a table", lambda: True
    reply = Turn(next(ids), "assistant", state="streaming")
    window.chat.add_turn(reply)
    tokens = deque(ANSWER[at : at + 8] for at in range(0, len(ANSWER), 8))
    yield "Long reply streams, with code and a table", lambda: not stream(window, reply, tokens)


def long_reply(window: Window) -> Iterator[Step]:
    """A chat is opened that holds one reply of 100,000 tokens; then it is read."""
    from qwendesk.chat.conversation import Turn

    blocks = window.chat.transcript.blocks
    text = ANSWER * (LONG_CHARACTERS // len(ANSWER))
    slices = window.chat.transcript.slices
    texts = [("user", "Tell me everything."), ("assistant", ANSWER * 3)] * 20
    turns = [(Turn(at, role, text), (1, 1)) for at, (role, text) in enumerate(texts, 10**7)]
    window.chat.show_turns(turns)
    yield "Chat opened: 40 turns", lambda: not slices.busy
    turns[-1] = (Turn(1, "assistant", text), (1, 1))
    window.chat.show_turns(turns)
    yield "Chat opened: one reply of 100,000 tokens", lambda: not slices.busy
    bar = blocks.verticalScrollBar()
    for place in (0.98, 0.5, 0.1, 0.0):
        bar.setValue(int(place * bar.maximum()))
        yield "That reply: another place in it", lambda: True
    window.resize(1000, 720)
    yield "That reply: the window narrowed", lambda: not window.slices.busy
    window.resize(1280, 800)
    yield "That reply: the window widened", lambda: not window.slices.busy
    window.chat.clear()
    yield "That reply: left", lambda: True


def stream(window: Window, reply: Turn, tokens: deque[str]) -> bool:
    """Two tokens; whether there were any."""
    from qwendesk.api.reply import Delta

    for _ in range(min(2, len(tokens))):
        window.chat.change_turn(reply, Delta("answer", tokens.popleft(), 2, 0.0, 0.0))
    return bool(tokens)


def looks(controller: Controller) -> Iterator[Step]:
    from qwendesk.ui.theme.style import theme

    window = controller.window
    for name in ("light", "dark"):
        controller.choose_theme(name)
        yield f"Theme: {name}, 20 turns", lambda: not theme.switching
    window.reset_layout()
    yield "Reset layout", lambda: not window.slices.busy
    window.resize(1000, 720)
    yield "Narrowed: sides fold into tabs", lambda: True
    window.resize(1280, 800)
    yield "Widened again", lambda: True


def told() -> None:
    """One round, in a process of its own; prints name → (longest time without a beat, most work in one)."""
    from qwendesk.system.paths import Paths
    from qwendesk.ui.main import run

    tellers = []
    with tempfile.TemporaryDirectory() as home:
        run(Paths(Path(home)), lambda controller: tellers.append(Teller(controller)))


def one_round() -> dict[str, tuple[float, float]]:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, __file__, "--story"], stdout=subprocess.PIPE, text=True, check=True, env=environment
    )
    found: dict[str, tuple[float, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    asked = arguments("frames")
    rounds = [one_round() for _ in range(asked.rounds)]
    names = list(rounds[0])
    rows = []
    for name in names:
        longest, work = (median([one[name][at] for one in rounds]) for at in (0, 1))
        rows.append((name, longest, "ms", f"at most {FRAME_MS}; work {work:.1f}"))
    publish(asked.json, rows, rounds=rounds, load=os.getloadavg())


if __name__ == "__main__":
    told() if sys.argv[1:] == ["--story"] else main()
