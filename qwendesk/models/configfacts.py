"""A config.json of Transformers, with the tensors beside it, as Facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models import jsonfile
from qwendesk.models.facts import (
    Attention,
    Experts,
    Facts,
    Origin,
    Quantization,
    Recurrent,
    Rope,
    Template,
    Tensor,
)
from qwendesk.models.jsonfile import Fields

MOST_LAYERS = 4096


def facts_of_config(folder: Path, config: Fields, files: Sequence[Path], tensors: Sequence[Tensor]) -> Facts:
    """The facts; what is about language stands in `text_config` where the model also sees or hears."""
    text = _language(config)
    layers = text.number("num_hidden_layers", MOST_LAYERS)
    embedding, heads = text.number("hidden_size"), text.number("num_attention_heads")
    return Facts(
        format="safetensors",
        architecture=config.text("model_type"),
        name=folder.name,
        files=tuple(str(one) for one in files),
        size_bytes=sum(one.stat().st_size for one in files),
        layers=layers,
        mtp_layers=text.number("mtp_num_hidden_layers") or text.number("num_nextn_predict_layers"),
        embedding=embedding,
        feed_forward=text.number("intermediate_size"),
        context=text.number("max_position_embeddings"),
        vocabulary=text.number("vocab_size"),
        tied_embeddings=text.switch("tie_word_embeddings") or config.switch("tie_word_embeddings"),
        parameters=sum(one.elements for one in tensors),
        attention=_attention(text, layers, text.number("head_dim") or (embedding // heads if heads else 0)),
        recurrent=_recurrent(text, layers),
        experts=_experts(text),
        rope=_rope(text),
        quantization=quantization(tensors, config.inner("quantization_config")),
        template=_template(folder, config),
        origin=Origin(repo=config.text("_name_or_path")),
        tensors=tuple(tensors),
    )


def _language(config: Fields) -> Fields:
    inner = config.inner("text_config")
    if not inner.values:
        inner = config.inner("thinker_config").inner("text_config")
    return inner if inner.values else config


def _template(folder: Path, config: Fields) -> Template:
    """What a model sees and hears stands in its configuration: older templates know words alone."""
    from qwendesk.models.template import read_template  # brings jinja2, which the first view does without

    found, inner = read_template(template_source(folder)), config.inner("thinker_config")
    sees, hears = (
        any(one.inner(name).values for one in (config, inner)) for name in ("vision_config", "audio_config")
    )
    return replace(found, images=found.images or sees, audio=found.audio or hears)


def template_source(folder: Path) -> str:
    """The chat template beside the weights; empty where there is none."""
    try:
        return (folder / "chat_template.jinja").read_text(encoding="utf-8", errors="replace")
    except OSError:
        pass
    try:
        tokenizer = jsonfile.read_object(folder / "tokenizer_config.json")
    except Problem:
        return ""
    for one in map(Fields, (one for one in tokenizer.list("chat_template") if isinstance(one, dict))):
        if one.text("name") == "default":
            return one.text("template")
    return tokenizer.text("chat_template")


def _full_layers(text: Fields, layers: int) -> tuple[int, ...]:
    kinds = text.list("layer_types")[:layers]
    if kinds:
        return tuple(one for one, kind in enumerate(kinds) if "linear" not in str(kind))
    every = text.number("full_attention_interval") or 1
    return tuple(one for one in range(layers) if (one + 1) % every == 0)


def _attention(text: Fields, layers: int, size: int) -> Attention:
    heads = text.number("num_attention_heads")
    kv_heads = text.number("num_key_value_heads") or heads
    full = _full_layers(text, layers)
    with_keys = set(full)
    kinds = text.list("layer_types")[:layers]
    window = text.number("sliding_window") if text.values.get("use_sliding_window", True) else 0
    return Attention(
        heads=heads,
        kv_heads=tuple(kv_heads if one in with_keys else 0 for one in range(layers)),
        layers=full,
        key_size=size,
        value_size=size,
        window=window,
        window_layers=tuple(one for one, kind in enumerate(kinds) if kind == "sliding_attention"),
        full_interval=text.number("full_attention_interval"),
    )


def _recurrent(text: Fields, layers: int) -> Recurrent | None:
    heads, size = text.number("linear_num_value_heads"), text.number("linear_value_head_dim")
    if not heads:
        return None
    full = set(_full_layers(text, layers))
    return Recurrent(
        layers=tuple(one for one in range(layers) if one not in full),
        conv_kernel=text.number("linear_conv_kernel_dim"),
        inner_size=heads * size,
        state_size=text.number("linear_key_head_dim"),
        group_count=text.number("linear_num_key_heads"),
        time_step_rank=heads,
    )


def _experts(text: Fields) -> Experts | None:
    count = text.number("num_experts") or text.number("num_local_experts") or text.number("n_routed_experts")
    if not count:
        return None
    shared = text.number("shared_expert_intermediate_size")
    return Experts(
        count=count,
        used=min(text.number("num_experts_per_tok"), count),
        shared=text.number("n_shared_experts") or int(shared > 0),
        feed_forward=text.number("moe_intermediate_size"),
        shared_feed_forward=shared,
    )


def _rope(text: Fields) -> Rope:
    inner = text.inner("rope_parameters")
    inner = inner if inner.values else text.inner("rope_scaling")
    kind = inner.text("rope_type") or inner.text("type")
    return Rope(
        base=inner.real("rope_theta") or text.real("rope_theta"),
        scaling="" if kind in ("default", "mrope") else kind,
        factor=inner.real("factor"),
        original_context=inner.number("original_max_position_embeddings"),
    )


def quantization(tensors: Sequence[Tensor], config: Fields) -> Quantization:
    """By the types of the tensors; the label is what `quantization_config` says (method and bits)."""
    sizes: dict[str, int] = {}
    for one in tensors:
        sizes[one.type] = sizes.get(one.type, 0) + one.bytes
    ranked = tuple(sorted(sizes.items(), key=lambda one: -one[1]))
    bits = config.number("bits")
    label = f"{config.text('quant_method').upper()}{f'-{bits}bit' if bits else ''}" if config.values else ""
    elements = sum(one.elements for one in tensors)
    # Packed types hold several weights in one element, so that their bits cannot be told from here.
    plain = not config.values and elements
    return Quantization(
        name=label or (ranked[0][0] if ranked else ""),
        label=label,
        bits_per_weight=round(sum(sizes.values()) * 8 / elements, 2) if plain else 0.0,
        bytes_by_type=ranked,
    )
