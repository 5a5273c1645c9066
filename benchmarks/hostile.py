"""The longest single step of the UI thread while hostile outputs are shown, streamed and scrolled through.

Each reply arrives three ways, in a conversation of its own: whole, as from a store; streamed in pieces of a
few hundred characters; and then it is paged through from top to bottom. A timer of one millisecond beats on
the UI thread; the time between two beats, less the millisecond, is how long a key press would have waited. A
figure is the least of the longest steps over rounds, since a shared machine can only add to it; "work" is the
most processor time that the thread took between two beats. Nothing of this may reach for the network: sockets
raise here.
Run: QT_QPA_PLATFORM=offscreen python benchmarks/hostile.py [--only NAME]
"""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from fakes.hostile import outputs
from frames import Heart
from qwendesk.api.reply import Delta
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.view import ChatView
from qwendesk.ui.main import _SWITCH_S
from qwendesk.ui.theme import style
from report import parser, publish

BOUND_MS = 100
PIECE = 400
"""Characters that a fast model says in a frame."""
MOST_STREAMED = 60_000
PAGES = 12
Figure = tuple[float, float]


class Stage:
    """A conversation, and a heart to listen to."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        self.view = ChatView()
        self.view.resize(1000, 800)
        self.view.show()
        self.heart = Heart()
        self.heart.timer.start()
        self.events(50)

    def events(self, milliseconds: float) -> None:
        """The event loop for so long, deletions included."""
        until = perf_counter() + milliseconds / 1000
        while perf_counter() < until:
            self.app.processEvents()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def settle(self) -> None:
        """Until nothing is under way: a few beats without work."""
        self.events(30)
        quiet = 0
        for _ in range(2000):
            self.heart.reset()
            self.events(4)
            quiet = quiet + 1 if self.heart.work < 3 else 0
            if quiet == 5:
                return

    def timed(self, do: Callable[[], object]) -> Figure:
        """Do it, let everything happen that it set off, and tell the longest step."""
        gc.collect()
        self.events(5)
        self.heart.reset()
        do()
        self.events(150)
        return self.heart.longest, self.heart.work

    def close(self) -> None:
        self.heart.timer.stop()
        self.view.deleteLater()
        self.events(5)


def whole(stage: Stage, text: str) -> Figure:
    stage.view.add_turn(Turn(1, "user", "Go on."))
    return stage.timed(lambda: stage.view.add_turn(Turn(2, "assistant", text)))


def paged(stage: Stage) -> Figure:
    bar = stage.view.transcript.blocks.verticalScrollBar()

    def go() -> None:
        for page in range(PAGES + 1):
            bar.setValue(bar.maximum() * page // PAGES)
            stage.events(25)

    return stage.timed(go)


def streamed(stage: Stage, text: str) -> Figure:
    text = text[:MOST_STREAMED]
    stage.view.clear()
    stage.view.add_turn(Turn(3, "user", "Go on."))
    turn = Turn(4, "assistant", state="streaming")
    stage.view.add_turn(turn)

    def go() -> None:
        now = turn
        for start in range(0, len(text), PIECE):
            event = Delta("answer", text[start : start + PIECE], 100, 0.0, 0.0)
            now = now.after(event)
            stage.view.change_turn(now, event)
            stage.events(2)

    return stage.timed(go)


def one(app: QApplication, text: str) -> dict[str, Figure]:
    stage = Stage(app)
    found = {"shown": whole(stage, text), "paged": paged(stage), "streamed": streamed(stage, text)}
    stage.close()
    return found


def no_sockets() -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise AssertionError("the network was reached for")

    socket.socket.connect = refuse  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = refuse  # type: ignore[assignment]


def main() -> None:
    asking = parser("hostile")
    asking.set_defaults(rounds=3)
    asking.add_argument("--only", default="")
    asked = asking.parse_args()
    no_sockets()
    app = QApplication(["hostile", *style.FUSION])
    style.theme.apply(app, "dark")
    sys.setswitchinterval(_SWITCH_S)  # as the program does
    one(app, "Warm: $x^2$ `c`\n\n```python\nx\n```\n\n| a |\n|-|\n| b |\n")
    rows, details = [], {}
    for name, text in outputs().items():
        if asked.only not in name:
            continue
        gc.collect()
        gc.freeze()
        rounds = [one(app, text) for _ in range(asked.rounds)]
        least = {way: min(each[way] for each in rounds) for way in rounds[0]}
        details[name] = rounds
        worst = max(least, key=lambda way: least[way][0])
        longest, work = least[worst]
        told = f"at most {BOUND_MS}; when {worst}, work {work:.0f}{'  OVER' if longest > BOUND_MS else ''}"
        rows.append((name, longest, "ms", told))
        print(f"{name:52} {longest:8.1f} {told}", file=sys.stderr, flush=True)
    publish(asked.json, rows, rounds=details, load=os.getloadavg())
    sys.exit(any(longest > BOUND_MS for _name, longest, _unit, _told in rows))


if __name__ == "__main__":
    main()
