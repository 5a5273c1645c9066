"""How large everything in a model is, from its configuration; and from that, every tensor it must have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qwendesk_llamacpp.jobs.convert.architecture import Architecture
from qwendesk_llamacpp.jobs.convert.config import Config

Shape = tuple[int, ...]
_MOST_LAYERS = 1000
_MOST_EXPERTS = 1 << 16
_MOST_TOKENS = 1 << 22


@dataclass(frozen=True, slots=True)
class Linear:
    """Sizes of linear attention (Gated DeltaNet, https://arxiv.org/abs/2412.06464)."""

    key_heads: int
    value_heads: int
    key_head: int
    value_head: int
    kernel: int

    @property
    def keys(self) -> int:
        return self.key_heads * self.key_head

    @property
    def values(self) -> int:
        return self.value_heads * self.value_head


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of weights along each axis; `full` tells for each layer whether it attends to everything."""

    layers: int
    hidden: int
    inner: int
    vocabulary: int
    heads: int
    kv_heads: int
    head: int
    experts: int
    expert_inner: int
    shared_inner: int
    full: tuple[bool, ...]
    linear: Linear | None = None


def sizes_of(architecture: Architecture, config: Config) -> Sizes:
    """Read them. Raises Problem `convert_config` where one is missing or no number."""
    layers, heads, hidden = (
        config.number(one) for one in ("num_hidden_layers", "num_attention_heads", "hidden_size")
    )
    if layers > _MOST_LAYERS:
        raise config.wrong("num_hidden_layers")
    if config.number("vocab_size") > _MOST_TOKENS:
        raise config.wrong("vocab_size")
    head = config.number("head_dim") if architecture.headed else config.number("head_dim", hidden // heads)
    return Sizes(
        layers=layers,
        hidden=hidden,
        inner=0 if architecture.experts else config.number("intermediate_size"),
        vocabulary=config.number("vocab_size"),
        heads=heads,
        kv_heads=config.number("num_key_value_heads", heads),
        head=head,
        experts=_experts(config) if architecture.experts else 0,
        expert_inner=config.number("moe_intermediate_size") if architecture.experts else 0,
        shared_inner=config.number("shared_expert_intermediate_size") if architecture.shared else 0,
        full=_full(config, layers) if architecture.linear else (True,) * layers,
        linear=_linear(config) if architecture.linear else None,
    )


def slides(config: Config, layers: int) -> bool:
    """Whether some layers look back over a window only, which llama.cpp's graphs of these models do not."""
    if not config.switch("use_sliding_window") or "sliding_window" not in config:
        return False
    told = config.names("layer_types")
    return "sliding_attention" in told if told else config.number("max_window_layers", layers) < layers


def _experts(config: Config) -> int:
    field = "num_experts" if "num_experts" in config else "num_local_experts"
    if config.number(field) > _MOST_EXPERTS:
        raise config.wrong(field)
    return config.number(field)


def _linear(config: Config) -> Linear:
    made = Linear(
        key_heads=config.number("linear_num_key_heads"),
        value_heads=config.number("linear_num_value_heads"),
        key_head=config.number("linear_key_head_dim"),
        value_head=config.number("linear_value_head_dim"),
        kernel=config.number("linear_conv_kernel_dim"),
    )
    # llama.cpp has one size for both (ssm.state_size), and repeats each key head a whole number of times.
    if made.value_head != made.key_head:
        raise config.wrong("linear_value_head_dim")
    if made.value_heads % made.key_heads:
        raise config.wrong("linear_num_value_heads")
    return made


def _full(config: Config, layers: int) -> tuple[bool, ...]:
    """Which layers attend to everything; llama.cpp knows one in every so many, so others are refused."""
    every = interval(config)
    regular = tuple((layer + 1) % every == 0 for layer in range(layers))
    told = config.names("layer_types")
    if told and tuple(one == "full_attention" for one in told) != regular:
        raise config.wrong("layer_types")
    return regular


def interval(config: Config) -> int:
    """One layer in this many attends to everything."""
    told = config.names("layer_types")
    first = told.index("full_attention") + 1 if "full_attention" in told else 4
    return config.number("full_attention_interval", first)


def expected(architecture: Architecture, sizes: Sizes) -> dict[str, Shape]:
    """Every tensor that llama.cpp loads for the model by its GGUF name, in the file's order; rows first.

    `output.weight` is among them; a model whose output is tied to its embeddings does without.
    """
    found: dict[str, Shape] = {"token_embd.weight": (sizes.vocabulary, sizes.hidden)}
    found["output_norm.weight"] = (sizes.hidden,)
    found["output.weight"] = (sizes.vocabulary, sizes.hidden)
    for layer in range(sizes.layers):
        parts = [*_attention(architecture, sizes, sizes.full[layer]), *_feed_forward(architecture, sizes)]
        found |= {f"blk.{layer}.{name}": shape for name, shape in parts}
    return found


def _attention(architecture: Architecture, sizes: Sizes, full: bool) -> Iterator[tuple[str, Shape]]:
    hidden, queries, keys = sizes.hidden, sizes.heads * sizes.head, sizes.kv_heads * sizes.head
    yield "attn_norm.weight", (hidden,)
    yield f"{'post_attention' if sizes.linear else 'ffn'}_norm.weight", (hidden,)
    if not full and sizes.linear:
        yield from _linear_attention(architecture, sizes.linear, hidden)
        return
    # The hybrids gate what attention gives, with as many rows again.
    yield "attn_q.weight", (queries * (2 if sizes.linear else 1), hidden)
    yield "attn_k.weight", (keys, hidden)
    yield "attn_v.weight", (keys, hidden)
    yield "attn_output.weight", (hidden, queries)
    if architecture.headed:
        yield "attn_q_norm.weight", (sizes.head,)
        yield "attn_k_norm.weight", (sizes.head,)
    if architecture.biased:
        yield from biases(sizes)


def biases(sizes: Sizes) -> Iterator[tuple[str, Shape]]:
    """Of queries, keys and values: llama.cpp takes them with any of the architectures."""
    yield "attn_q.bias", (sizes.heads * sizes.head,)
    yield "attn_k.bias", (sizes.kv_heads * sizes.head,)
    yield "attn_v.bias", (sizes.kv_heads * sizes.head,)


def _linear_attention(architecture: Architecture, linear: Linear, hidden: int) -> Iterator[tuple[str, Shape]]:
    mixed = 2 * linear.keys + linear.values
    yield "attn_qkv.weight", (mixed, hidden)
    yield "attn_gate.weight", (linear.values, hidden)
    yield "ssm_conv1d.weight", (mixed, linear.kernel)
    yield "ssm_dt.bias", (linear.value_heads,)
    yield "ssm_a", (linear.value_heads,)
    if architecture.linear == "grouped":
        yield "ssm_ba.weight", (2 * linear.value_heads, hidden)
    else:
        yield "ssm_beta.weight", (linear.value_heads, hidden)
        yield "ssm_alpha.weight", (linear.value_heads, hidden)
    yield "ssm_norm.weight", (linear.value_head,)
    yield "ssm_out.weight", (hidden, linear.values)


def _feed_forward(architecture: Architecture, sizes: Sizes) -> Iterator[tuple[str, Shape]]:
    hidden = sizes.hidden
    if not architecture.experts:
        yield from _gated("", (), sizes.inner, hidden)
        return
    yield "ffn_gate_inp.weight", (sizes.experts, hidden)
    yield from _gated("_exps", (sizes.experts,), sizes.expert_inner, hidden)
    if architecture.shared:
        yield "ffn_gate_inp_shexp.weight", (1, hidden)
        yield from _gated("_shexp", (), sizes.shared_inner, hidden)


def _gated(end: str, count: Shape, inner: int, hidden: int) -> Iterator[tuple[str, Shape]]:
    yield f"ffn_gate{end}.weight", (*count, inner, hidden)
    yield f"ffn_up{end}.weight", (*count, inner, hidden)
    yield f"ffn_down{end}.weight", (*count, hidden, inner)
