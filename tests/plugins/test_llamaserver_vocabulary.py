"""Token bytes, and the tokens found again inside characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import tiny_gguf
from qwendesk_llamaserver.vocabulary import Vocabulary, is_cut


def vocabulary(merged: tuple[bytes, ...] = tiny_gguf.MERGED) -> Vocabulary:
    letters = tiny_gguf.byte_characters()
    texts = [
        *letters,
        *("".join(letters[byte] for byte in piece) for piece in merged),
        "<|im_end|>",
        "[PAD1]",
    ]
    return Vocabulary(
        {
            "tokenizer.ggml.model": b"gpt2",
            "tokenizer.ggml.tokens": [text.encode() for text in texts],
            "tokenizer.ggml.token_type": [1] * (len(texts) - 2) + [3, 5],
            "tokenizer.ggml.eos_token_id": len(texts) - 2,
        }
    )


TINY = vocabulary()


def test_every_byte_is_a_token_of_itself() -> None:
    letters = tiny_gguf.byte_characters()
    assert sorted(TINY.pieces[:256]) == [bytes([byte]) for byte in range(256)]
    assert TINY.pieces[letters.index("Ġ")] == b" "


def test_special_tokens() -> None:
    end = len(TINY) - 2
    assert TINY.spell(TINY.eos_id) == "<|im_end|>"
    assert TINY.held == TINY.special == {end}
    assert TINY.piece(end + 1) == b""
    assert TINY.piece(-1) == TINY.piece(10**6) == b""


@pytest.mark.parametrize(
    ("data", "count", "pieces"),
    [
        (b"\xe4\xb8", 1, [b"\xe4\xb8"]),
        (b"\xe4\xb8", 2, [b"\xe4", b"\xb8"]),
        (b"\xf0\x9f\x98", 1, [b"\xf0\x9f\x98"]),
        # Two ways; the pair whose latest merge is the earlier one is what encoding would have made.
        (b"\xf0\x9f\x98", 2, [b"\xf0\x9f", b"\x98"]),
        (b"\xf0\x9f\x98", 3, [b"\xf0", b"\x9f", b"\x98"]),
        # A token that begins with whole characters and ends inside one.
        (b" \xe4", 1, [b" \xe4"]),
        # The text was cut after each token, also where the next one does not continue the character.
        (b"\xe4a", 2, [b"\xe4", b"a"]),
    ],
)
def test_split(data: bytes, count: int, pieces: list[bytes]) -> None:
    ids = TINY.split(data, count)
    assert ids is not None
    assert [TINY.piece(one) for one in ids] == pieces


def test_no_split() -> None:
    assert TINY.split(b"ab", 2) is None
    assert TINY.split(b"\xe4", 2) is None


@given(st.text(max_size=6))
def test_whole_characters_are_never_cut(text: str) -> None:
    assert not is_cut(text.encode())


@given(st.text(max_size=6), st.characters(min_codepoint=0x80, exclude_categories=["Cs"]))
def test_half_characters_are_cut(text: str, last: str) -> None:
    assert is_cut((text + last).encode()[:-1])


@given(
    st.dictionaries(
        st.sampled_from(["tokens", "token_type", "model", "eos_token_id"]),
        st.one_of(st.integers(), st.binary(), st.lists(st.one_of(st.integers(), st.binary())), st.none()),
    )
)
def test_hostile_metadata_makes_some_vocabulary(fields: dict[str, object]) -> None:
    made = Vocabulary({f"tokenizer.ggml.{name}": value for name, value in fields.items()})
    made.split(b"\xe4\xb8", 2)
