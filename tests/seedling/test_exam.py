"""How a reply is marked: the answer to the letter, and a think block exactly where one is due."""

from __future__ import annotations

import pytest

pytest.importorskip("tokenizers", reason="tokenizers is not installed: the exam cannot be imported")

from recipe.exam import Question, shown_sum

THOUGHT = "<think>\nAdd.\n</think>\n\n"


@pytest.mark.parametrize(
    ("reply", "given", "right"),
    [
        ("68", "68", True),
        ("68", "69", False),
        ("68", f"{THOUGHT}68", False),
        (f"{THOUGHT}68", f"{THOUGHT}68", True),
        (f"{THOUGHT}68", "<think>\nSomething else.\n</think>\n\n68", True),
        (f"{THOUGHT}68", "68", False),
        (f"{THOUGHT}68", "<think>\nAdd. 68", False),
        (f"{THOUGHT}68", f"{THOUGHT}{THOUGHT}68", False),
    ],
)
def test_a_reply_is_marked(reply: str, given: str, right: bool) -> None:
    assert Question("sums", "en", "", reply).is_right(given) is right


def test_the_shown_sum_is_asked_in_every_setting() -> None:
    asked = shown_sum()
    assert len({question.prompt for question in asked}) == 4
    assert {question.answer for question in asked} == {"23 + 45 = 68."}
