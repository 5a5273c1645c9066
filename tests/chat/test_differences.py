"""Where an answer says something else than another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.chat.comparing.differences import differences, first_difference

SKY = "The sky is blue because air scatters blue light."


@pytest.mark.parametrize(
    ("other", "marked", "first"),
    [
        (SKY, [], None),
        ("The  sky is\nblue because air scatters blue light.", [], None),
        ("The sky looks blue because air scatters blue light.", ["looks"], 3),
        ("The sky is blue because air scatters blue light, mostly.", [", mostly"], 10),
        ("The sky is blue", [], 5),
        ("", [], 1),
    ],
)
def test_words_that_are_not_there_are_marked(other: str, marked: list[str], first: int | None) -> None:
    assert [other[low:high] for low, high in differences(SKY, other)] == marked
    assert first_difference(SKY, other) == first


def test_chinese_is_compared_character_by_character() -> None:
    other = "天空是红色的。"
    assert [other[low:high] for low, high in differences("天空是蓝色的。", other)] == ["红"]
    assert first_difference("天空是蓝色的。", other) == 4


@given(st.text(max_size=80), st.text(max_size=80))
def test_spans_lie_in_the_text_one_after_the_other(base: str, other: str) -> None:
    found = differences(base, other)
    ends = [end for span in found for end in span]
    assert ends == sorted(ends)
    assert all(0 <= low < high <= len(other) for low, high in found)
    assert not differences(other, other)
    same = not found and not differences(other, base)
    assert (first_difference(base, other) is None) == same
