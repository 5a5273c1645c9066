"""Images in a conversation: where they stand in the prompt, and what is refused."""

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
    "{% if p.type == 'image' %}<|image_pad|>{% else %}{{ p.text }}{% endif %}{% endfor %}{% endif %};"
    "{% endfor %}"
)
BLIND = "Talk: {% for m in messages %}{{ m.content if m.content is string }}{% endfor %}"
TWO = (Message("user", "which?", images=(b"one", b"two")), Message("user", "and this?", images=(b"three",)))


def asked(messages: tuple[Message, ...], token: str, template: str = TEMPLATE) -> ScriptedEngine:
    engine = ScriptedEngine()
    report = replace(engine.load(None, ScriptedOptions()), image_token=token, template=template)
    replier = Replier(engine, report)
    replier.run(ReplyRequest(messages), 0.0, threading.Event(), lambda _event: None)
    return engine


def test_images_go_along_in_the_order_of_their_places() -> None:
    engine = asked(TWO, "<|image_pad|>")
    (request,) = engine.requests
    assert request.images == (b"one", b"two", b"three")
    prompt = engine.detokenize(request.tokens).decode()
    assert prompt == "<|image_pad|><|image_pad|>which?;<|image_pad|>and this?;"


def test_a_conversation_without_images_is_rendered_as_before() -> None:
    engine = asked((Message("user", "hello"),), "<|image_pad|>")
    assert engine.requests[0].images == ()
    assert engine.detokenize(engine.requests[0].tokens) == b"hello;"


def test_a_model_that_cannot_see() -> None:
    with pytest.raises(Problem, match="images_unsupported"):
        asked(TWO, "")


@pytest.mark.parametrize(
    ("messages", "template", "arguments"),
    [
        (TWO, BLIND, {"images": 3, "places": 0}),
        ((Message("user", "<|image_pad|>", images=(b"one",)),), TEMPLATE, {"images": 1, "places": 2}),
    ],
)
def test_places_and_images_must_match(
    messages: tuple[Message, ...], template: str, arguments: dict[str, int]
) -> None:
    with pytest.raises(Problem) as caught:
        asked(messages, "<|image_pad|>", template)
    assert (caught.value.id, caught.value.arguments) == ("image_count", arguments)
