"""The vocabulary of a checkpoint as llama.cpp wants it: every token with its kind, merges, the splitter.

Only byte-level BPE with the splitters of Qwen: another tokenizer would give other tokens without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gguf import TokenType

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert import jsonfile

# By the pattern that cuts a text into words before they are merged: llama.cpp's name for it.
_SPLITTERS = {
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+": "qwen2",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+": "qwen35",
}
_CLASSES = {"Qwen2Tokenizer": "qwen2", "Qwen2TokenizerFast": "qwen2", "Qwen3_5Tokenizer": "qwen35"}
_CHANGES = ("continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges", "dropout")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens by id in GPT-2's letters for bytes, their kinds, merges in order, and the splitter's name."""

    tokens: list[str]
    kinds: list[int]
    merges: list[str]
    splitter: str


def read_vocabulary(folder: Path, size: int) -> Vocabulary:
    """The vocabulary of `size` tokens, filled up where the model has more rows than the tokenizer tokens.

    Raises:
        Problem: `convert_tokenizer` (path, detail) for one of another kind, `model_unreadable` or
            `model_header_broken` for its files.
    """
    path = folder / "tokenizer.json"
    if path.is_file():
        return parse_vocabulary(jsonfile.read_object(path), size, path)
    return _from_older_files(folder, size)


def parse_vocabulary(told: Mapping[str, Any], size: int, path: Path) -> Vocabulary:
    """The same from the content of tokenizer.json."""
    model = told.get("model")
    if not isinstance(model, dict) or model.get("type", "BPE") != "BPE":
        raise _unfit(path, "it is not byte-level BPE")
    if any(model.get(one) for one in _CHANGES):
        raise _unfit(path, "its merges have exceptions")
    normalizer = told.get("normalizer")
    if normalizer is not None and (not isinstance(normalizer, dict) or normalizer.get("type") != "NFC"):
        raise _unfit(path, "it changes texts before they are cut")
    splitter = _splitter(told.get("pre_tokenizer"), path)
    added = told.get("added_tokens") or []
    if not isinstance(added, list):
        raise _unfit(path, "its added tokens are no list")
    return _vocabulary(model.get("vocab"), model.get("merges"), added, size, splitter, path)


def _from_older_files(folder: Path, size: int) -> Vocabulary:
    """vocab.json, merges.txt and the added tokens of tokenizer_config.json."""
    path = folder / "vocab.json"
    if not path.is_file():
        raise _unfit(folder, "there is no tokenizer.json")
    config = jsonfile.read_object(folder / "tokenizer_config.json")
    splitter = _CLASSES.get(str(config.get("tokenizer_class")))
    if splitter is None:
        raise _unfit(path, "its class is not Qwen's")
    lines = jsonfile.read_bytes(folder / "merges.txt").decode("utf-8", "replace").split("\n")
    merges = [one for one in lines if one and not one.startswith("#version")]
    decoder = config.get("added_tokens_decoder") or {}
    if not isinstance(decoder, dict):
        raise _unfit(path, "its added tokens are no object")
    added = [{**one, "id": _number(id)} for id, one in decoder.items() if isinstance(one, dict)]
    return _vocabulary(jsonfile.read_object(path), merges, added, size, splitter, path)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _vocabulary(
    vocab: Any, merges: Any, added: Iterable[Any], size: int, splitter: str, path: Path
) -> Vocabulary:
    if not isinstance(vocab, dict) or not vocab or not isinstance(merges, list):
        raise _unfit(path, "it has no vocabulary and merges")
    tokens, kinds = [f"[PAD{id}]" for id in range(size)], [int(TokenType.UNUSED)] * size
    for token, id in vocab.items():
        _put(tokens, kinds, id, token, TokenType.NORMAL, path)
    for one in added:
        text = one.get("content") if isinstance(one, dict) else None
        if not isinstance(text, str):
            raise _unfit(path, "an added token has no text")
        control = one.get("special") is True or (text.startswith("<|") and text.endswith("|>"))
        kind = TokenType.CONTROL if control else TokenType.USER_DEFINED
        _put(tokens, kinds, one.get("id"), text, kind, path)
    return Vocabulary(tokens, kinds, [_merge(one, path) for one in merges], splitter)


def _put(tokens: list[str], kinds: list[int], id: Any, token: str, kind: int, path: Path) -> None:
    if not isinstance(id, int) or isinstance(id, bool) or not 0 <= id < len(tokens):
        raise _unfit(path, f"a token has the number {str(id)[:20]}, and the model has {len(tokens)} tokens")
    if kinds[id] == TokenType.NORMAL and tokens[id] != token:
        raise _unfit(path, f"two tokens have the number {id}")
    tokens[id], kinds[id] = token, int(kind)


def _merge(pair: Any, path: Path) -> str:
    """Both parts with a space between, which is no letter of theirs."""
    parts = pair.split(" ") if isinstance(pair, str) else pair
    if not isinstance(parts, list) or len(parts) != 2 or not all(_is_part(one) for one in parts):
        raise _unfit(path, f"a merge is {str(pair)[:40]}")
    return " ".join(parts)


def _is_part(text: Any) -> bool:
    return isinstance(text, str) and bool(text) and " " not in text


def _splitter(told: Any, path: Path) -> str:
    steps = told.get("pretokenizers") if isinstance(told, dict) else None
    steps = [one for one in steps if isinstance(one, dict)] if isinstance(steps, list) else []
    if [one.get("type") for one in steps] != ["Split", "ByteLevel"]:
        raise _unfit(path, "it is not byte-level BPE with Qwen's splitter")
    split, bytewise = steps
    pattern = split.get("pattern")
    regex = pattern.get("Regex") if isinstance(pattern, dict) else None
    name = _SPLITTERS.get(regex) if isinstance(regex, str) else None
    if name is None or bytewise.get("add_prefix_space") or bytewise.get("use_regex"):
        raise _unfit(path, "its splitter is not Qwen's")
    return name


def _unfit(path: Path, detail: str) -> Problem:
    return Problem("convert_tokenizer", path=str(path), detail=detail)
