from typing import Any

import pytest

from fakes.asking import CUTS, ask, generated, prompts
from qwendesk.api.messages import Thinking
from qwendesk.api.sampling import Sampling
from qwendesk.worker.generation import CLOSING

SCHEMA = {"type": "object"}


def test_a_schema_binds_from_the_start_with_thinking_off() -> None:
    asked = ask(
        {"text": "x", "json": '{"a": "<tool_call>"}'}, thinking=Thinking(on=False), json_schema=SCHEMA
    )
    assert [one.json_schema for one in asked.engine.requests] == [SCHEMA]
    assert (asked.reply.answer, asked.reply.tool_calls) == ('{"a": "<tool_call>"}', ())


@pytest.mark.parametrize("options", CUTS)
def test_a_schema_binds_behind_the_reasoning(options: dict[str, Any]) -> None:
    asked = ask('<think>\nWell\n</think>\n\n{"a": 1}', options=options, json_schema=SCHEMA)
    assert [one.json_schema for one in asked.engine.requests] == [None, SCHEMA]
    assert generated(asked, 1) == "<think>\nWell\n</think>\n\n"
    assert (asked.reply.reasoning, asked.reply.answer) == ("Well", '{"a": 1}')
    assert asked.reply.reason == "stop"


def test_a_schema_with_a_template_that_opens_the_block() -> None:
    asked = ask('Well\n</think>\n\n{"a": 1}', options={"template": "opened"}, json_schema=SCHEMA)
    assert generated(asked, 1) == "Well\n</think>\n\n"
    assert (asked.reply.reasoning, asked.reply.answer) == ("Well", '{"a": 1}')


@pytest.mark.parametrize("text", ["Sure! Here it is", "", " \n", "Well\n</think>\n\nSure"])
def test_nothing_unconstrained_is_shown_as_an_answer(text: str) -> None:
    asked = ask({"text": text, "json": '{"b": 2}'}, json_schema=SCHEMA)
    assert [one.json_schema for one in asked.engine.requests] == [None, SCHEMA]
    assert prompts(asked)[0] == prompts(asked)[1]
    assert all(one.text in '{"b": 2}' for one in asked.deltas)
    assert asked.reply.answer == '{"b": 2}'
    assert asked.reply.usage.completion_tokens == sum(one.tokens for one in asked.deltas)


def test_a_model_that_ends_inside_its_reasoning_still_owes_the_answer() -> None:
    asked = ask({"text": "<think>\nWell", "json": '{"b": 2}'}, json_schema=SCHEMA)
    assert generated(asked, 1) == "<think>\nWell\n</think>\n\n"
    assert (asked.reply.reasoning, asked.reply.answer) == ("Well", '{"b": 2}')


def test_a_schema_and_a_budget() -> None:
    text = '<think>\nOne two three four.\n</think>\n\n{"a": 1}'
    asked = ask(text, json_schema=SCHEMA, thinking=Thinking(budget=2))
    assert [one.json_schema for one in asked.engine.requests] == [None, SCHEMA]
    assert generated(asked, 1) == "<think>\nOne two" + CLOSING
    assert (asked.reply.reasoning, asked.reply.answer) == ("One two", '{"a": 1}')


def test_a_schema_and_a_limit_inside_the_reasoning() -> None:
    asked = ask("<think>\n```\n</think>\nSure", json_schema=SCHEMA, sampling=Sampling(max_tokens=5))
    assert (asked.reply.reason, asked.reply.answer) == ("length", "")
