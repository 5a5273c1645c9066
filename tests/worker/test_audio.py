"""Recordings in a conversation: where they stand in the prompt, and what is refused."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from fakes.scripted_engine import ScriptedEngine, ScriptedOptions
from qwendesk.api.messages import Message
from qwendesk.api.problem import Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.worker.replier import Replier

TEMPLATE = (
    "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}"
    "{% if p.type == 'audio' %}<|AUDIO|>{% elif p.type == 'image' %}<|image_pad|>{% else %}{{ p.text }}"
    "{% endif %}{% endfor %}{% endif %};{% endfor %}"
)
DEAF = "Talk: {% for m in messages %}{{ m.content if m.content is string }}{% endfor %}"
TWO = (Message("user", "which?", audios=(b"one", b"two")), Message("user", "and this?", audios=(b"three",)))


def asked(messages: tuple[Message, ...], token: str, template: str = TEMPLATE) -> ScriptedEngine:
    engine = ScriptedEngine()
    report = replace(
        engine.load(None, ScriptedOptions()),
        audio_token=token,
        image_token="<|image_pad|>",
        template=template,
    )
    Replier(engine, report).run(ReplyRequest(messages), 0.0, threading.Event(), lambda _event: None)
    return engine


def test_recordings_go_along_in_the_order_of_their_places() -> None:
    engine = asked(TWO, "<|AUDIO|>")
    (request,) = engine.requests
    assert request.audios == (b"one", b"two", b"three")
    assert request.images == ()
    prompt = engine.detokenize(request.tokens).decode()
    assert prompt == "<|AUDIO|><|AUDIO|>which?;<|AUDIO|>and this?;"


def test_beside_images() -> None:
    engine = asked((Message("user", "both?", images=(b"seen",), audios=(b"heard",)),), "<|AUDIO|>")
    assert (engine.requests[0].images, engine.requests[0].audios) == ((b"seen",), (b"heard",))
    assert engine.detokenize(engine.requests[0].tokens) == b"<|image_pad|><|AUDIO|>both?;"


def test_a_model_that_cannot_hear() -> None:
    with pytest.raises(Problem, match="audio_unsupported"):
        asked(TWO, "")


@pytest.mark.parametrize(
    ("messages", "template", "arguments"),
    [
        (TWO, DEAF, {"audios": 3, "places": 0}),
        ((Message("user", "<|AUDIO|>", audios=(b"one",)),), TEMPLATE, {"audios": 1, "places": 2}),
    ],
)
def test_places_and_recordings_must_match(
    messages: tuple[Message, ...], template: str, arguments: dict[str, int]
) -> None:
    with pytest.raises(Problem) as caught:
        asked(messages, "<|AUDIO|>", template)
    assert (caught.value.id, caught.value.arguments) == ("audio_count", arguments)
