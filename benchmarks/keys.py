"""How long a key press waits while a reply streams into a long chat.

300 tokens a second go into a chat of 100,000 tokens; meanwhile a key is posted every 25 ms. A wait is the
time from the post until the letter stands in the field. Beside it the same with nothing streaming.
Run: QT_QPA_PLATFORM=offscreen python benchmarks/keys.py
"""

from __future__ import annotations

import os
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from qwendesk.api.reply import Delta
from qwendesk.ui.theme import style
from report import arguments, median, percentile, publish
from stream_ui import REPLY, Arm, tokens

LONG, KEYS, PAUSE_MS, TOKEN_MS = 100_000, 200, 25, 1000 / 300


class Typing:
    """Posts keys to the field of a view and takes the time until each stands there."""

    def __init__(self, arm: Arm) -> None:
        self._arm, self._field = arm, arm.view.composer.field
        self._posted = 0.0
        self.waits: list[float] = []
        self._field.textChanged.connect(self._on_text)

    def _on_text(self) -> None:
        if self._posted:
            self.waits.append((perf_counter() - self._posted) * 1000)
            self._posted = 0.0

    def _press(self) -> None:
        self._posted = perf_counter()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
            QCoreApplication.postEvent(self._field, key)

    def run(self, *, streaming: bool) -> list[float]:
        """The waits of all keys, in milliseconds."""
        self._field.clear()
        self.waits, self._posted = [], 0.0
        loop, stream, keys = QEventLoop(), QTimer(), QTimer()
        source, due = tokens(REPLY), [perf_counter()]

        def feed() -> None:
            while due[0] <= perf_counter():
                due[0] += TOKEN_MS / 1000
                self._arm.view.change_turn(self._arm.turn, Delta("answer", next(source), 1, 0.0, 0.0))

        stream.timeout.connect(feed)
        keys.timeout.connect(self._press)
        keys.timeout.connect(lambda: loop.quit() if len(self.waits) >= KEYS else None)
        if streaming:
            stream.start(2)
        keys.start(PAUSE_MS)
        loop.exec()
        stream.stop()
        keys.stop()
        return self.waits


def main() -> None:
    given = arguments("keys")
    app = QApplication([])
    style.theme.apply(app, "dark")
    typing = Typing(Arm(app, LONG, 1000))
    pairs = [(typing.run(streaming=True), typing.run(streaming=False)) for _ in range(given.rounds)]
    busy, calm = ([percentile(pair[at], 0.99) for pair in pairs] for at in (0, 1))
    rows = [
        ("A key waits while a reply streams, 99th percentile", median(busy), "ms", "≤ 16"),
        ("A key waits with nothing streaming, 99th percentile", median(calm), "ms", ""),
        ("A key waits while a reply streams, median", median([median(one) for one, _ in pairs]), "ms", ""),
    ]
    publish(given.json, rows, load=os.getloadavg())


if __name__ == "__main__":
    main()
