"""Names of tensors: how checkpoints call them, and how GGUF does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gguf import get_tensor_name_map

from qwendesk_llamacpp.jobs.convert.architecture import Architecture

_EXPERT = re.compile(r"(.*\.mlp\.experts)\.(\d{1,6})\.(gate_proj|up_proj|down_proj)\.weight")
# What is no part of the text model: eyes, ears, voices, and the head that guesses several tokens.
BUFFERS = "buffers"
"""Numbers that are worked out again, and nobody misses."""
_OTHERS = frozenset(
    {"visual", "vision_tower", "audio_tower", "merger", "talker", "token2wav", "code2wav", "mtp"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor goes: a tensor of the file, and which expert of it (None: all of it)."""

    name: str
    expert: int | None = None


def other_part(name: str) -> str:
    """The part of a tensor that is not written into the file of the text model; empty for one that is."""
    if name.endswith(".rotary_emb.inv_freq"):
        return BUFFERS
    return next((one for one in name.split(".")[:3] if one in _OTHERS), "")


class Names:
    """The names of one architecture."""

    def __init__(self, architecture: Architecture, layers: int) -> None:
        self._map = get_tensor_name_map(architecture.id, layers)

    def place(self, name: str) -> Place | None:
        """Where this tensor goes; None for one that the architecture does not have."""
        plain = _plain(name)
        expert = None
        if found := _EXPERT.fullmatch(plain):
            plain, expert = f"{found[1]}.{found[3]}.weight", int(found[2])
        elif plain.endswith(".mlp.experts.down_proj"):
            plain += ".weight"
        elif plain.endswith(".linear_attn.dt_bias"):
            plain = plain.removesuffix("dt_bias") + "dt_proj.bias"
        mapped = self._map.get_name(plain, (".weight", ".bias"))
        return Place(mapped, expert) if mapped else None


def is_gate_and_up(name: str) -> bool:
    """Whether the tensor holds the gates of all experts and, behind or beside them, their other half."""
    return name.endswith((".mlp.experts.gate_up_proj", ".mlp.experts.gate_up_proj.weight"))


def layer_of(name: str) -> str:
    """`blk.N.` of a tensor of layer N."""
    found = re.search(r"\blayers\.(\d{1,6})\.", name)
    return f"blk.{found[1]}." if found else ""


def _plain(name: str) -> str:
    """As a model without eyes has it: `model.…`, `lm_head.…`."""
    if name.startswith("lm_head."):
        return name
    name = name.removeprefix("model.")
    return "model." + name.removeprefix("language_model.").removeprefix("model.")
