"""What llama.cpp must know of a model besides its weights, from its configuration.

Keys: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gguf import MODEL_ARCH, GGUFWriter, RopeScalingType

from qwendesk_llamacpp.jobs.convert.architecture import Architecture
from qwendesk_llamacpp.jobs.convert.config import Config
from qwendesk_llamacpp.jobs.convert.sizes import Linear, Sizes, interval

_SECTIONS = 4
_DEEPSTACK = (MODEL_ARCH.QWEN3VL, MODEL_ARCH.QWEN3VLMOE)


def write_hyperparameters(
    writer: GGUFWriter, architecture: Architecture, config: Config, sizes: Sizes
) -> None:
    """Write them.

    Raises:
        Problem: `convert_config` (path, field), or `convert_rope` (path, kind) for a way to stretch the
            context that llama.cpp does not have.
    """
    writer.add_block_count(sizes.layers)
    writer.add_context_length(config.number("max_position_embeddings"))
    writer.add_embedding_length(sizes.hidden)
    if "intermediate_size" in config:
        writer.add_feed_forward_length(config.number("intermediate_size"))
    writer.add_head_count(sizes.heads)
    writer.add_head_count_kv(sizes.kv_heads)
    if "head_dim" in config:
        writer.add_key_length(sizes.head)
        writer.add_value_length(sizes.head)
    writer.add_layer_norm_rms_eps(config.real("rms_norm_eps"))
    writer.add_rope_freq_base(config.rope_base())
    _scaling(writer, config)
    if architecture.sections:
        writer.add_rope_dimension_sections(_sections(architecture, config))
    if architecture.experts:
        _experts(writer, architecture, config, sizes)
    if architecture.id in _DEEPSTACK:
        writer.add_num_deepstack_layers(
            len(config.inner("vision_config").numbers("deepstack_visual_indexes"))
        )
    if sizes.linear:
        _linear(writer, config, sizes, sizes.linear)


def _scaling(writer: GGUFWriter, config: Config) -> None:
    """How positions behind the trained context are brought into it; "mrope" is told by its sections."""
    rope = config.rope()
    kind = rope.text("rope_type") or rope.text("type") or "default"
    if kind in ("default", "mrope"):
        return
    if kind not in ("linear", "yarn"):
        raise config.rope_problem(kind)
    writer.add_rope_scaling_type(RopeScalingType(kind))
    writer.add_rope_scaling_factor(rope.real("factor"))
    if kind == "yarn":
        trained = config.number("max_position_embeddings")
        writer.add_rope_scaling_orig_ctx_len(rope.number("original_max_position_embeddings", trained))
        optional: Mapping[str, Any] = {
            "extrapolation_factor": writer.add_rope_scaling_yarn_ext_factor,
            "attention_factor": writer.add_rope_scaling_yarn_attn_factor,
            "beta_fast": writer.add_rope_scaling_yarn_beta_fast,
            "beta_slow": writer.add_rope_scaling_yarn_beta_slow,
        }
        for field, add in optional.items():
            if field in rope:
                add(rope.real(field))


def _sections(architecture: Architecture, config: Config) -> list[int]:
    """Of a head's pairs, how many turn with time, height and width; the fourth is for models of others."""
    told = config.rope().numbers("mrope_section")
    if not told and architecture.linear:
        told = [11, 11, 10]  # its class's default
    if not 0 < len(told) <= _SECTIONS:
        raise config.wrong("mrope_section")
    return [*told, 0, 0, 0][:_SECTIONS]


def _experts(writer: GGUFWriter, architecture: Architecture, config: Config, sizes: Sizes) -> None:
    writer.add_expert_count(sizes.experts)
    used = config.number("num_experts_per_tok")
    if used > sizes.experts:
        raise config.wrong("num_experts_per_tok")
    writer.add_expert_used_count(used)
    writer.add_expert_feed_forward_length(sizes.expert_inner)
    if architecture.shared:
        writer.add_expert_shared_feed_forward_length(sizes.shared_inner)


def _linear(writer: GGUFWriter, config: Config, sizes: Sizes, linear: Linear) -> None:
    writer.add_ssm_conv_kernel(linear.kernel)
    writer.add_ssm_state_size(linear.key_head)
    writer.add_ssm_group_count(linear.key_heads)
    writer.add_ssm_time_step_rank(linear.value_heads)
    writer.add_ssm_inner_size(linear.values)
    writer.add_full_attention_interval(interval(config))
    rope = config.rope()
    turned = (rope if "partial_rotary_factor" in rope else config).real("partial_rotary_factor", 0.25)
    writer.add_rope_dimension_count(int(sizes.head * turned))
