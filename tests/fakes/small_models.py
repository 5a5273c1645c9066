"""Whole GGUF files of a few hundred bytes: no weights to run, but true headers."""

from __future__ import annotations

from fakes.header_bytes import file

F16, Q8_0 = 1, 7


def model(name: str = "", *, architecture: str = "qwen3", seed: int = 0, **more: object) -> bytes:
    """A model of one layer; another seed is another content of the same size."""
    keys: dict[str, object] = {
        "general.architecture": architecture,
        "general.name": name,
        "general.file_type": F16,
        f"{architecture}.block_count": 1,
        f"{architecture}.embedding_length": 64,
        f"{architecture}.context_length": 4096,
        "test.seed": seed,
        **{key.replace("__", "."): one for key, one in more.items()},
    }
    tensors = {"token_embd.weight": ((64, 8), F16, 1024), "blk.0.attn_k.weight": ((64, 8), F16, 1024)}
    return file(keys, tensors)


def eye(embedding: int = 64) -> bytes:
    """A projector for models of this width."""
    keys: dict[str, object] = {"general.architecture": "clip", "general.type": "mmproj"}
    keys |= {"clip.projector_type": "qwen3vl_merger", "clip.vision.projection_dim": embedding}
    return file(keys, {"mm.0.weight": ((64, 8), F16, 1024)})


def part(number: int, count: int) -> bytes:
    """A part of a split model."""
    keys: dict[str, object] = {"split.no": number - 1, "split.count": count}
    if number == 1:
        keys |= {"general.architecture": "qwen3", "qwen3.block_count": count, "general.file_type": F16}
    return file(keys, {f"blk.{number - 1}.attn_k.weight": ((64, 8), F16, 1024)})
