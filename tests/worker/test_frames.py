"""Frames on the pipe: what was packed comes back; anything else is a BadFrame and nothing worse."""

from __future__ import annotations

import contextlib
import io
import math
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.engine import Candidate
from qwendesk.api.messages import Message
from qwendesk.api.problem import Note
from qwendesk.api.reply import Delta, PromptRead, ReplyRequest
from qwendesk.api.scoring import Score as Score_
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk.worker import wire
from qwendesk.worker.frames import BadFrame, Frames, pack
from qwendesk.worker.question import Render, Score, answer_type

MESSAGES: list[Any] = [
    wire.Hello(1, 2, "python"),
    wire.Alive("idle"),
    wire.Reading(1, PromptRead(1, 2, 0)),
    wire.Deltas(1, [Delta("reasoning", "안녕 🌱", 1, 0.5, 0.5), Delta("answer", "x", 2, 0.5, 0.75)]),
    wire.Broken(1, Note("prompt_too_long", {"prompt_tokens": 5, "context": 4})),
    wire.NotLoaded(Note("internal", {"detail": None})),
    wire.Working(1, 5, 9),
]


def read(data: bytes) -> list[Any]:
    return list(Frames[Any](io.BytesIO(data), wire.ToParent))


def test_messages_come_back() -> None:
    assert read(b"".join(map(pack, MESSAGES))) == MESSAGES


def test_requests_come_back() -> None:
    asked = wire.Generate(3, ReplyRequest((Message("user", "hi"),), json_schema={"a": [1, None]}), 1.0)
    question = wire.Ask(4, Render(ReplyRequest((Message("user", "hi"),), logit_bias={7: -math.inf})))
    score = wire.Ask(5, Score(ScoreRequest((1, 2), window=2, top=1, save="x")))
    sent = [asked, question, score]
    assert list(Frames[Any](io.BytesIO(b"".join(map(pack, sent))), wire.ToWorker)) == sent


def test_answers_come_back() -> None:
    scores = Scores((Score_(1, 7, -0.5, (Candidate(7, b"\xff", -0.5),)),), 1, 1.6)
    (got,) = read(pack(wire.answered(2, scores)))
    assert msgspec.msgpack.decode(got.answer, type=answer_type(Score(ScoreRequest((1, 2))))) == scores


def test_a_message_too_long_is_not_packed() -> None:
    with pytest.raises(OverflowError):
        pack(wire.Alive("x" * wire.MAX_FRAME))


@given(st.lists(st.sampled_from(MESSAGES), max_size=4), st.integers(1, 40))
def test_a_cut_pipe_gives_the_whole_messages_and_then_a_bad_frame(messages: list[Any], cut: int) -> None:
    data = b"".join(map(pack, messages))
    came: list[Any] = []
    with contextlib.suppress(BadFrame):
        came.extend(Frames[Any](io.BytesIO(data[: max(0, len(data) - cut)]), wire.ToParent))
    assert came == messages[: len(came)]
    assert len(came) < len(messages) or not messages


@given(st.binary(max_size=200))
def test_foreign_bytes_are_a_bad_frame_or_messages(data: bytes) -> None:
    with contextlib.suppress(BadFrame):
        read(data)


@given(st.binary(max_size=60))
def test_a_frame_of_foreign_bytes(body: bytes) -> None:
    with pytest.raises(BadFrame):
        read(len(body).to_bytes(4, "big") + body + b"\xff\xff\xff\xff")


def test_a_frame_that_promises_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadFrame, match="4294967295"):
        read(b"\xff\xff\xff\xff")


def test_many_threads_may_ask_for_their_first_decoder_at_once() -> None:
    """msgspec ends the process where two work out the same dataclass together, so this runs in a child."""
    code = (
        "import threading\n"
        "from qwendesk.worker import wire\n"
        "from qwendesk.worker.frames import decoder\n"
        "at = threading.Barrier(20)\n"
        "def run():\n"
        "    at.wait()\n"
        "    decoder(wire.ToParent), decoder(wire.ToWorker)\n"
        "threads = [threading.Thread(target=run) for _ in range(20)]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "assert decoder(wire.ToParent) is decoder(wire.ToParent)\n"
    )
    for _ in range(3):
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
