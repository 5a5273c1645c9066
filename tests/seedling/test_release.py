"""The files that ship: their size, their sums, and that they agree with one another."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import gguf
import pytest
from recipe.card import table

LARGEST = 20_000_000


@pytest.fixture(params=["f16", "q8_0"])
def reader(release: Path, request: pytest.FixtureRequest) -> gguf.GGUFReader:
    return gguf.GGUFReader(release / f"seedling-{request.param}.gguf")


@pytest.fixture
def tokenizer(release: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((release / "hf" / "tokenizer.json").read_text(encoding="utf-8"))
    return loaded


def test_everything_together_is_small(release: Path) -> None:
    files = [path for path in release.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= LARGEST


def test_card_lists_the_true_sums(release: Path) -> None:
    rows = re.findall(
        r"^\| (\S+) \| (\d+) \| ([0-9a-f]{64}) \|$",
        (release / "MODEL_CARD.md").read_text(encoding="utf-8"),
        re.M,
    )
    assert {name for name, _, _ in rows} >= {
        "seedling-f16.gguf",
        "seedling-q8_0.gguf",
        "hf/model.safetensors",
    }
    for name, size, digest in rows:
        content = (release / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(size), digest), name


def test_one_chat_template(release: Path, reader: gguf.GGUFReader) -> None:
    ours = (release / "recipe" / "chat_template.jinja").read_text(encoding="utf-8")
    assert (release / "hf" / "chat_template.jinja").read_text(encoding="utf-8") == ours
    assert _value(reader, "tokenizer.chat_template") == ours


def test_same_tokens_in_both_formats(reader: gguf.GGUFReader, tokenizer: dict[str, Any]) -> None:
    vocabulary: dict[str, int] = dict(tokenizer["model"]["vocab"])
    vocabulary |= {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    assert _value(reader, "tokenizer.ggml.tokens") == sorted(vocabulary, key=vocabulary.__getitem__)
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in tokenizer["model"]["merges"]]
    assert _value(reader, "tokenizer.ggml.merges") == merges


def test_added_tokens_have_their_kinds(reader: gguf.GGUFReader, tokenizer: dict[str, Any]) -> None:
    kinds = _value(reader, "tokenizer.ggml.token_type")
    for token in tokenizer["added_tokens"]:
        expected = gguf.TokenType.CONTROL if token["special"] else gguf.TokenType.USER_DEFINED
        assert kinds[token["id"]] == expected, token["content"]
    assert len(tokenizer["added_tokens"]) == 26


def test_the_reply_ends_at_im_end(reader: gguf.GGUFReader) -> None:
    tokens = _value(reader, "tokenizer.ggml.tokens")
    assert tokens[_value(reader, "tokenizer.ggml.eos_token_id")] == "<|im_end|>"
    assert _value(reader, "tokenizer.ggml.pre") == "qwen2"


def _value(reader: gguf.GGUFReader, key: str) -> Any:
    field = reader.get_field(key)
    assert field is not None, key
    return field.contents()


CLAIMED = {
    "greeting",
    "identity",
    "arithmetic",
    "capitals",
    "words",
    "counting",
    "story",
    "rendering",
    "desk",
}
CLAIMED |= {"memory", "system", "tool call", "tool answer", "no tool", "thinking switch", "shown sum"}
CLAIMED |= {"language en", "language zh", "language ko", "json", "unknown", "arithmetic, budget 8"}


def test_the_card_shows_what_was_measured_and_claims_no_more(release: Path) -> None:
    scores = json.loads((release / "evaluation.json").read_text(encoding="utf-8"))
    assert table(scores) in (release / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert scores.keys() >= CLAIMED
    for row, columns in scores.items():
        assert set(columns) == {"transformers", "GGUF F16", "GGUF Q8_0"}
        assert min(columns.values()) >= (90 if row == "memory" else 95), row
