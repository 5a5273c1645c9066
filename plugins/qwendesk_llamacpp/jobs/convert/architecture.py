"""Which classes of Transformers can be written as GGUF, and how llama.cpp calls them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gguf import MODEL_ARCH, MODEL_ARCH_NAMES

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert.config import Config


@dataclass(frozen=True, slots=True)
class Architecture:
    """What makes one differ from the next.

    Attributes:
        experts: the feed-forward part is a mixture.
        shared: an expert that every token passes.
        renormed: llama.cpp's graph scales the weights of the chosen experts to a sum of 1; it is not asked.
        sections: positions have parts (M-RoPE).
        headed: the size of a head is told, and queries and keys are normed.
        biased: queries, keys and values have a bias.
        linear: layers of linear attention (Gated DeltaNet) among the others.
    """

    id: MODEL_ARCH
    experts: bool = False
    shared: bool = False
    renormed: bool = True
    sections: bool = False
    headed: bool = True
    biased: bool = False
    linear: Literal["", "grouped", "tiled"] = ""

    @property
    def name(self) -> str:
        return str(MODEL_ARCH_NAMES[self.id])


_QWEN2 = Architecture(MODEL_ARCH.QWEN2, headed=False, biased=True)
_QWEN2_VL = Architecture(MODEL_ARCH.QWEN2VL, headed=False, biased=True, sections=True)
_CLASSES = {
    "Qwen2ForCausalLM": _QWEN2,
    "Qwen2MoeForCausalLM": Architecture(
        MODEL_ARCH.QWEN2MOE, experts=True, shared=True, renormed=False, headed=False, biased=True
    ),
    "Qwen2VLForConditionalGeneration": _QWEN2_VL,
    "Qwen2_5_VLForConditionalGeneration": _QWEN2_VL,
    "Qwen3ForCausalLM": Architecture(MODEL_ARCH.QWEN3),
    "Qwen3MoeForCausalLM": Architecture(MODEL_ARCH.QWEN3MOE, experts=True),
    "Qwen3VLForConditionalGeneration": Architecture(MODEL_ARCH.QWEN3VL, sections=True),
    "Qwen3VLMoeForConditionalGeneration": Architecture(MODEL_ARCH.QWEN3VLMOE, experts=True, sections=True),
    "Qwen3NextForCausalLM": Architecture(MODEL_ARCH.QWEN3NEXT, experts=True, shared=True, linear="grouped"),
    "Qwen3_5ForCausalLM": Architecture(MODEL_ARCH.QWEN35, sections=True, linear="tiled"),
    "Qwen3_5ForConditionalGeneration": Architecture(MODEL_ARCH.QWEN35, sections=True, linear="tiled"),
    "Qwen3_5MoeForCausalLM": Architecture(
        MODEL_ARCH.QWEN35MOE, experts=True, shared=True, sections=True, linear="tiled"
    ),
    "Qwen3_5MoeForConditionalGeneration": Architecture(
        MODEL_ARCH.QWEN35MOE, experts=True, shared=True, sections=True, linear="tiled"
    ),
}


def architecture_of(config: Config, folder: Path) -> Architecture:
    """The architecture of the checkpoint.

    Raises:
        Problem: `convert_architecture` (path, name, known) for one that is not written here, and
            `convert_routing` for a mixture that llama.cpp would compute otherwise.
    """
    names = config.names("architectures")
    found = next((_CLASSES[one] for one in names if one in _CLASSES), None)
    if found is None:
        told = ", ".join(names)[:200] or config.text("model_type")[:80] or "?"
        raise Problem("convert_architecture", path=str(folder), name=told, known=", ".join(_CLASSES))
    _must_route_alike(found, config, folder)
    return found


def _must_route_alike(architecture: Architecture, config: Config, folder: Path) -> None:
    """The classes with a switch for it, and its default; the others have none and do as llama.cpp."""
    defaults = {MODEL_ARCH.QWEN2MOE: False, MODEL_ARCH.QWEN3MOE: False, MODEL_ARCH.QWEN3NEXT: True}
    default = defaults.get(architecture.id)
    if default is not None and config.switch("norm_topk_prob", default) is not architecture.renormed:
        raise Problem("convert_routing", path=str(folder))
