"""A screen reader hears each finished sentence once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qwendesk.ui.chat.announcer import Announcer


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_each_sentence_once_however_it_streams(steps: list[int]) -> None:
    text = "It costs 3.5 units. Really? 是的。 Good"
    announcer, heard, end = Announcer(), list[str](), 0
    for step in steps:
        end = min(len(text), end + step)
        heard += announcer.hear(0, text[:end], final=False)
    heard += announcer.hear(0, text, final=True)
    assert heard == ["It costs 3.5 units.", "Really?", "是的。", "Good"]
    assert announcer.hear(0, text, final=True) == []
