"""Load, chat, cancel, kill and unload Seedling over and over: nothing may grow and nothing may stay behind.

Prints one table: the application's memory, threads and open files after the first tenth of the rounds
and after the last one, as ratios.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Delta, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.runtimes.reply import Reply
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths
from report import publish

STORY = ReplyRequest((Message("user", "Tell me a long story"),), Sampling(temperature=0.0))
SUM = ReplyRequest((Message("user", "What is 23 + 45?"),), Sampling(temperature=0.0), Thinking(on=False))


def until_text(session: Session) -> Reply:
    reply, inbox = session.stream(STORY)
    for event in inbox:
        if isinstance(event, Delta):
            break
    return reply


def once(app: App, number: int) -> None:
    session = app.runtimes.open(app.library.find("seedling"))
    session.wait_ready(60)
    assert "68" in session.reply(SUM, lambda _: None).wait(60).answer
    reply = until_text(session)
    if number % 2:
        os.kill(session.pid, signal.SIGTERM)
        with suppress(Problem):
            reply.wait(60)
    else:
        reply.cancel()
        reply.wait(60)
    session.close()
    assert session.join(20)


def figures() -> tuple[float, float, float, float]:
    for thread in threading.enumerate():
        if thread.name.startswith(("session-", "worker-")):
            thread.join(10)  # a session that is over lets its threads end on their own
    us = psutil.Process()
    with us.oneshot():
        return us.memory_info().rss, us.num_threads(), float(len(us.open_files())), float(len(us.children()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", type=Path, default=Path("build/bench/soak.json"))
    wanted = parser.parse_args()
    early = max(2, wanted.rounds // 10)
    with tempfile.TemporaryDirectory() as home, App(Paths(Path(home))) as app:
        for number in range(wanted.rounds):
            once(app, number)
            if number + 1 == early:
                before = figures()
        after = figures()
    names = ("memory (RSS)", "threads", "open files", "child processes")
    rows = [
        (f"{name}, last round over round {early}", late / max(1.0, soon), "×", "≤ 1.1")
        for name, soon, late in zip(names, before, after, strict=True)
    ]
    publish(wanted.json, rows, rounds=wanted.rounds)


if __name__ == "__main__":
    main()
