from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.worker.stops import StopStrings


def through(stops: list[str], pieces: list[str]) -> tuple[str, bool]:
    strings = StopStrings(stops)
    text = "".join([strings.feed(one) for one in pieces])
    return text + strings.finish(), strings.found


def reference(stops: list[str], text: str) -> tuple[str, bool]:
    starts = [text.find(one) for one in stops if one and one in text]
    return (text[: min(starts)], True) if starts else (text, False)


def test_without_stops_everything_passes() -> None:
    assert through([], ["a", "b"]) == ("ab", False)
    assert through([""], ["a"]) == ("a", False)


def test_a_beginning_is_held_back_and_released() -> None:
    strings = StopStrings(["STOP"])
    assert [strings.feed(one) for one in ("a S", "T", "x", "S")] == ["a ", "", "STx", ""]
    assert strings.finish() == "S"
    assert not strings.found


def test_nothing_comes_after_a_stop() -> None:
    strings = StopStrings(["\n\n"])
    assert strings.feed("one\n") == "one"
    assert strings.feed("\ntwo") == ""
    assert strings.found
    assert strings.feed("three") + strings.finish() == ""


def test_the_match_that_begins_first_wins_even_when_it_ends_later() -> None:
    assert through(["b", "abc"], ["xa", "b", "c"]) == ("x", True)
    assert through(["b", "abc"], ["xa", "b", "d"]) == ("xa", True)


@settings(max_examples=300)
@given(
    st.lists(st.text("ab.", max_size=4), max_size=3),
    st.lists(st.text("ab.", max_size=5), max_size=8),
)
def test_any_cutting_stops_at_the_same_place(stops: list[str], pieces: list[str]) -> None:
    assert through(stops, pieces) == reference(stops, "".join(pieces))
