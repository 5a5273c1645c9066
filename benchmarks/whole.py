"""The whole path, as an application takes it: client, session, worker, engine, and the stream back."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.reply import Finished, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.runtimes.reply import Reply
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths
from qwendesk.worker.question import Render

PATIENCE_S = 600.0


def need(*runtimes: str) -> None:
    """End with a sentence where one of the runtimes cannot work here."""
    with tempfile.TemporaryDirectory() as home, App(Paths(Path(home))) as app:
        states = {one.spec.id: one.probe for one in app.runtimes.states()}
    for runtime in runtimes:
        if runtime not in states or not states[runtime].available:
            reason = states[runtime].reason if runtime in states else "No plugin offers it."
            sys.exit(_left_out(f"the runtime {runtime} is not available here. {reason}"))


def need_llama_cpp() -> None:
    """The same for the package that the bare loops are made of."""
    from importlib.util import find_spec

    if find_spec("llama_cpp") is None:
        sys.exit(_left_out("llama-cpp-python, which it compares with, is not installed."))


def _left_out(why: str) -> int:
    print(f"Benchmark left out: {why}")
    return 0


@contextmanager
def opened(runtime: str, model: Path, **options: Any) -> Iterator[Session]:
    """The model, loaded in a worker. Options that the runtime does not have are left out."""
    with tempfile.TemporaryDirectory() as home, App(Paths(Path(home))) as app:
        known = app.runtimes.defaults(app.runtimes.spec(runtime))
        fitting = {name: value for name, value in options.items() if name in known}
        session = app.runtimes.open(app.library.find(str(model)), runtime, fitting)
        session.wait_ready(PATIENCE_S)
        yield session


def send(session: Session, messages: Sequence[Message], count: int) -> Reply:
    """Ask for `count` tokens, greedily; returns at once."""
    return session.reply(_request(messages, count), lambda _: None)


def tokens(session: Session, messages: Sequence[Message]) -> list[int]:
    """The prompt that is made of the messages."""
    return [one.id for one in session.answer(Render(_request(messages, 1)), timeout=PATIENCE_S).pieces]


def _request(messages: Sequence[Message], count: int) -> ReplyRequest:
    sampling = Sampling(temperature=0.0, max_tokens=count)
    return ReplyRequest(tuple(messages), sampling, Thinking(on=False))


def ask(session: Session, messages: Sequence[Message], count: int) -> Finished:
    """The finished reply. Raises AssertionError where the model said less than it was asked for."""
    finished = send(session, messages, count).wait(PATIENCE_S)
    assert finished.usage.completion_tokens == count, finished
    return finished


def user(text: str) -> Message:
    return Message("user", text)
