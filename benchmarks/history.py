"""Search in 100,000 messages, and the way from a click to the first paint of a long conversation.

Search: the 95th percentile over words that are rare, common, Chinese, several. Opening: read, shown and
painted in an offscreen window; the median over rounds, and beside it the same for one of 50 messages.
Run: QT_QPA_PLATFORM=offscreen python benchmarks/history.py
"""

from __future__ import annotations

import os
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from qwendesk.chat import rows
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.history import History
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows
from qwendesk.ui.chat.view import ChatView
from qwendesk.ui.theme import style
from report import arguments, median, percentile, publish

MESSAGES, EACH, LONG = 100_000, 50, 5_000
WORDS = ("median", "stream", "heap", "contract", "clause", "sampler", "token", "context", "cache", "window")
CHINESE = "请检查这份合同的条款并总结主要风险以及付款期限"
ASKED = (
    "median",
    "contract clause",
    "合同",
    "付款期限",
    "rare7",
    "rare99999",
    "sam",
    '"heap contract"',
    "风险 合同",
)
REPLY = "Keep **two heaps**.\n\n```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"


def text(chance: random.Random, number: int) -> str:
    words = " ".join(chance.choices(WORDS, k=40))
    cut = chance.randrange(len(CHINESE))
    return f"{words} {CHINESE[cut:]} rare{number}. {REPLY if number % 2 else ''}"


def conversation(chance: random.Random, size: int, start: int) -> Conversation:
    made = Conversation()
    for at in range(size):
        if at % 2 == 0:
            made.ask(text(chance, start + at))
        else:
            made.put(replace(made.answer("m"), answer=text(chance, start + at), state="finished"))
    return made


def fill(store: ConversationRows) -> tuple[int, int]:
    """The ids of a short and of the long conversation."""
    chance, made, last = random.Random(1), 0, 0
    while made < MESSAGES - LONG:
        one = conversation(chance, EACH, made)
        store.write(
            [rows.about_values(one.about)], [rows.turn_values(one.id, turn, "") for turn in one.turns]
        )
        made, last = made + EACH, one.id
    long = conversation(chance, LONG, made)
    store.write([rows.about_values(long.about)], [rows.turn_values(long.id, turn, "") for turn in long.turns])
    return last, long.id


def opened(app: QApplication, view: ChatView, history: History, id: int) -> float:
    """Milliseconds until its end is painted."""
    began = perf_counter()
    found = history.open(id)
    view.show_turns([(one, (1, 1)) for one in found.turns])
    view.grab()
    spent = (perf_counter() - began) * 1000
    view.clear()
    app.processEvents()
    return spent


def main() -> None:
    given = arguments("history")
    app = QApplication([])
    style.theme.apply(app, "dark")
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home) / "qwendesk.db")
        history = History(ConversationRows(store), Path(home), lambda _event: None)
        short, long = fill(ConversationRows(store))
        began = perf_counter()
        history.index()
        indexed = perf_counter() - began
        spent = []
        for _ in range(given.rounds * 4):
            for words in ASKED:
                began = perf_counter()
                history.search(words)
                spent.append((perf_counter() - began) * 1000)
        view = ChatView()
        view.resize(1000, 800)
        view.show()
        opened(app, view, history, short)
        times = [
            (opened(app, view, history, long), opened(app, view, history, short)) for _ in range(given.rounds)
        ]
        history.close()
        store.close()
    figures = [
        ("Search in 100,000 messages, 95th percentile", percentile(spent, 0.95), "ms", "≤ 50"),
        ("Search, median", median(spent), "ms", ""),
        ("Taken into the index", MESSAGES / indexed, "messages/s", ""),
        ("5,000 messages opened and painted", median([one for one, _other in times]), "ms", "≤ 150"),
        ("50 messages opened and painted", median([other for _one, other in times]), "ms", ""),
        ("Ratio of the two, median of pairs", median([one / other for one, other in times]), "", ""),
    ]
    publish(given.json, figures)


if __name__ == "__main__":
    main()
