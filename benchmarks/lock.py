"""What a lock costs: opening the database, searching in it, writing a message, and locking it.

The same 100,000 messages twice, plain and locked, asked in turn within one run; ratios are locked to plain.
Run: QT_QPA_PLATFORM=offscreen python benchmarks/lock.py
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from history import ASKED, EACH, conversation
from qwendesk.chat import rows
from qwendesk.chat.history import History
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows
from qwendesk.store.ledger import LedgerRows
from qwendesk.store.locking import Locking
from report import arguments, median, percentile, publish

MESSAGES, PASSPHRASE = 100_000, "open sesame"
ROW = (1.0, "host", "GET", "a", "w", "s", 1, 1, None, None, "")


def spent(do: Callable[[], object]) -> float:
    """Milliseconds."""
    began = perf_counter()
    do()
    return (perf_counter() - began) * 1000


def history_of(store: Store) -> History:
    return History(ConversationRows(store), store.path.parent / "attachments", lambda _event: None)


def fill(store: Store) -> None:
    chance, kept = random.Random(1), ConversationRows(store)
    for start in range(0, MESSAGES, EACH):
        one = conversation(chance, EACH, start)
        kept.write([rows.about_values(one.about)], [rows.turn_values(one.id, turn, "") for turn in one.turns])
    history_of(store).index()


def opening(path: Path) -> float:
    store = Store(path, lambda: PASSPHRASE)
    taken = spent(lambda: store.rows("SELECT 1 FROM queue"))
    store.close()
    return taken


def main() -> None:
    given = arguments("lock")
    with tempfile.TemporaryDirectory() as folder:
        plain, locked = Path(folder) / "plain" / "qwendesk.db", Path(folder) / "locked" / "qwendesk.db"
        store = Store(plain)
        fill(store)
        store.close()
        locked.parent.mkdir()
        shutil.copy(plain, locked)
        size = plain.stat().st_size
        store = Store(locked)
        locking = spent(lambda: Locking(store, locked.parent / "attachments").lock(PASSPHRASE))
        store.close()
        opened = [(opening(plain), opening(locked)) for _ in range(given.rounds * 2)]
        stores = [Store(one, lambda: PASSPHRASE) for one in (plain, locked)]
        histories = [history_of(one) for one in stores]
        ledgers = [LedgerRows(one) for one in stores]
        searched = [
            [spent(lambda one=one, words=words: one.search(words)) for one in histories]
            for _ in range(given.rounds * 4)
            for words in ASKED
        ]
        written = [
            [spent(lambda one=one: one.insert(ROW)) for one in ledgers] for _ in range(given.rounds * 40)
        ]
        for one in stores:
            one.close()
    figures = [
        ("Database", size / 1e6, "MB", ""),
        ("Locked, compared and swept", locking / 1000, "s", ""),
        ("Opened, plain", median([one for one, _ in opened]), "ms", ""),
        ("Opened, locked", median([one for _, one in opened]), "ms", ""),
        ("Search, median, plain", median([one for one, _ in searched]), "ms", ""),
        ("Search, median, ratio", median([b / a for a, b in searched]), "", "≤ 2"),
        ("Search, 95th percentile, plain", percentile([one for one, _ in searched], 0.95), "ms", ""),
        ("Search, 95th percentile, locked", percentile([one for _, one in searched], 0.95), "ms", "≤ 50"),
        ("One row written, ratio", median([b / a for a, b in written]), "", ""),
    ]
    publish(given.json, figures, messages=MESSAGES)


if __name__ == "__main__":
    main()
