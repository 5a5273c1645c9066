"""The one fallback that llama.cpp does not log: the output matrix becomes Q8_0 where its rows do not fit.

From `llama_tensor_get_type_impl` in src/llama-quant.cpp; of a model that ties them, the output matrix is
the embedding table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qwendesk_llamacpp.jobs.quantize.lines import Seen
from qwendesk_llamacpp.jobs.quantize.names import native
from qwendesk_llamacpp.jobs.quantize.parameters import Parameters

_LOWEST = {"IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M", "IQ3_XXS"}
_BLOCKS = {"Q1_0": 128, "Q2_0": 64}
_WIDE = 256


def unsaid(parameters: Parameters, tensors: Sequence[Seen]) -> dict[str, str]:
    """By tensor, the type that it would have if its rows fitted the file's."""
    by_name = {one.name: one for one in tensors}
    output = by_name.get("output.weight") or by_name.get("token_embd.weight")
    if output is None or output.after != "Q8_0" or output.before == "Q8_0" or _is_chosen(parameters, output):
        return {}
    if output.shape[0] % _block(parameters.type) == 0:
        return {}
    return {output.name: "Q5_K" if parameters.type in _LOWEST else "Q6_K"}


def _is_chosen(parameters: Parameters, output: Seen) -> bool:
    """Whether somebody said what this tensor shall be."""
    structure, anything = parameters.structure, native.GGML_TYPE_COUNT
    return bool(
        structure.pure
        or structure.output_tensor_type != anything
        or (output.name == "token_embd.weight" and structure.token_embedding_type != anything)
        or any(re.search(one, output.name) for one in parameters.patterns)
    )


def _block(type: str) -> int:
    """How many numbers of a row the file's main type packs together."""
    is_wide = "_K" in type or (type.startswith(("IQ", "TQ")) and type != "IQ4_NL")
    return _BLOCKS.get(type, _WIDE if is_wide else 1)
