"""A GGUF header (or those of all parts of a split model) as Facts.

Keys: gguf-py's constants.py. Which layers keep keys and values is seen from the tensors, because the keys
differ by architecture; the interval (llama.cpp's default for Qwen3-Next and 3.5: 4) stands in for them.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from qwendesk.api.options import check, describe
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.models import ggmltypes
from qwendesk.models.facts import Attention, Experts, Facts, Origin, Pooling, Recurrent, Rope, Split, Tensor
from qwendesk.models.gguf import Header, Value

MOST_LAYERS = 4096
_POOLING: tuple[Pooling, ...] = ("none", "mean", "cls", "last", "rank")
_SAMPLING = {
    "temperature": "general.sampling.temp",
    "top_p": "general.sampling.top_p",
    "top_k": "general.sampling.top_k",
    "min_p": "general.sampling.min_p",
    "repeat_penalty": "general.sampling.penalty_repeat",
    "repeat_last_n": "general.sampling.penalty_last_n",
}
_HUB = "https://huggingface.co/"


def facts_of(headers: Sequence[Header], files: Sequence[Path]) -> Facts:
    """The facts of one model. Parts come in order; the first holds the metadata."""
    from qwendesk.models.template import read_template  # brings jinja2, which the first view does without

    keys = _Keys(headers[0].metadata)
    tensors = tuple(one for header in headers for one in header.tensors)
    blocks = min(keys.whole("block_count"), MOST_LAYERS)
    mtp = min(keys.whole("nextn_predict_layers"), blocks)
    with_keys, with_state = _layer_kinds(tensors, blocks - mtp)
    vocabulary = keys.long("tokenizer.ggml.tokens") or keys.whole("vocab_size")
    return Facts(
        format="gguf",
        architecture=keys.architecture,
        kind=_kind(keys),
        name=keys.text("general.name"),
        files=tuple(str(one) for one in files),
        size_bytes=sum(one.size for one in headers),
        split=_split(keys),
        layers=blocks - mtp,
        mtp_layers=mtp,
        embedding=keys.whole("embedding_length"),
        feed_forward=keys.largest("feed_forward_length"),
        context=keys.whole("context_length"),
        vocabulary=vocabulary,
        tied_embeddings=bool(tensors) and not any(one.name == "output.weight" for one in tensors),
        parameters=sum(one.elements for one in tensors),
        attention=_attention(keys, blocks - mtp, with_keys),
        recurrent=_recurrent(keys, blocks - mtp, with_state, any(one.block is not None for one in tensors)),
        experts=_experts(keys),
        rope=_rope(keys),
        quantization=ggmltypes.quantization(
            tensors, ggmltypes.label_name(headers[0].metadata.get("general.file_type"))
        ),
        template=read_template(keys.text("tokenizer.chat_template")),
        pooling=_pooling(keys),
        origin=_origin(keys),
        projector=keys.text("clip.projector_type") or keys.text("clip.vision.projector_type"),
        projects_to=keys.number("clip.vision.projection_dim") or keys.number("clip.audio.projection_dim"),
        sampling=_sampling(keys),
        tensors=tensors,
    )


class _Keys:
    """The metadata by type: what has another type than it should is as good as absent."""

    def __init__(self, metadata: Mapping[str, Value]) -> None:
        self._metadata = metadata
        self.architecture = self.text("general.architecture")

    def any(self, key: str) -> Value | None:
        return self._metadata.get(key)

    def text(self, key: str) -> str:
        value = self._metadata.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._metadata.get(key)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()

    def number(self, key: str) -> int:
        value = self._metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0

    def long(self, key: str) -> int:
        """The length of an array."""
        value = self._metadata.get(key)
        return len(value) if isinstance(value, (range, tuple)) else 0

    def whole(self, key: str) -> int:
        return self.number(f"{self.architecture}.{key}")

    def real(self, key: str) -> float:
        value = self._metadata.get(f"{self.architecture}.{key}")
        return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0

    def named(self, key: str) -> str:
        return self.text(f"{self.architecture}.{key}")

    def many(self, key: str, count: int) -> tuple[int, ...]:
        """One number for each layer, from an array or from one number for all."""
        value = self._metadata.get(f"{self.architecture}.{key}")
        if not isinstance(value, tuple):
            return (self.whole(key),) * count
        given = [max(int(one), 0) if isinstance(one, int) else 0 for one in value[:count]]
        return tuple(given + [0] * (count - len(given)))

    def largest(self, key: str) -> int:
        """The number, or the largest of the layers' numbers."""
        value = self._metadata.get(f"{self.architecture}.{key}")
        return max(self.many(key, len(value)), default=0) if isinstance(value, tuple) else self.whole(key)


def _kind(keys: _Keys) -> str:
    return "mmproj" if keys.architecture == "clip" else keys.text("general.type") or "model"


def _split(keys: _Keys) -> Split | None:
    count = keys.number("split.count")
    return Split(keys.number("split.no"), count) if count > 1 else None


def _attention(keys: _Keys, layers: int, with_keys: set[int]) -> Attention:
    heads = keys.largest("attention.head_count")
    kv_heads = keys.many("attention.head_count_kv", layers)
    interval = keys.whole("full_attention_interval")
    if not with_keys:
        every = interval or (4 if keys.whole("ssm.state_size") else 1)
        with_keys = {one for one in range(layers) if (one + 1) % every == 0}
    size = keys.whole("embedding_length") // heads if heads else 0
    windowed = keys.many("attention.sliding_window_pattern", layers)
    return Attention(
        heads=heads,
        kv_heads=tuple(count if one in with_keys else 0 for one, count in enumerate(kv_heads)),
        layers=tuple(sorted(one for one in with_keys if kv_heads[one])),
        key_size=keys.whole("attention.key_length") or size,
        value_size=keys.whole("attention.value_length") or size,
        window=keys.whole("attention.sliding_window"),
        window_layers=tuple(one for one, on in enumerate(windowed) if on == 1),
        full_interval=interval,
    )


def _layer_kinds(tensors: Sequence[Tensor], layers: int) -> tuple[set[int], set[int]]:
    """Layers that keep keys and values, and layers with a state, by the names of their tensors."""
    found: dict[str, set[int]] = {"keys": set(), "joined": set(), "state": set(), "": set()}
    for one in tensors:
        if one.block is not None and one.block < layers:
            found[_kind_of(one.name)].add(one.block)
    return found["keys"] | (found["joined"] - found["state"]), found["state"]


@lru_cache(maxsize=1 << 16)
def _kind_of(name: str) -> str:
    rest = name.split(".", 2)[-1]
    if rest.startswith(("attn_k.", "attn_kv_")):
        return "keys"
    if rest.startswith("attn_qkv."):
        return "joined"  # keys and values, unless the layer has a state, too
    return "state" if rest.startswith("ssm_") else ""


def _recurrent(keys: _Keys, layers: int, with_state: set[int], known: bool) -> Recurrent | None:
    """`known`: the layers' tensors are there, so that their names are to be believed."""
    state = keys.whole("ssm.state_size")
    if not state and not with_state:
        return None
    if not known:
        every = keys.whole("full_attention_interval") or 4
        with_state = {one for one in range(layers) if (one + 1) % every}
    return Recurrent(
        layers=tuple(sorted(with_state)),
        conv_kernel=keys.whole("ssm.conv_kernel"),
        inner_size=keys.whole("ssm.inner_size"),
        state_size=state,
        group_count=keys.whole("ssm.group_count"),
        time_step_rank=keys.whole("ssm.time_step_rank"),
    )


def _experts(keys: _Keys) -> Experts | None:
    count = keys.whole("expert_count")
    if not count:
        return None
    return Experts(
        count=count,
        used=min(keys.whole("expert_used_count"), count),
        shared=keys.whole("expert_shared_count") or int(keys.whole("expert_shared_feed_forward_length") > 0),
        feed_forward=keys.whole("expert_feed_forward_length"),
        shared_feed_forward=keys.whole("expert_shared_feed_forward_length"),
    )


def _rope(keys: _Keys) -> Rope:
    return Rope(
        base=keys.real("rope.freq_base"),
        dimensions=keys.whole("rope.dimension_count"),
        scaling=keys.named("rope.scaling.type"),
        factor=keys.real("rope.scaling.factor"),
        original_context=keys.whole("rope.scaling.original_context_length"),
    )


def _pooling(keys: _Keys) -> Pooling:
    value = keys.whole("pooling_type")
    return _POOLING[value] if 0 < value < len(_POOLING) else ""


def _origin(keys: _Keys) -> Origin:
    count = min(keys.number("general.base_model.count"), 16)
    bases = (_base(keys, f"general.base_model.{one}") for one in range(count))
    return Origin(
        basename=keys.text("general.basename"),
        size_label=keys.text("general.size_label"),
        finetune=keys.text("general.finetune"),
        organization=keys.text("general.organization"),
        author=keys.text("general.author"),
        quantized_by=keys.text("general.quantized_by"),
        licence=keys.text("general.license.name") or keys.text("general.license"),
        repo=keys.text("general.repo_url").removeprefix(_HUB) or keys.text("general.source.repo_url"),
        base_models=tuple(one for one in bases if one),
        tags=keys.texts("general.tags"),
    )


def _sampling(keys: _Keys) -> Sampling | None:
    """What is out of range or of another type is as good as absent."""
    told = {name: keys.any(key) for name, key in _SAMPLING.items()}
    told = {name: value for name, value in told.items() if isinstance(value, (int, float))}
    if not told:
        return None
    given = {}
    for option in describe(Sampling):
        if option.name in told:
            with contextlib.suppress(Problem):
                given[option.name] = check(option, told[option.name])
    return Sampling(**given) if given else None


def _base(keys: _Keys, prefix: str) -> str:
    address = keys.text(f"{prefix}.repo_url")
    return address.removeprefix(_HUB) if address.startswith(_HUB) else keys.text(f"{prefix}.name")
