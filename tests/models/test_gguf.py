"""The header reader: foreign bytes in, a header or one clear Problem out."""

from __future__ import annotations

import contextlib
import io
import random
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.header_bytes import file, gguf, pair, string, tensor
from qwendesk.api.problem import Problem
from qwendesk.models.gguf import parse, read_header
from qwendesk.models.gguffacts import facts_of

GOOD = gguf(
    pair("general.architecture", "qwen3") + pair("list", ["a", "bc"]) + pair("eps", 0.5),
    3,
    tensor("w", (64,), 1, 0),
    1,
    128,
)
RICH = file(
    {
        "general.architecture": "qwen35",
        "general.file_type": 15,
        "general.tags": ["chat", "qwen"],
        "qwen35.block_count": 4,
        "qwen35.attention.head_count": 4,
        "qwen35.attention.head_count_kv": [0, 0, 0, 2],
        "qwen35.attention.sliding_window_pattern": [True, False, True, False],
        "qwen35.ssm.state_size": 16,
        "qwen35.rope.freq_base": 1e6,
        "qwen35.nextn_predict_layers": 1,
        "qwen35.expert_count": 8,
        "tokenizer.ggml.tokens": [f"t{one}" for one in range(80)],
        "tokenizer.chat_template": "{% if tools %}{% endif %}{% if add_generation_prompt %}<think>{% endif %}",
    },
    {
        "token_embd.weight": ((256, 80), 12, 144 * 80),
        "blk.0.attn_k.weight": ((256, 4), 12, 144 * 4),
        "blk.1.ssm_a": ((16,), 0, 64),
    },
)


def problem(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(Problem) as caught:
        read_header(path)
    return caught.value.id


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(GOOD)
    header = read_header(path)
    assert header.metadata == {"general.architecture": "qwen3", "list": ("a", "bc"), "eps": 0.5}
    assert (header.version, [one.name for one in header.tensors]) == (3, ["w"])


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b"", "model_empty"),
        (b"GG", "model_not_gguf"),
        (b"hello world", "model_not_gguf"),
        (b"GGUF" + struct.pack("<I", 99), "model_version"),
        (GOOD[:-1], "model_truncated"),
        (GOOD[:40], "model_header_broken"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "model_header_broken"),
        (gguf(struct.pack("<Q", 2**63), 1), "model_header_broken"),
        (gguf(string("k") + struct.pack("<IIQ", 9, 4, 2**62), 1), "model_header_broken"),
        (gguf(string("k") + struct.pack("<IIQ", 9, 9, 1), 1), "model_header_broken"),
        (gguf(string("k") + struct.pack("<IIQ", 9, 8, 2**23), 1), "model_header_broken"),
        (gguf(pair("general.alignment", "abc"), 1), "model_header_broken"),
        (gguf(pair("general.alignment", float("nan")), 1), "model_header_broken"),
        (gguf(pair("a", 1) + pair("a", 2), 2), "model_header_broken"),
        (gguf(tensors=tensor("w", (2**50,), 0, 0), count=1), "model_truncated"),
        (gguf(tensors=tensor("w", (2**50,), 77, 0), count=1), "model_header_broken"),
        (gguf(tensors=tensor("w", (1,), 0, 0) * 2, count=2, data=64), "model_header_broken"),
    ],
)
def test_lies(tmp_path: Path, data: bytes, id: str) -> None:
    assert problem(tmp_path / "m.gguf", data) == id


@pytest.mark.parametrize(("context", "is_whole"), [(0, False), (1, True), (2**27, True), (2**32 - 1, False)])
def test_a_context_that_cannot_be_is_named(tmp_path: Path, context: int, is_whole: bool) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(file({"general.architecture": "qwen3", "qwen3.context_length": context}, {}))
    if is_whole:
        assert read_header(path).metadata["qwen3.context_length"] == context
        return
    with pytest.raises(Problem) as caught:
        read_header(path)
    assert caught.value.id == "model_header_broken"
    assert caught.value.arguments["detail"] == f"a context of {context} tokens"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="model_unreadable"):
        read_header(tmp_path / "none.gguf")


def test_a_vocabulary_seen_before_is_stepped_over_and_nothing_else_changes(tmp_path: Path) -> None:
    tokens = [f"token {one}" for one in range(5000)]
    path = tmp_path / "m.gguf"
    for last in ("first", "second"):
        path.write_bytes(file({"tokenizer.ggml.tokens": tokens, "last": last}, {}))
        plain, quick = read_header(path), read_header(path, trusting=True)
        assert quick == plain
        assert (quick.metadata["last"], len(quick.metadata["tokenizer.ggml.tokens"])) == (last, 5000)  # type: ignore[arg-type]
    path.write_bytes(file({"tokenizer.ggml.tokens": [*tokens[:-1], "a longer one"], "last": "third"}, {}))
    assert read_header(path, trusting=True).metadata["last"] == "third"


def understood(data: bytes) -> str:
    """What reading ends in: nothing, or the id of its Problem; anything else is raised."""
    try:
        facts_of([parse(io.BytesIO(data), len(data), "m", trusting=True)], [Path("m")])
    except Problem as problem:
        return problem.id
    return ""


def test_twenty_thousand_mutated_headers_end_in_facts_or_one_problem() -> None:
    chance = random.Random(4)
    ends: set[str] = set()
    head = len(RICH) - 128
    for _ in range(20_000):
        damaged = bytearray(RICH)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(min(head, 3000))
            damaged[place : place + chance.choice((1, 1, 4, 8))] = chance.choice(
                (b"\xff" * 8, b"\0" * 8, chance.randbytes(1), chance.randbytes(4))
            )
        length = chance.choice((len(damaged), chance.randrange(len(damaged))))
        ends.add(understood(bytes(damaged[:length])))
    assert ends <= {
        "",
        "model_not_gguf",
        "model_version",
        "model_truncated",
        "model_header_broken",
        "model_empty",
    }
    assert {"", "model_truncated", "model_header_broken"} <= ends


@settings(max_examples=300)
@given(st.data())
def test_no_bytes_end_in_anything_but_a_header_or_a_problem(data: st.DataObject) -> None:
    damaged = bytearray(GOOD)
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6)
    ):
        damaged[place] = value
    cut = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    with contextlib.suppress(Problem):
        parse(io.BytesIO(cut), len(cut), "m")


def test_the_bundled_model_is_whole(seedling: Path) -> None:
    header = read_header(seedling)
    assert header.metadata["general.architecture"] == "qwen3"
