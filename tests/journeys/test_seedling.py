"""Whole stories with the bundled model: every part is the real one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qwendesk.api.messages import Message, Thinking, Tool
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Delta, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths

GREEDY = Sampling(temperature=0.0)
WEATHER = Tool(
    "get_weather",
    "Get the current weather in a city.",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


Start = Callable[..., Session]


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    with App(paths) as app:
        yield app


@pytest.fixture
def start(app: App, runtime: str) -> Start:
    """Loads Seedling with the runtime and these options."""

    def load(**options: Any) -> Session:
        session = app.runtimes.open(app.library.find("seedling"), runtime, options)
        session.wait_ready(60)
        return session

    return load


def ask(text: str, **more: Any) -> ReplyRequest:
    return ReplyRequest((Message("user", text),), GREEDY, **more)


def test_two_requests_at_once_on_one_worker_interleave(start: Start) -> None:
    session = start(slots=2)
    order: list[int] = []
    replies = [
        session.reply(ask("Tell me a long story"), lambda event, place=place: order.append(place))  # type: ignore[misc]
        for place in range(2)
    ]
    texts = [one.wait(60).answer for one in replies]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 200
    first, last = order.index(1), len(order) - 1 - order[::-1].index(0)
    assert first < last, "the second one waited for the first"


def test_the_thinking_switch(start: Start) -> None:
    session = start()
    for on in (True, False):
        finished = session.reply(ask("What is 23 + 45?", thinking=Thinking(on=on)), lambda _: None).wait(60)
        assert bool(finished.reasoning) is on
        assert "68" in finished.answer


def test_memory_over_turns_reuses_the_prefix(start: Start) -> None:
    session = start()
    off = Thinking(on=False)
    said = (Message("user", "My name is Anna."),)
    first = session.reply(ReplyRequest(said, GREEDY, off), lambda _: None).wait(60)
    said += (Message("assistant", first.answer), Message("user", "What is my name?"))
    second = session.reply(ReplyRequest(said, GREEDY, off), lambda _: None).wait(60)
    assert "Anna" in second.answer
    assert second.usage.reused_tokens > first.usage.prompt_tokens // 2


def test_a_tool_is_called_and_its_result_used(start: Start) -> None:
    session = start()
    off = Thinking(on=False)
    said = (Message("user", "What is the weather in Paris?"),)
    first = session.reply(ReplyRequest(said, GREEDY, off, tools=(WEATHER,)), lambda _: None).wait(60)
    assert first.reason == "tool_calls"
    (call,) = first.tool_calls
    assert (call.name, call.arguments) == ("get_weather", {"city": "Paris"})
    said += (
        Message("assistant", first.answer, tool_calls=first.tool_calls),
        Message("tool", '{"temperature": 21}'),
    )
    second = session.reply(ReplyRequest(said, GREEDY, off, tools=(WEATHER,)), lambda _: None).wait(60)
    assert "21" in second.answer


def test_a_schema_binds_the_answer_and_leaves_the_reasoning_free(start: Start) -> None:
    session = start()
    schema = {"type": "object", "properties": {"capital": {"type": "string"}}, "required": ["capital"]}
    for on in (True, False):
        request = ask("What is the capital of France?", thinking=Thinking(on=on), json_schema=schema)
        finished = session.reply(request, lambda _: None).wait(60)
        assert finished.answer.lstrip().startswith("{")
        assert finished.answer.rstrip().endswith("}")
        assert bool(finished.reasoning) is on


def test_stop_strings_end_the_answer(start: Start) -> None:
    session = start()
    request = ask("What is 23 + 45?", thinking=Thinking(on=False), stop=(" =",))
    assert "=" not in session.reply(request, lambda _: None).wait(60).answer


def test_probabilities_come_with_the_tokens(start: Start) -> None:
    session = start()
    deltas: list[Delta] = []
    request = ask("What is 23 + 45?", thinking=Thinking(on=False), top_logprobs=3)
    session.reply(request, lambda event: deltas.append(event) if isinstance(event, Delta) else None).wait(60)
    tokens = [token for one in deltas for token in one.probabilities]
    assert b"68" in b"".join(one.data for one in tokens)
    assert all(one.logprob is not None and one.logprob <= 0 and len(one.top) == 3 for one in tokens)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_crash_during_a_reply_is_told_and_the_model_starts_again(app: App, start: Start) -> None:
    session = start()
    reply, inbox = session.stream(ask("Tell me a long story"))
    for event in inbox:
        if isinstance(event, Delta):
            break
    os.kill(session.pid, signal.SIGSEGV)
    with pytest.raises(Problem, match="worker_crashed"):
        reply.wait(30)
    again = app.runtimes.again(session)
    again.wait_ready(60)
    assert "68" in again.reply(ask("What is 23 + 45?"), lambda _: None).wait(60).answer


def test_a_conversation_longer_than_the_context_is_refused_with_both_numbers(start: Start) -> None:
    session = start(context=256)
    with pytest.raises(Problem) as caught:
        session.reply(ask("word " * 500), lambda _: None).wait(60)
    assert caught.value.id == "prompt_too_long"
    assert caught.value.arguments["context"] == 256


def test_unloading_returns_the_memory(start: Start) -> None:
    session = start()
    assert session.state.phase == "ready"
    session.close()
    assert session.join(20)
    assert session.state.phase == "closed"
