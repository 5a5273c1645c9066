"""UI time per token while a reply streams, in a short chat, in a long one, and in one endless reply.

One token, one frame: the token is given to the view, shown, painted. Arms take turns token block by token
block, so that a busy machine disturbs them alike; the ratio is the median over rounds of (arm / short chat).
Run: QT_QPA_PLATFORM=offscreen python benchmarks/stream_ui.py
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from qwendesk.api.reply import Delta
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.view import ChatView
from qwendesk.ui.theme import style

PROSE = "Keep two heaps: a max-heap with the smaller half and a **min-heap** with the larger `half` of them. "
CODE = """```python
def add(self, x):
    heappush(self.low, -heappushpop(self.high, x))  # both
    return 'done'
```

"""
LIST = "1. First, install it.\n2. Then use it, with *care*.\n   - a nested point\n3. Done.\n\n"
TABLE = "| Method | Cost |\n|:--|--:|\n| heaps | O(log n) |\n| lists | O(n) |\n\n"
REPLY = (PROSE * 3 + "\n\n" + LIST + PROSE * 2 + "\n\n" + CODE + TABLE) * 2
TOKEN = 4
"""Characters a token, about."""


def tokens(text: str) -> Iterator[str]:
    """The text over and over, a token at a time."""
    return cycle([text[at : at + TOKEN] for at in range(0, len(text), TOKEN)])


def events(app: QApplication) -> None:
    """One turn of the event loop, deletions included: processEvents() leaves those to a loop that runs."""
    app.processEvents()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Arm:
    """A view with so many tokens of history, and a reply of so many tokens that goes on."""

    def __init__(
        self, app: QApplication, history: int, reply: int, text: str = REPLY, opening: str = ""
    ) -> None:
        self._app = app
        self.view = ChatView()
        self.view.resize(1000, 800)
        self.view.show()
        made, id = 0, 1
        while made < history:
            self.view.add_turn(Turn(id, "user", "How do I keep the median of a stream?"))
            self.view.add_turn(Turn(id + 1, "assistant", REPLY))
            made += len(REPLY) // TOKEN
            id += 2
        self._tokens = tokens(text)
        already = opening + (text * (reply * TOKEN // len(text) + 1))[: reply * TOKEN]
        self.turn = Turn(id, "assistant", already, state="streaming")
        self.view.add_turn(self.turn)
        self.frames: list[float] = []
        self.rounds: list[float] = []
        self._settle()

    def _settle(self) -> None:
        """Let all that is there at once be read: it comes in slices, which are no frames of the arms'."""
        quiet, items = 0, 0
        while quiet < 10:
            events(self._app)
            now = len(self.view.transcript.blocks.items)
            quiet, items = (quiet + 1 if now == items else 0), now

    def round(self, count: int) -> None:
        """Stream `count` tokens, each as a frame of its own."""
        spent = []
        for _ in range(count):
            event = Delta("answer", next(self._tokens), 1, 0.0, 0.0)
            began = perf_counter()
            self.view.change_turn(self.turn, event)
            self.view.transcript.flush()
            events(self._app)
            spent.append((perf_counter() - began) * 1000)
        self.frames += spent
        self.rounds.append(statistics.mean(spent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=Path("build/bench/stream_ui.json"))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--tokens", type=int, default=200, help="tokens of a round")
    parser.add_argument("--long", type=int, default=100_000, help="tokens of the long chat")
    given = parser.parse_args()
    app = QApplication(["stream_ui", *style.FUSION])
    style.theme.apply(app, "dark")
    long, code = given.long, "x = compute(y)  # a line of code\n"
    arms = {
        "1k chat": Arm(app, 1000, 0),
        f"{long:,} chat": Arm(app, long, 0),
        f"{long:,} reply": Arm(app, 1000, long),
        "short code block": Arm(app, 1000, 100, code, "```python\n"),
        "5,000-line code block": Arm(app, 1000, 5000 * len(code) // TOKEN, code, "```python\n"),
    }
    against = {"5,000-line code block": "short code block"}
    gc.collect()
    gc.freeze()
    for _ in range(given.rounds):
        for arm in arms.values():
            arm.round(given.tokens)
    report(arms, against, given.json)


def report(arms: dict[str, Arm], against: dict[str, str], path: Path) -> None:
    base = next(iter(arms))
    rows = {}
    for name, arm in arms.items():
        other = arms[against.get(name, base)]
        ratios = [mine / theirs for mine, theirs in zip(arm.rounds, other.rounds, strict=True)]
        cuts = statistics.quantiles(arm.frames, n=100)
        rows[name] = {
            "against": against.get(name, base),
            "ratio": statistics.median(ratios),
            "ms_per_token": statistics.median(arm.rounds),
            "p50_ms": cuts[49],
            "p99_ms": cuts[98],
            "max_ms": max(arm.frames),
            "widgets": arm.view.transcript.blocks.live,
            "items": len(arm.view.transcript.blocks.items),
        }
    print(f"{'case':24}{'ratio':>8}{'ms/token':>10}{'p99 ms':>8}{'max ms':>8}{'items':>9}{'widgets':>9}")
    for name, row in rows.items():
        print(
            f"{name:24}{row['ratio']:8.2f}{row['ms_per_token']:10.2f}{row['p99_ms']:8.1f}{row['max_ms']:8.1f}"
            f"{row['items']:9,}{row['widgets']:9}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {"machine": platform.platform(), "python": platform.python_version(), "load": os.getloadavg()}
    path.write_text(json.dumps({"cases": rows, **facts}, indent=1) + "\n")


if __name__ == "__main__":
    main()
