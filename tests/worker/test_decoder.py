from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.worker.decoder import Utf8Decoder


def decoded(pieces: list[bytes], *, cut: bool = False) -> tuple[str, int]:
    decoder = Utf8Decoder()
    text = "".join([decoder.feed(one) for one in pieces]) + decoder.finish(cut=cut)
    return text, decoder.invalid


def test_split_characters_wait_for_their_rest() -> None:
    decoder = Utf8Decoder()
    said = [decoder.feed(bytes([byte])) for byte in "a😀한".encode()]
    assert said == ["a", "", "", "", "😀", "", "", "한"]
    assert decoder.invalid == 0


def test_invalid_bytes_are_replaced_as_soon_as_they_are_known_and_counted() -> None:
    decoder = Utf8Decoder()
    assert decoder.feed(b"a\xff") == "a\N{REPLACEMENT CHARACTER}"
    assert decoder.feed(b"\xe2\x82") == ""
    assert decoder.feed(b"b") == "\N{REPLACEMENT CHARACTER}b"
    assert decoder.invalid == 2


def test_a_real_replacement_character_is_not_counted() -> None:
    assert decoded(["\N{REPLACEMENT CHARACTER}".encode()]) == ("\N{REPLACEMENT CHARACTER}", 0)


def test_half_a_character_at_the_end_is_a_mistake_only_when_the_reply_ended_by_itself() -> None:
    assert decoded([b"a\xf0\x9f"]) == ("a\N{REPLACEMENT CHARACTER}", 1)
    assert decoded([b"a\xf0\x9f"], cut=True) == ("a", 0)


def test_half_a_surrogate_at_the_end_is_two_mistakes() -> None:
    assert decoded([b"a\xed", b"\xa0"]) == ("a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}", 2)


@settings(max_examples=200)
@given(st.lists(st.one_of(st.binary(max_size=5), st.text(max_size=3).map(str.encode)), max_size=8))
def test_any_cutting_decodes_as_python_does(pieces: list[bytes]) -> None:
    assert decoded(pieces)[0] == b"".join(pieces).decode(errors="replace")
