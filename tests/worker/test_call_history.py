"""Calls and results in the history: written by the model's own template, and read back as they were."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fakes.conversations import CALLED, CONVERSATIONS
from fakes.tags_template import CODER, QWEN35
from qwendesk.api.messages import Message, Tool, ToolCall
from qwendesk.system.paths import resources
from qwendesk.worker.prompt import compiled
from qwendesk.worker.splitter import Splitter

SEEDLING = (resources() / "seedling" / "hf" / "chat_template.jinja").read_text(encoding="utf-8")
TEMPLATES = {"json": SEEDLING, "coder": CODER, "qwen35": QWEN35}
FIXTURES = os.environ.get("QWENDESK_FIXTURES")
# Real ones, where they are here; the set grows with the folder.
REAL = sorted((Path(FIXTURES) / "qwen" / "templates").glob("*.jinja")) if FIXTURES else []
TEMPLATES |= {one.stem: one.read_text(encoding="utf-8") for one in REAL}

KINDS = ("string", "integer", "number", "boolean", "object", "array")
TOOL = Tool("f", "F.", {"type": "object", "properties": {one: {"type": one} for one in KINDS}})
INNER: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TAGS = [
    "<tool_call>",
    "</tool_call>",
    "<parameter=a>",
    "</parameter>",
    "</function>",
    "<think>",
    "\n",
    "`",
    "```",
]
TEXT = st.lists(st.sampled_from(TAGS) | st.text(max_size=5), max_size=6).map("".join)
ARGUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "string": TEXT,
        "integer": st.integers(-(2**63), 2**64 - 1),
        "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-100, 100),
        "boolean": st.booleans(),
        "object": st.dictionaries(st.text(max_size=5), INNER, max_size=3),
        "array": st.lists(INNER, max_size=3),
    },
)
# What a value cannot hold in tags: nothing tells it from the end of the call.
AMBIGUOUS = re.compile(r"</parameter>\s*(<parameter=|(</function>\s*)?</tool_call>)")


def written(source: str, calls: tuple[ToolCall, ...]) -> str:
    """The reply as the template writes it into the history."""
    messages = (Message("user", "Do it"), Message("assistant", "", tool_calls=calls))
    text = compiled(source).render(messages, (TOOL,), add_generation_prompt=False)
    return text.rpartition("<|im_start|>assistant\n")[2].removesuffix("<|im_end|>\n")


def read(text: str) -> list[ToolCall]:
    splitter = Splitter(closed=True, tools=(TOOL,))
    pieces = [piece for letter in text for piece in splitter.feed(letter)] + splitter.finish()
    return [one for one in pieces if isinstance(one, ToolCall)]


@pytest.mark.parametrize("template", TEMPLATES)
def test_calls_and_results_stand_in_their_order(template: str) -> None:
    text = compiled(TEMPLATES[template]).render(CALLED, (TOOL,))
    called = text.index("weather")
    first, second = (text.index(f"<tool_response>\n{one}\n</tool_response>") for one in ('{"t": 3}', "rain"))
    assert called < first < second
    assert text.count("<tool_response>") == 2
    # Both answer one reply, so they make one turn.
    assert "<|im_start|>" not in text[first:second]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_every_conversation_can_be_rendered(template: str, conversation: str) -> None:
    messages, tools = CONVERSATIONS[conversation]
    text = compiled(TEMPLATES[template]).render(messages, tools)
    assert all(one.name in text for message in messages for one in message.tool_calls)


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_template_wrote_is_read_back(template: str) -> None:
    calls = (
        ToolCall(
            "f", {"string": "Say \"<b>\n\n</b>\" & 'so'\n", "integer": 5, "boolean": True, "number": 1.5}
        ),
        ToolCall("f", {}),
        ToolCall("f", {"string": "12", "array": [1, "it's", None, {"a": "„é“"}], "object": {"k": [False]}}),
    )
    assert read(written(TEMPLATES[template], calls)) == list(calls)


@pytest.mark.parametrize("template", ["json", "coder", "qwen35"])
@settings(max_examples=150, deadline=None)
@given(calls=st.lists(ARGUMENTS, min_size=1, max_size=2))
def test_any_arguments_are_read_back(template: str, calls: list[dict[str, Any]]) -> None:
    made = tuple(ToolCall("f", one) for one in calls)
    assume(template == "json" or not any(AMBIGUOUS.search(one.get("string", "")) for one in calls))
    assert read(written(TEMPLATES[template], made)) == list(made)
