from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.asking import CUTS, ask, generated, prompts
from qwendesk.api.messages import Thinking
from qwendesk.api.sampling import Sampling
from qwendesk.worker.generation import CLOSING


@pytest.mark.parametrize("options", CUTS)
@pytest.mark.parametrize("budget", [1, 2, 4])
def test_the_budget_is_exact(options: dict[str, Any], budget: int) -> None:
    asked = ask(
        "<think>\nOne two three four five six.\n</think>\n\nHi",
        options=options,
        thinking=Thinking(budget=budget),
    )
    reply = asked.reply
    assert reply.usage.reasoning_tokens == budget
    assert reply.usage.injected_tokens == len(asked.engine.tokenize(CLOSING, special=True))
    assert reply.answer == "Hi"
    assert reply.notes[0].arguments == {"budget": budget}
    assert generated(asked, 1).endswith(CLOSING)
    assert reply.reasoning == generated(asked, 1).removesuffix(CLOSING).removeprefix("<think>").strip("\n")
    assert "Considering" not in reply.reasoning


def test_a_budget_that_suffices_changes_nothing() -> None:
    within = ask("<think>\nI think of it.\n</think>\n\nHello there", thinking=Thinking(budget=6))
    assert within.reply.usage.reasoning_tokens == 5
    assert within.reply.notes == ()
    assert len(within.engine.requests) == 1


def test_the_budget_holds_where_the_tag_is_cut_at_the_limit() -> None:
    # Six letters and "</" may be the seventh: it is kept as reasoning only if it is none.
    real = ask("<think>abcdef</think>Hi", options={"cut": 2, "cuts_tags": True}, thinking=Thinking(budget=4))
    assert (real.reply.reasoning, real.reply.answer, real.notes()) == ("abcdef", "Hi", [])
    false = ask(
        "<think>abcdef</thing</think>Hi", options={"cut": 2, "cuts_tags": True}, thinking=Thinking(budget=4)
    )
    assert false.reply.usage.reasoning_tokens == 4
    assert false.notes() == ["budget_reached"]
    assert false.reply.reasoning.startswith("abcdef")


def test_the_budget_counts_half_characters() -> None:
    for budget in range(1, 9):
        asked = ask("<think>😀😀</think>Hi", options={"cut": 1}, thinking=Thinking(budget=budget))
        assert asked.reply.usage.reasoning_tokens == budget
        assert asked.reply.reasoning == "😀" * (budget // 4)
        assert "invalid_utf8" not in asked.notes()


def test_no_budget_where_there_is_a_switch_means_off() -> None:
    asked = ask("Hi", thinking=Thinking(on=True, budget=0))
    assert prompts(asked)[0].endswith("</think>\n\n")
    assert asked.notes() == []


def test_no_budget_where_there_is_no_switch_closes_at_once() -> None:
    asked = ask("Well\n</think>\n\nHi", options={"template": "opened"}, thinking=Thinking(budget=0))
    assert prompts(asked)[0].endswith("<think>\n" + CLOSING)
    assert len(asked.engine.requests) == 1
    assert (asked.reply.reasoning, asked.reply.answer, asked.reply.usage.reasoning_tokens) == ("", "Hi", 0)
    assert asked.reply.timings.prompt_tps is not None
    opening = ask("<think>\nWell\n</think>\n\nHi", options={"template": "plain"}, thinking=Thinking(budget=0))
    assert (opening.reply.reasoning, opening.reply.answer) == ("", "Hi")


@pytest.mark.parametrize("text", ["Just an answer", "Well\n</think>\n\nHi"])
def test_a_budget_without_an_opening_tag_changes_nothing(text: str) -> None:
    asked = ask(text, options={"template": "plain"}, thinking=Thinking(budget=1))
    assert len(asked.engine.requests) == 1
    assert asked.notes() == []


def test_longest_reply_counts_over_both_phases() -> None:
    text = "<think> a b c d e </think> one two three"
    reply = ask(text, thinking=Thinking(budget=2), sampling=Sampling(max_tokens=5)).reply
    assert (reply.reason, reply.usage.completion_tokens, reply.usage.reasoning_tokens) == ("length", 5, 2)
    reply = ask(text, thinking=Thinking(budget=2), sampling=Sampling(max_tokens=3)).reply
    assert (reply.reason, reply.usage.injected_tokens, reply.answer, reply.notes) == ("length", 0, "", ())


def test_no_room_left_for_the_closing_line() -> None:
    reply = ask("<think> a b c d </think> hi", thinking=Thinking(budget=2), options={"context": 20}).reply
    assert (reply.reason, reply.reasoning, reply.usage.injected_tokens) == ("context", " a b", 0)


TEXTS = st.lists(
    st.sampled_from(["<think>", "</think>", "\n", "one ", "`", "```", "<", "😀", "</", "two", "\n\n"]),
    max_size=14,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(CUTS), st.integers(0, 6), st.sampled_from(["switch", "opened", "plain"]))
def test_any_budget_holds(text: str, options: dict[str, Any], budget: int, template: str) -> None:
    # Without any budget a switch is simply turned off.
    off = Thinking(on=False if template == "switch" and budget == 0 else None)
    free = ask(text, options={**options, "template": template}, thinking=off).reply
    asked = ask(text, options={**options, "template": template}, thinking=Thinking(budget=budget))
    if "budget_reached" in asked.notes():
        assert asked.reply.usage.reasoning_tokens == budget
    else:
        assert (asked.reply.reasoning, asked.reply.answer) == (free.reasoning, free.answer)
