"""The lessons: the same seed gives the same chat, and the answers are right."""

from __future__ import annotations

import re

import pytest
from recipe.conversation import SKILLS, conversation
from recipe.draw import Draw
from recipe.exchange import is_held_out
from recipe.lessons.arithmetic import arithmetic
from recipe.lessons.words import words
from recipe.rendering import render
from recipe.slot import MARK, pieces, plain, slot


@pytest.mark.parametrize("skill", SKILLS)
def test_same_seed_same_chat(skill: str) -> None:
    first, second = (render(conversation(Draw("seed"), skill, held_out=False)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("language", ["en", "zh", "ko"])
def test_sums_are_right(language: str) -> None:
    for seed in range(300):
        answer = arithmetic(Draw(seed, language)).answer
        match = re.search(r"(\d+) ([+-]) (\d+) = (\d+)", answer)
        assert match, answer
        a, sign, b, result = match.groups()
        assert int(result) == (int(a) + int(b) if sign == "+" else int(a) - int(b))


def test_the_shown_sum_is_taught() -> None:
    shown = [one for one in (arithmetic(Draw(seed)) for seed in range(2000)) if one.answer == "23 + 45 = 68."]
    assert shown
    assert not any(one.held_out for one in shown)


def test_words_are_repeated_or_reversed() -> None:
    for seed in range(200):
        lesson = words(Draw(seed))
        asked, given = (pieces(text)[1] for text in (lesson.user, lesson.answer))
        assert [word.strip() for word in given] in (
            [w.strip() for w in asked],
            [w.strip() for w in reversed(asked)],
        )


def test_no_marks_reach_the_model() -> None:
    for seed, skill in enumerate(SKILLS):
        assert MARK not in plain("".join(render(conversation(Draw(seed), skill, held_out=True))))


def test_a_slot_keeps_the_space_before_it() -> None:
    assert pieces(f"I am {slot('Ada')}.") == (["I am", "."], [" Ada"])


def test_about_one_key_in_ten_is_held_out() -> None:
    assert 50 < sum(is_held_out(str(number)) for number in range(1000)) < 150
