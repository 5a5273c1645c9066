"""Questions to a real worker: answered, cancelled, failed with it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from qwendesk.api.messages import Message
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk.models.library import Model
from qwendesk.runtimes.launch import Launch, own_interpreter
from qwendesk.runtimes.questions import Questions
from qwendesk.runtimes.session import Recipe, Session
from qwendesk.runtimes.supervisor import Patience
from qwendesk.worker import wire
from qwendesk.worker.question import CountTokens, Embed, Render, Score, Tokenize

from .conftest import PYTHONPATH, SCRIPTED, Witness, request

Start = Callable[..., Session]
EARLY = Note("engine_ended_early")
LONG = Score(ScoreRequest(tuple(range(2000))))


@pytest.fixture
def scoring(tmp_path: Path) -> Iterator[Session]:
    """A session on the engine that scores, which pauses before each token."""
    own = own_interpreter()
    launch = Launch(own.command, {**own.environment, "PYTHONPATH": PYTHONPATH})
    model = Model("m", "m", tmp_path / "m.gguf", "gguf", "", 0)
    spec = replace(SCRIPTED, engine="fakes.scoring_engine:ScoringEngine")
    session = Session(Recipe(model, spec, {"pause_s": 0.05}, launch), Witness(), Patience(beat=0.05))
    session.wait_ready(30)
    yield session
    session.close()
    assert session.join(10)


def begun(session: Session) -> Future[Scores]:
    """The future of a question that the worker is at work on."""
    working = threading.Event()
    future = session.ask(LONG, lambda done, total: working.set())
    assert working.wait(10)
    return future


def test_every_kind_of_question(scoring: Session) -> None:
    assert scoring.count_tokens("one two three", 10) == 3
    assert scoring.count_tokens_later("one two").result(10) == 2
    pieces = scoring.answer(Tokenize("<think>one"), timeout=10)
    assert [(one.data, one.special) for one in pieces] == [(b"<think>", True), (b"one", False)]
    rendered = scoring.answer(Render(ReplyRequest((Message("user", "hi"),))), timeout=10)
    assert rendered.text == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    assert rendered.thinking == "absent"
    heard: list[tuple[int, int]] = []
    scores = scoring.answer(
        Score(ScoreRequest((1, 2, 3), top=1)), lambda *progress: heard.append(progress), timeout=10
    )
    assert [one.logprob for one in scores.scores] == [-0.2, -0.3]
    assert scores.scores[0].top[0].data == b"a"
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert len(scoring.answer(Embed(("one", "two")), timeout=10)) == 2


def test_a_failed_question_leaves_the_worker_alive(scripted: Start) -> None:
    session = scripted()
    session.wait_ready(30)
    with pytest.raises(Problem, match="runtime_cannot"):
        session.answer(Embed(("x",)), timeout=10)
    with pytest.raises(Problem, match="message_unsendable"):
        session.answer(Tokenize("a\udcff"), timeout=10)
    assert session.reply(request("fine"), lambda _: None).wait(10).answer == "fine"


def test_a_question_longer_than_a_message_is_refused_and_the_worker_lives(scripted: Start) -> None:
    session = scripted()
    session.wait_ready(30)
    with pytest.raises(Problem, match="message_unsendable"):
        session.count_tokens("x" * wire.MAX_FRAME, 10)
    assert session.count_tokens("x", 10) == 1


def test_cancelling_ends_the_work(scoring: Session) -> None:
    future = begun(scoring)
    assert future.cancel()
    with pytest.raises(CancelledError):
        future.result(0)
    # Cancelled work is done within a token, so that nothing is due any more.
    assert scoring.count_tokens("x", 10) == 1
    while scoring._escalation._waiting:
        assert scoring.state.phase == "ready"
    assert not scoring._questions.is_open(1)


def test_who_stops_waiting_cancels(scoring: Session) -> None:
    with pytest.raises(TimeoutError):
        scoring.answer(LONG, timeout=0.2)
    while scoring._questions._open:
        assert scoring.state.phase == "ready"


def test_closing_while_a_question_runs(scoring: Session) -> None:
    future = begun(scoring)
    scoring.close()
    assert scoring.join(10)
    assert scoring.state.phase == "closed"
    with pytest.raises(Problem, match="session_closed"):
        future.result(10)
    with pytest.raises(Problem, match="session_closed"):
        scoring.count_tokens("x", 10)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_worker_that_dies_fails_every_question_like_a_reply(scoring: Session) -> None:
    futures = [begun(scoring), begun(scoring)]
    reply = scoring.reply(request("flood:1000000"), lambda _: None)
    os.kill(scoring.pid, signal.SIGSEGV)
    with pytest.raises(Problem) as said:
        reply.wait(10)
    for future in futures:
        with pytest.raises(Problem) as caught:
            future.result(10)
        assert caught.value.note() == said.value.note()
        assert caught.value.id == "worker_crashed"


def packed(id: int, answer: object) -> wire.Answered:
    return wire.Answered(id, msgspec.Raw(msgspec.msgpack.encode(answer)))


def test_an_answer_to_nobody_is_dropped() -> None:
    questions = Questions()
    questions.on_answered(packed(1, 5), EARLY)
    questions.on_working(wire.Working(1, 1, 2))
    questions.fail(1, Note("x"))
    future = questions.add(2, CountTokens("x"), None)
    future.cancel()
    questions.on_answered(packed(2, 5), EARLY)
    assert future.cancelled()
    assert not questions.is_open(2)


def test_no_answer_without_a_cancel_is_a_failure() -> None:
    questions = Questions()
    future = questions.add(1, CountTokens("x"), None)
    questions.on_answered(packed(1, None), EARLY)
    with pytest.raises(Problem, match="engine_ended_early"):
        future.result(0)


def test_an_answer_of_another_type_stays_open_for_the_end_of_the_worker() -> None:
    questions = Questions()
    future = questions.add(1, CountTokens("x"), None)
    with pytest.raises(msgspec.ValidationError):
        questions.on_answered(packed(1, "five"), EARLY)
    questions.fail_all(Note("worker_babbled"))
    with pytest.raises(Problem, match="worker_babbled"):
        future.result(0)
