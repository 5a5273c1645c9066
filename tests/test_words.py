"""Problems in words, and numbers with their unit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import pytest

from qwendesk.api.engine import Reuse
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.cli.result import footer
from qwendesk.words import figures, usage
from qwendesk.words.problems import word


def test_a_problem_says_what_happened_and_what_next() -> None:
    sentence = word(Problem("prompt_too_long", prompt_tokens=12_345, context=2048).note())
    assert "12,345" in sentence.what
    assert "2048" in sentence.what
    assert sentence.next


def test_sizes_are_readable() -> None:
    note = Note("worker_killed", {"doing": "loading", "memory": 3_146_880, "peak": 5e9})
    assert "3.1 MB in use (peak 5.0 GB)" in word(note).what


def test_sizes_that_look_alike_are_told_exactly() -> None:
    note = Note("model_truncated", {"path": "m.gguf", "size": 3_500_000, "expected": 3_500_100})
    assert "it has 3,500,000 bytes where its header promises 3,500,100 bytes." in word(note).what


@pytest.mark.parametrize(
    ("id", "said", "told"),
    [
        ("engine_file_broken", "GGML_ASSERT(n < MAX) failed", "incomplete. GGML_ASSERT(n < MAX) failed."),
        ("engine_file_broken", "unknown type.", "incomplete. unknown type."),
        ("engine_file_broken", "", "The model file is damaged or incomplete."),
        ("template_failed", "Not here, please.", "refused this conversation: Not here, please."),
        ("template_failed", "Why {so}?", "refused this conversation: Why {so}?"),
        ("template_failed", "No system role", "refused this conversation: No system role."),
    ],
)
def test_what_others_said_ends_with_one_full_stop(id: str, said: str, told: str) -> None:
    assert word(Note(id, {"cause": said, "detail": said})).what.endswith(told)


def test_an_unknown_id_is_said_as_it_is() -> None:
    assert "strange_thing" in word(Note("strange_thing", {"x": 1})).what
    assert word(Note("theirs", {"text": "A plugin says so."})).what == "A plugin says so."


def test_hostile_arguments_stay_text() -> None:
    assert "{path}" in word(Note("model_not_gguf", {"path": "{path}{0.__class__}"})).what


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (3_146_880, "3.1 MB"), (2.5e12, "2500.0 GB")],
)
def test_sizes(count: float, text: str) -> None:
    assert figures.size(count) == text


@pytest.mark.parametrize(
    ("duration", "text"), [(None, "–"), (0.314, "0.31 s"), (12.3, "12 s"), (125.0, "2 min 05 s")]
)
def test_durations(duration: float | None, text: str) -> None:
    assert figures.seconds(duration) == text


def test_rates_and_tokens() -> None:
    assert (figures.rate(52.14), figures.rate(None)) == ("52.1 tok/s", "–")
    assert (figures.tokens(1), figures.tokens(5210)) == ("1 token", "5,210 tokens")


def spent(**counts: Any) -> Usage:
    return Usage(**{"prompt_tokens": 1200, "reused_tokens": 900, "completion_tokens": 5, **counts})


@pytest.mark.parametrize("why", get_args(Reuse))
def test_every_reason_for_no_more_reuse_has_words_and_a_meaning(why: Reuse) -> None:
    words, meaning = usage.reuse(spent(reuse=why))
    assert words
    assert re.fullmatch(r"[A-Z].*\.", meaning)
    assert (words in usage.reused(spent(reuse=why))) == (why not in ("unknown", "whole", "new"))


def test_reuse_and_drafts_in_one_line() -> None:
    assert usage.reused(spent()) == "reused 900 of 1,200 prompt tokens"
    assert usage.reused(spent(reuse="evicted")).endswith("prompt tokens (the rest had to make room)")
    assert usage.accepted(spent(drafted_tokens=16, accepted_tokens=12)) == "12 of 16 (75 %)"
    assert usage.accepted(spent(drafted_tokens=3)) == "0 of 3 (0 %)"
    assert usage.accepted(spent()) == ""


def test_the_footer_tells_of_both() -> None:
    timings = Timings(0.5, None, 20.0)
    finished = Finished(
        "stop", "", "x", (), spent(reuse="differs", drafted_tokens=4, accepted_tokens=1), timings, Sampling()
    )
    assert footer(finished) == (
        "5 tokens · 20.0 tok/s · 0.50 s to first token · reused 900 of 1,200 prompt tokens "
        "(the prompt differs from there on) · drafts accepted: 1 of 4 (25 %)"
    )
    assert "drafts" not in footer(replace(finished, usage=spent()))
