import math
import threading
from typing import Any

import pytest

from fakes.asking import CUTS, QUESTION, ask, prompts
from fakes.scripted_engine import ScriptedEngine, ScriptedOptions
from qwendesk.api.messages import Message, Thinking, Tool, ToolCall
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Delta, Gaps, PromptBuilt, PromptRead, ReplyRequest, Resplit
from qwendesk.api.sampling import Sampling
from qwendesk.worker.replier import Replier

THOUGHT = "<think>\nI think of it.\n</think>\n\nHello there"


def test_a_plain_answer() -> None:
    asked = ask("Hello there")
    reply = asked.reply
    assert (reply.reason, reply.answer, reply.reasoning, reply.notes) == ("stop", "Hello there", "", ())
    built, read = asked.events[:2]
    assert isinstance(built, PromptBuilt)
    assert built.text == prompts(asked)[0]
    assert len(built.template_sha256) == 64
    assert isinstance(read, PromptRead)
    assert [one.text for one in asked.deltas] == ["Hello", " there"]
    assert [one.tokens for one in asked.deltas] == [1, 1]
    assert reply.usage.prompt_tokens == len(asked.engine.requests[0].tokens)
    assert reply.usage.completion_tokens == 2


@pytest.mark.parametrize("options", CUTS)
def test_reasoning_is_split_from_the_answer_with_every_tokenizer(options: dict[str, Any]) -> None:
    asked = ask(THOUGHT, options=options)
    assert (asked.reply.reasoning, asked.reply.answer) == ("I think of it.", "Hello there")
    assert sum(one.tokens for one in asked.deltas) == asked.reply.usage.completion_tokens


def test_reasoning_tokens_are_those_between_the_tags() -> None:
    usage = ask(THOUGHT, options={"cut": 1}).reply.usage
    assert usage.reasoning_tokens == len("\nI think of it.\n")
    assert usage.completion_tokens == len("\nI think of it.\n" + "\n\nHello there") + 2


def test_the_template_may_open_the_block() -> None:
    asked = ask("I think.\n</think>\n\nHi", options={"template": "opened"})
    assert (asked.reply.reasoning, asked.reply.answer) == ("I think.", "Hi")
    assert not any(isinstance(one, Resplit) for one in asked.events)
    assert asked.reply.usage.reasoning_tokens == 3


def test_thinking_off_is_written_into_the_prompt() -> None:
    asked = ask("Hi", thinking=Thinking(on=False))
    assert prompts(asked)[0].endswith("<think>\n\n</think>\n\n")
    assert asked.reply.answer == "Hi"


def test_a_model_that_thinks_anyway_is_split_anyway() -> None:
    assert ask(THOUGHT, thinking=Thinking(on=False)).reply.reasoning == "I think of it."


def test_a_lone_closing_tag_splits_again() -> None:
    asked = ask("I think.\n</think>\n\nHi", options={"template": "plain"})
    assert [one for one in asked.events if isinstance(one, Resplit)] == [Resplit("I think.", "")]
    assert (asked.reply.reasoning, asked.reply.answer) == ("I think.", "Hi")
    assert asked.reply.usage.reasoning_tokens == 3


def test_a_block_that_never_closed_is_split_again_at_the_end() -> None:
    asked = ask("<think>\n```\n</think>\n\nHi STOP there")
    assert asked.events[-1] == Resplit("```", "Hi STOP there")


def test_tool_calls() -> None:
    tool = Tool("f", "", {"properties": {"a": {"type": "integer"}}})
    text = "Look:\n<tool_call>\n<function=f>\n<parameter=a>\n3\n</parameter>\n</function>\n</tool_call>"
    reply = ask(text, tools=(tool,)).reply
    assert (reply.reason, reply.answer, reply.tool_calls) == (
        "tool_calls",
        "Look:",
        (ToolCall("f", {"a": 3}),),
    )


def test_unreadable_tool_calls_are_told_once() -> None:
    asked = ask("<tool_call>x</tool_call><tool_call>y</tool_call>")
    assert asked.notes() == ["tool_call_unreadable"]
    assert asked.reply.answer == "<tool_call>x</tool_call><tool_call>y</tool_call>"
    assert asked.reply.reason == "stop"


@pytest.mark.parametrize("options", CUTS)
def test_a_stop_string_ends_the_answer_but_not_the_reasoning(options: dict[str, Any]) -> None:
    asked = ask("<think>\nSTOP?\n</think>\n\nHello STOP there", options=options, stop_texts=("STOP", "x"))
    assert (asked.reply.reasoning, asked.reply.answer, asked.reply.reason) == ("STOP?", "Hello ", "stop")


def test_a_stop_string_after_a_late_split() -> None:
    asked = ask("<think>\n```\n</think>\n\nHi STOP there", stop_texts=("STOP",))
    assert (asked.reply.answer, asked.reply.reason) == ("Hi ", "stop")


@pytest.mark.parametrize("options", [{"cut": 1}, {"cut": 2}, {"cut": 3}])
def test_split_characters_are_never_shown_broken(options: dict[str, Any]) -> None:
    asked = ask("한국어 😀 ok", options=options)
    assert asked.reply.answer == "한국어 😀 ok"
    assert all("\N{REPLACEMENT CHARACTER}" not in one.text for one in asked.deltas)
    assert asked.reply.notes == ()


def test_a_reply_cut_inside_a_character_ends_before_it() -> None:
    reply = ask("a😀", options={"cut": 1}, sampling=Sampling(max_tokens=3)).reply
    assert (reply.reason, reply.answer, reply.notes) == ("length", "a", ())


def test_limits() -> None:
    assert ask("one two three four", sampling=Sampling(max_tokens=2)).reply.answer == "one two"
    assert ask("<think>\none two three", sampling=Sampling(max_tokens=4)).reply.reason == "length"
    assert ask("word " * 99, options={"context": 20}).reply.reason == "context"


@pytest.mark.parametrize("raises_full", [False, True])
def test_a_full_context_may_be_an_error(raises_full: bool) -> None:
    shown: list[str] = []

    def keep(event: object) -> None:
        shown.append(event.text if isinstance(event, Delta) else "")

    with pytest.raises(Problem) as caught:
        ask(
            "word " * 99,
            options={"context": 20, "raises_full": raises_full},
            emit=keep,
            stop_texts=("ord word?",),
            context_full="error",
        )
    assert (caught.value.id, caught.value.arguments) == ("context_full", {"context": 20})
    # Also what was held back, because it might have become a stop string, is shown.
    room = 20 - len(ask("x").engine.requests[0].tokens)
    assert "".join(shown) == ("word " * room).rstrip()


def test_a_reply_that_ends_by_itself_in_the_last_place_is_no_error() -> None:
    reply = ask("one two", options={"context": 20}, context_full="error").reply
    assert (reply.reason, reply.answer) == ("stop", "one two")


def test_no_room_for_the_second_phase_may_be_an_error() -> None:
    with pytest.raises(Problem, match="context_full"):
        ask(
            "<think> a b c d </think> hi",
            thinking=Thinking(budget=2),
            options={"context": 20},
            context_full="error",
        )


def test_bias_policy_and_drafts_reach_the_engine_in_both_phases() -> None:
    asked = ask(
        "<think> a b c d </think> hi",
        thinking=Thinking(budget=2),
        logit_bias={7: -math.inf, 9: 1.5},
        context_full="error",
        draft=False,
    )
    sent = [(one.logit_bias, one.context_full, one.draft) for one in asked.engine.requests]
    assert sent == [({7: -math.inf, 9: 1.5}, "error", False)] * 2


def test_drafts_add_up_over_the_phases() -> None:
    reply = {"text": "<think> a </think> hi", "json": "{}", "drafted": 5, "accepted": 3}
    usage = ask(reply, options={"template": "opened"}, json_schema={"type": "object"}).reply.usage
    # The first phase was halted where the answer began: it has no Completion to tell of.
    assert (usage.drafted_tokens, usage.accepted_tokens) == (5, 3)
    usage = ask({**reply, "text": "<think> a"}, json_schema={"type": "object"}).reply.usage
    assert (usage.drafted_tokens, usage.accepted_tokens) == (10, 6)


def test_the_prompt_must_leave_room() -> None:
    size = ask("x").reply.usage.prompt_tokens
    with pytest.raises(Problem) as caught:
        ask("x", options={"context": size})
    assert caught.value.note().arguments == {"prompt_tokens": size, "context": size}
    assert caught.value.id == "prompt_too_long"
    assert ask("x", options={"context": size + 1}).reply.reason == "context"


def test_the_seed_is_chosen_and_told() -> None:
    reply = ask("x").reply
    assert reply.sampling.seed is not None
    assert 0 <= reply.sampling.seed <= 2**32 - 2
    asked = ask("x", sampling=Sampling(seed=7))
    assert asked.reply.sampling.seed == asked.engine.requests[0].sampling.seed == 7


def test_the_prompt_is_normalized_and_begins_once() -> None:
    asked = ask("x", question="e\u0301", options={"adds_bos": True})
    assert prompts(asked)[0].startswith("<|endoftext|><|im_start|>user\né<|im_end|>")
    twice = ask("x", template="<|endoftext|>{{ messages[0].content }}", options={"adds_bos": True})
    assert prompts(twice)[0] == "<|endoftext|>" + QUESTION


def test_a_missing_template_is_told() -> None:
    assert ask("x", options={"template": "missing"}).notes() == ["template_missing"]
    assert ask("x", options={"template": "missing"}, template="{{ 'a' }}").notes() == []


def test_an_empty_prompt_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        ask("x", template="{{ '' }}")
    assert caught.value.id == "prompt_empty"


def test_probabilities_travel_when_asked_for() -> None:
    assert all(one.probabilities == () for one in ask("Hi there").deltas)
    asked = ask(THOUGHT, top_logprobs=2)
    tokens = [token for one in asked.deltas for token in one.probabilities]
    assert len(tokens) == asked.reply.usage.completion_tokens
    assert all(len(one.top) == 2 for one in tokens)


def test_the_engines_problem_comes_through() -> None:
    with pytest.raises(Problem) as caught:
        ask({"text": "one two", "fail_after": 1})
    assert caught.value.id == "scripted_failure"


def test_an_engine_that_ends_early_is_a_problem() -> None:
    class Broken(ScriptedEngine):
        def generate(self, request, stop):  # type: ignore[no-untyped-def]
            yield from ()

    engine = Broken()
    replier = Replier(engine, engine.load(None, ScriptedOptions()))
    with pytest.raises(Problem) as caught:
        replier.run(ReplyRequest((Message("user", "x"),)), 0.0, threading.Event(), lambda _: None)
    assert caught.value.id == "engine_ended_early"


def test_cancelled_before_it_began() -> None:
    flag = threading.Event()
    flag.set()
    asked = ask("x", stop=flag)
    assert (asked.reply.reason, asked.reply.usage.prompt_tokens, asked.engine.requests) == (
        "cancelled",
        0,
        [],
    )


def test_cancelled_within_one_token() -> None:
    flag = threading.Event()

    def cancel(event: object) -> None:
        if isinstance(event, Delta) and event.text == " two":
            flag.set()

    asked = ask("one two three four", stop=flag, emit=cancel)
    assert (asked.reply.reason, asked.reply.answer) == ("cancelled", "one two")
    assert asked.reply.usage.completion_tokens == 2


def test_reused_tokens_are_counted() -> None:
    engine = ScriptedEngine()
    replier = Replier(engine, engine.load(None, ScriptedOptions()))
    request = ReplyRequest((Message("user", "same"),))
    replies = [replier.run(request, 0.0, threading.Event(), lambda _: None) for _ in range(2)]
    assert [one.usage.reuse for one in replies] == ["first", "whole"]
    assert replies[0].usage.reused_tokens == 0
    assert replies[1].usage.reused_tokens == replies[1].usage.prompt_tokens - 1


def test_why_no_more_was_reused_is_known_of_a_halted_reply_too() -> None:
    assert ask("one STOP two", stop_texts=("STOP",)).reply.usage.reuse == "first"
    # The second phase finds the first one's prompt in the cache; what counts is the user's own.
    assert ask("<think> a b c d </think> hi", thinking=Thinking(budget=2)).reply.usage.reuse == "first"


def test_timings_follow_their_definitions() -> None:
    # The clock ticks once a reading: 1 call of the engine, 2 it begins, 3-9 tokens, 10 the end.
    reply = ask(THOUGHT, sent=0.5).reply
    times, tokens = reply.timings, reply.usage.completion_tokens
    assert times.queue_s == 1.5
    assert times.ttft_s == 2.5
    assert times.prompt_tps == reply.usage.prompt_tokens / 2.0
    assert times.decode_tps == (tokens - 1) / (tokens - 1)
    assert times.reasoning_s == reply.usage.reasoning_tokens
    assert times.gaps == Gaps(1.0, 1.0, 1.0)
    assert times.total_s == 3 + tokens - 0.5


def test_without_tokens_there_is_nothing_to_measure() -> None:
    times = ask("").reply.timings
    assert (times.ttft_s, times.prompt_tps, times.decode_tps, times.reasoning_s) == (None, None, None, None)
