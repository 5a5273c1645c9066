"""The child's outbox: the first text at once, then gathered, always in order."""

from __future__ import annotations

import io
import threading
from typing import Any

from qwendesk.api.reply import Delta
from qwendesk.worker import wire
from qwendesk.worker.frames import Frames
from qwendesk.worker.outbox import Outbox


class Pipe(io.BytesIO):
    """Remembers what was written, and can be held as if the parent were slow."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.open.set()
        self.wrote = threading.Semaphore(0)

    def write(self, data: Any) -> int:
        self.open.wait()
        count = super().write(data)
        self.wrote.release()
        return count

    def messages(self) -> list[Any]:
        return list(Frames[Any](io.BytesIO(self.getvalue()), wire.ToParent))


def delta(text: str, part: Any = "answer") -> Delta:
    return Delta(part, text, 1, 0.0, 0.0)


def test_the_first_text_leaves_at_once() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe)
    outbox.add(1, delta("a"))
    assert pipe.wrote.acquire(timeout=5)
    assert pipe.messages() == [wire.Deltas(1, [delta("a")])]
    outbox.close()


def test_nothing_is_lost_and_the_end_comes_last() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe)
    for number in range(1000):
        outbox.add(1, delta(f"{number} ", "reasoning" if number < 500 else "answer"))
    outbox.send(wire.Alive("end"), last_of=1)
    outbox.close()
    *gathered, end = pipe.messages()
    assert end == wire.Alive("end")
    deltas = [one for message in gathered for one in message.deltas]
    assert "".join(one.text for one in deltas) == "".join(f"{number} " for number in range(1000))
    assert sum(one.tokens for one in deltas) == 1000


def test_while_the_parent_is_slow_the_text_gathers_in_few_messages() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe)
    pipe.open.clear()
    outbox.add(1, delta("first "))
    for _ in range(5000):
        outbox.add(1, delta("x"))
    pipe.open.set()
    outbox.close()
    assert len(pipe.messages()) <= 3
    assert sum(one.tokens for message in pipe.messages() for one in message.deltas) == 5001


def test_requests_do_not_wait_for_each_other() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe)
    outbox.add(1, delta("a"))
    assert pipe.wrote.acquire(timeout=5)
    outbox.add(2, delta("b"))
    assert pipe.wrote.acquire(timeout=5)
    assert [one.id for one in pipe.messages()] == [1, 2]
    outbox.close()
