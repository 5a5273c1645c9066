"""Running sums agree with plain ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qwendesk.ui.chat.offsets import Offsets

_HEIGHTS = st.lists(st.integers(1, 200), max_size=40)


@given(_HEIGHTS, _HEIGHTS, st.integers(0, 40), st.integers(0, 10), st.integers(0, 39), st.integers(1, 300))
def test_like_a_list(first: list[int], more: list[int], at: int, cut: int, place: int, height: int) -> None:
    plain, offsets = list(first), Offsets()
    offsets.splice(0, 0, first)
    at = min(at, len(plain))
    plain[at : at + cut] = more
    offsets.splice(at, cut, more)
    if place < len(plain):
        plain[place] = height
        offsets.replace(place, height)
    assert len(offsets) == len(plain)
    assert [offsets.above(n) for n in range(len(plain) + 1)] == [
        sum(plain[:n]) for n in range(len(plain) + 1)
    ]
    for offset in range(0, sum(plain), 7):
        found = offsets.find(offset)
        assert sum(plain[:found]) <= offset < sum(plain[: found + 1])
