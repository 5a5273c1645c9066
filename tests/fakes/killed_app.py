"""An application that streams, edits and answers again until somebody kills it, and tells what it has committed.

Run as a program it is that application; `Rounds` starts it, kills it at a random moment, and looks at what
is left. A line on its standard output says: this turn is in the database with this text.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from fakes import scripted_plugin
from qwendesk.app import App
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import Talk
from qwendesk.chat.turn import Turn
from qwendesk.models.model import Model
from qwendesk.runtimes.supervisor import Patience
from qwendesk.system.paths import Paths, resources

TESTS = Path(__file__).parents[1]
SEEDLING = resources() / "seedling" / "seedling-q8_0.gguf"
SCRIPT = {
    "slow": {"text": "tick tock " * 60, "delay_s": 0.004},
    "think": "<think>\nHm.\n</think>\n\nYes. 合同",
}


def digest(turn: Turn) -> str:
    return hashlib.sha256(f"{turn.role}\0{turn.reasoning}\0{turn.answer}".encode()).hexdigest()


class _Told:
    """Prints a turn once it is committed."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = threading.Lock()

    def __call__(self, conversation: int, turn: Turn) -> None:
        if self._app.history.writer.flush():
            with self._lock:
                line = {"conversation": conversation, "turn": turn.id, "digest": digest(turn)}
                print(json.dumps(line), flush=True)


def live(home: Path, seed: int) -> None:
    """Goes on for ever."""
    chance = random.Random(seed)
    with App(Paths(home), [scripted_plugin.found()], Patience(0.5, 0.5, beat=0.05)) as app:
        model = Model("m", "M", SEEDLING, "gguf", "", 0)
        talk, told = app.talk(model, None, scripted_plugin.options(SCRIPT)), _Told(app)
        while True:
            turn = _step(talk, chance)
            if turn is None:
                continue
            until = time.monotonic() + chance.uniform(0.02, 0.4)
            while (now := talk.conversation.get(turn.id)) is not None and now.running:
                if time.monotonic() > until and chance.random() < 0.5:
                    talk.stop()
                time.sleep(0.005)
            for one in talk.conversation.turns[-2:]:
                if not one.running:
                    told(talk.conversation.id, one)


def _step(talk: Talk, chance: random.Random) -> Turn | None:
    """Something that a person does."""
    turns = talk.conversation.turns
    what = chance.choice(("send", "send", "edit", "retry", "version", "new"))
    if what == "send" or not turns:
        return talk.send(chance.choice(("slow", "think")), Settings())
    some = chance.choice(turns)
    match what:
        case "edit":
            return talk.edit(some.id, "think", Settings())
        case "retry":
            return talk.retry(Settings())
        case "version":
            talk.show_version(chance.choice(talk.conversation.versions(some.id)))
        case "new":
            talk.clear()
    return None


class Rounds:
    """One home, killed over and over; `check` raises AssertionError where anything is missing."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self._chance = home, random.Random(seed)
        self.committed: dict[int, tuple[int, str]] = {}
        self.kills = 0

    def once(self) -> None:
        """Start it, let it live for a moment, kill it, look."""
        path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
        seed = self._chance.randrange(1 << 30)
        with subprocess.Popen(
            [sys.executable, "-m", "fakes.killed_app", str(self.home), str(seed)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        ) as child:
            assert child.stdout is not None
            first = child.stdout.readline()  # alive, and something is committed
            threading.Timer(self._chance.uniform(0.0, 1.0), child.send_signal, (signal.SIGKILL,)).start()
            for line in (first, *child.stdout):
                self._note(line)
        self.kills += 1
        self.check()

    def _note(self, line: str) -> None:
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            return  # cut by the kill
        self.committed[told["turn"]] = (told["conversation"], told["digest"])

    def check(self) -> None:
        """Every committed turn is there with its text, the tree hangs together, the file is sound."""
        with closing(sqlite3.connect(self.home / "qwendesk.db")) as db:
            assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
        with App(Paths(self.home), []) as app:
            kept = {entry.about.id: app.history.open(entry.about.id) for entry in app.history.entries()}
            for id, (conversation, told) in self.committed.items():
                turn = kept[conversation].get(id)
                assert turn is not None, f"turn {id} is lost"
                assert digest(turn) == told, f"turn {id} is another text"
            for one in kept.values():
                assert all(turn.parent is None or one.get(turn.parent) for turn in one.everything)
                assert not any(turn.running for turn in one.everything)
            assert not any("合同" in turn.answer for one in kept.values() for turn in one.turns) or (
                app.history.search("合同")
            )


if __name__ == "__main__":
    live(Path(sys.argv[1]), int(sys.argv[2]))
