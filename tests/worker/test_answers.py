"""Questions about a model: tokens, prompts, scores, vectors."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.asking import QUESTION, ask, prompts
from fakes.scoring_engine import ScoringEngine
from fakes.scripted_engine import ScriptedEngine, ScriptedOptions
from fakes.scripted_vocabulary import SPECIALS
from qwendesk.api.messages import Message, Thinking
from qwendesk.api.pieces import Piece, Rendered
from qwendesk.api.problem import Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk.worker import question, wire
from qwendesk.worker.answers import Answers
from qwendesk.worker.deadline import Cancelled
from qwendesk.worker.replier import Replier

NEVER = threading.Event()


def answers(engine: ScriptedEngine, **options: Any) -> Answers:
    report = engine.load(None, ScriptedOptions(**options))
    return Answers(engine, report, Replier(engine, report))


def answer(asked: question.AnyQuestion, engine: ScriptedEngine | None = None, **options: Any) -> Any:
    return answers(engine or ScriptedEngine(), **options).answer(asked, NEVER, lambda done, total: None)


def test_tokens_are_counted_as_text() -> None:
    assert answer(question.CountTokens("one two <think>"), cut=1) == len("one two <think>")


def test_special_tokens_are_marked_and_may_be_read_as_text() -> None:
    special = answer(question.Tokenize("<|im_start|>hi", special=True), cut=1)
    assert [(one.text, one.special) for one in special] == [
        ("<|im_start|>", True),
        ("h", False),
        ("i", False),
    ]
    plain = answer(question.Tokenize("<|im_start|>hi", special=False), cut=1)
    assert not any(one.special for one in plain)
    assert b"".join(one.data for one in plain) == b"<|im_start|>hi"


def test_a_token_inside_a_character_has_no_text() -> None:
    pieces = answer(question.Tokenize("a😀b", special=True), cut=3)
    assert [one.text for one in pieces] == [None, None]
    assert b"".join(one.data for one in pieces).decode() == "a😀b"


def test_tokens_are_those_of_the_normalized_text() -> None:
    assert b"".join(one.data for one in answer(question.Tokenize("e\u0301"))) == "é".encode()
    assert answer(question.CountTokens("e\u0301"), cut=1) == len("é".encode())


@pytest.mark.parametrize(
    ("options", "thinking", "left"),
    [
        ({}, Thinking(), "absent"),
        ({}, Thinking(on=False), "closed"),
        ({}, Thinking(on=True, budget=0), "closed"),
        ({"template": "opened"}, Thinking(), "open"),
        ({"adds_bos": True}, Thinking(), "absent"),
        ({"template": "missing"}, Thinking(), "absent"),
    ],
)
def test_a_rendered_prompt_is_the_one_that_a_reply_reads(
    options: dict[str, Any], thinking: Thinking, left: str
) -> None:
    asked = ask("x", question="e\u0301 <think>", options=options, thinking=thinking)
    request = ReplyRequest((Message("user", "e\u0301 <think>"),), thinking=thinking)
    rendered = answer(question.Render(request), **options)
    assert isinstance(rendered, Rendered)
    assert rendered.text == prompts(asked)[0]
    assert tuple(one.id for one in rendered.pieces) == asked.engine.requests[0].tokens
    assert [one.text in SPECIALS for one in rendered.pieces] == [one.special for one in rendered.pieces]
    assert rendered.thinking == left


def test_a_prompt_longer_than_the_context_is_rendered() -> None:
    request = ReplyRequest((Message("user", "word " * 50),))
    assert len(answer(question.Render(request), context=8).pieces) > 50


def test_rendering_fails_like_a_reply() -> None:
    request = ReplyRequest((Message("user", QUESTION),), template="{{ raise_exception('no') }}")
    with pytest.raises(Problem, match="template_failed"):
        answer(question.Render(request))


def test_rendering_can_be_stopped() -> None:
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    flag = threading.Event()
    flag.set()
    request = ReplyRequest((Message("user", "x"),), template=endless)
    with pytest.raises(Cancelled):
        answers(ScriptedEngine()).answer(question.Render(request), flag, lambda done, total: None)


def test_scores_and_their_progress() -> None:
    heard: list[tuple[int, int]] = []
    asked = question.Score(ScoreRequest((11, 12, 13, 14), window=2, top=3))
    scores = answers(ScoringEngine()).answer(asked, NEVER, lambda done, total: heard.append((done, total)))
    assert isinstance(scores, Scores)
    assert [(one.place, one.id, one.logprob, len(one.top)) for one in scores.scores] == [
        (1, 12, -0.2, 3),
        (3, 14, -0.4, 3),
    ]
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_texts_are_embedded_as_they_stand() -> None:
    seen: list[list[tuple[int, ...]]] = []

    class Keeps(ScoringEngine):
        def embed(self, texts, stop):  # type: ignore[no-untyped-def]
            seen.append(texts)
            return super().embed(texts, stop)

    engine = Keeps()
    vectors = answer(question.Embed(("hi", "<|im_end|>")), engine, cut=1, adds_bos=True)
    assert len(vectors) == 2
    assert [engine.detokenize(one) for one in seen[0]] == [b"<|endoftext|>hi", b"<|endoftext|><|im_end|>"]
    assert [[engine.is_special(id) for id in one].count(True) for one in seen[0]] == [1, 1]


@pytest.mark.parametrize("adds_bos", [False, True])
def test_an_empty_text_is_not_embedded(adds_bos: bool) -> None:
    with pytest.raises(Problem) as caught:
        answer(question.Embed(("hi", "")), ScoringEngine(), adds_bos=adds_bos)
    assert (caught.value.id, caught.value.arguments) == ("text_empty", {"number": 2})


@pytest.mark.parametrize(
    ("asked", "what"), [(question.Score(ScoreRequest((1, 2))), "score"), (question.Embed(("x",)), "embed")]
)
def test_what_an_engine_cannot_do_is_told(asked: question.AnyQuestion, what: str) -> None:
    with pytest.raises(Problem) as caught:
        answer(asked)
    assert (caught.value.id, caught.value.arguments) == (
        "runtime_cannot",
        {"what": what, "runtime": "scripted"},
    )


def test_an_answer_that_fits_into_no_message_is_told() -> None:
    with pytest.raises(Problem, match="answer_too_large"):
        wire.answered(1, b"x" * wire.MAX_FRAME)
    assert bytes(wire.answered(1, 5).answer) == b"\x05"


@settings(deadline=None)
@given(st.text(), st.integers(0, 4))
def test_pieces_add_up_to_the_text(text: str, cut: int) -> None:
    encoded = answer(question.Tokenize(text, special=True), cut=cut)
    rendered = answer(
        question.Render(ReplyRequest((Message("user", text),), template="{{ messages[0].content }}|")),
        cut=cut,
    )
    assert all(isinstance(one, Piece) for one in encoded)
    spelt = b"".join(one.data for one in rendered.pieces)
    assert spelt.decode() == rendered.text
    assert spelt == b"".join(one.data for one in encoded) + b"|"
