"""Where the weights of a GGUF file go: which device, mapped or copied, rearranged or not.

Sources in llama.cpp: src/llama-model.cpp (load_tensors: the last layers go to the card first, then the
output, never the embedding table), src/llama-model-loader.cpp (what is mapped from the file stays mapped
between the first and the last tensor that is used in place), ggml-cpu/repack.cpp (which types have a
rearranged copy on which processor).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qwendesk.models.facts import Facts, Tensor
from qwendesk.models.memory.parts import Part, Request

_X86 = {"Q4_0": "avx2", "Q4_K": "avx2", "IQ4_NL": "avx2", "MXFP4": "avx2", "Q2_K": "avx512f"}
_ARM = {"Q4_0": 4, "Q4_K": 8, "Q5_K": 8, "Q6_K": 8, "IQ4_NL": 4, "MXFP4": 4, "Q8_0": 4}
_EMBEDDINGS = "token_embd.weight"
_UNSEEN = ("rope_freqs.weight",)


@dataclass(frozen=True, slots=True)
class _Split:
    """Bytes of weights by what becomes of them."""

    mapped: int = 0
    copied: int = 0
    repacked: int = 0
    gpu: int = 0


def parts(request: Request, gpu_layers: int) -> list[Part]:
    """The weights as parts, `gpu_layers` of the layers on a card (the output counts as one more)."""
    split = _split(request, gpu_layers)
    found = [
        Part("weights", split.mapped, "the file from the first tensor used in place to the last, mapped")
    ]
    if not request.switch("mmap", default=True):
        found = [Part("weights", split.copied, "bytes of all tensors that stay in main memory")]
    if split.repacked:
        found.append(Part("repacked", split.repacked, "tensors with a rearranged copy for this processor"))
    if split.gpu:
        found.append(Part("weights", split.gpu, f"bytes of the tensors of {gpu_layers} layers", "gpu"))
    return found


def _split(request: Request, gpu_layers: int) -> _Split:
    facts = request.facts
    mapped = request.switch("mmap", default=True)
    # With a card, the layers that stay are put where the card can read them, and not rearranged.
    features = frozenset() if request.host.gpu and gpu_layers else request.host.features
    at = first = last = copied = repacked = gpu = 0
    seen = False
    for one in _used(facts):
        if on_gpu(facts, one, gpu_layers):
            gpu += one.bytes
        elif one.name != _EMBEDDINGS and is_repacked(one, features):
            repacked += one.bytes
        else:
            first, last, seen = (first if seen else at), at + one.bytes, True
            copied += one.bytes
        at += one.bytes
    table = next((one for one in facts.tensors if one.name == _EMBEDDINGS), None)
    if table is not None and facts.tied_embeddings:
        # Used twice: as a table it stays, as the output it goes where an output goes.
        if gpu_layers > facts.layers:
            gpu += table.bytes
        elif is_repacked(table, features):
            repacked += table.bytes
    return _Split(last - first if mapped else 0, copied, repacked, gpu)


def _used(facts: Facts) -> Iterator[Tensor]:
    """All but the layers for predicting further tokens, which are not loaded."""
    for one in facts.tensors:
        if (one.block is None or one.block < facts.layers) and one.name not in _UNSEEN:
            yield one


def on_gpu(facts: Facts, tensor: Tensor, gpu_layers: int) -> bool:
    """Whether a tensor is on a card when that many layers are, the output counted as the last."""
    if tensor.block is not None:
        return layer_on_gpu(facts, tensor.block, gpu_layers)
    return tensor.name.startswith("output") and gpu_layers > facts.layers


def layer_on_gpu(facts: Facts, layer: int, gpu_layers: int) -> bool:
    return gpu_layers > 0 and layer >= facts.layers + 1 - gpu_layers


def is_repacked(tensor: Tensor, features: frozenset[str]) -> bool:
    """Whether llama.cpp keeps a matrix rearranged on a processor with these features.

    `token_embd` is asked about as the output that it may be, too.
    """
    if len(tensor.shape) < 2 or not (tensor.name.endswith(".weight")):
        return False
    rows = tensor.shape[1]
    if _X86.get(tensor.type, "?") in features:
        return rows % 8 == 0
    fast = {"asimddp", "i8mm"} & features
    return bool(fast) and tensor.type in _ARM and rows % _ARM[tensor.type] == 0
