"""Tokens through worker and protocol: how many a second, and how much later they arrive.

The engine follows a script, so that nothing but our own code is measured. Throughput: one reply of
200,000 tokens. Latency: an engine that gives a token every 4 ms; from the child's time stamp of each
message's first token until its event reaches the caller (at most 16 ms of it is the coalescing).
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from fakes import scripted_plugin
from qwendesk.api.messages import Message
from qwendesk.api.reply import Delta, ReplyRequest
from qwendesk.models.library import Model
from qwendesk.runtimes.launch import Launch, own_interpreter
from qwendesk.runtimes.session import Recipe, Session
from report import arguments, median, percentile, publish

FLOOD = 200_000
PACED = {"text": "tick " * 400, "delay_s": 0.004}
SPEC = scripted_plugin.spec()


def start() -> Session:
    own = own_interpreter()
    path = os.pathsep.join(sys.path[:2])
    launch = Launch(own.command, {**own.environment, "PYTHONPATH": path})
    options = {"context": 1_000_000, "replies": json.dumps({"paced": PACED})}
    model = Model("m", "m", Path("m.gguf"), "gguf", "", 0)
    session = Session(Recipe(model, SPEC, options, launch), lambda _: None)
    session.wait_ready(60)
    return session


def ask(session: Session, text: str) -> tuple[float, list[float]]:
    """Seconds for the whole reply, and the latency of each message."""
    late: list[float] = []

    def sink(event: object) -> None:
        if isinstance(event, Delta):
            late.append(time.monotonic() - event.first)

    began = time.perf_counter()
    session.reply(ReplyRequest((Message("user", text),)), sink).wait(120)
    return time.perf_counter() - began, late


def main() -> None:
    wanted = arguments("pipe")
    session = start()
    floods: list[float] = []
    late: list[float] = []
    for _ in range(wanted.rounds):
        seconds, _ = ask(session, f"flood:{FLOOD}")
        floods.append(FLOOD / seconds)
        late += ask(session, "paced")[1]
    session.close()
    session.join(10)
    publish(
        wanted.json,
        [
            ("tokens through worker and protocol", median(floods), "tok/s", "≥ 20,000"),
            ("latency added to a message, median", median(late) * 1000, "ms", ""),
            ("latency added to a message, p99", percentile(late, 0.99) * 1000, "ms", "≤ 20"),
        ],
        rounds=wanted.rounds,
        tokens=FLOOD,
    )


if __name__ == "__main__":
    main()
