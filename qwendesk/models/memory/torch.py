"""The estimate for PyTorch: weights in the format that they are computed in, caches that grow as one reads.

How unset options are resolved: `placement.py` of the plugin. bitsandbytes quantizes the matrices of layers
and leaves embeddings, norms and the output as they are; nf4 keeps a float32 scale for each 64 weights, or
with double quantization an 8-bit one (Dettmers et al. 2023, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from qwendesk.models.facts import Facts, Tensor
from qwendesk.models.memory import checkpoint
from qwendesk.models.memory.parts import Companions, Device, Estimate, Part, Request

_MIB = 1 << 20
_UNKNOWN_CONTEXT, _USUAL_CONTEXT = 4096, 8192
_SLOTS, _CHUNK = 4, 256
_SIZES = {"float32": 4, "bfloat16": 2, "float16": 2}
_SHARE = 0.6
"""Of the free memory: what float32 weights may take before bfloat16 is taken in their place."""
_HOLES = 1.25
"""What quantized weights take of the heap over their size: quantizing leaves holes in it (measured)."""
_COPIES = {"int8": 2.0}
"""On a processor bitsandbytes keeps int8 weights twice, once it has used them (measured)."""
_QUANTIZED = {"int8": 1.0, "nf4": 0.5 + 4 / 64, "nf4 twice": 0.5 + 1 / 64}
"""Bytes for each weight of a quantized matrix."""
_OVERHEAD, _QUANTIZER = 352 * _MIB, 64 * _MIB
"""The worker with PyTorch and its kernels before a model is there, and what bitsandbytes adds (measured)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The options with everything filled in: tokens of a slot, number format, where it is computed."""

    context: int
    slots: int
    dtype: str
    quantization: str
    device: Device


def planned(request: Request) -> Plan:
    """What the options come to for this model."""
    trained = request.facts.context
    context = request.number("context") or min(trained or _UNKNOWN_CONTEXT, _USUAL_CONTEXT)
    quantization = request.text("quantization", "none")
    if quantization == "nf4" and request.switch("double_quantization", default=False):
        quantization = "nf4 twice"
    on_card = request.host.gpu and request.text("device", "auto") != "cpu"
    return Plan(
        min(context, trained) if trained else context,
        1 if _is_alone(request) else request.number("slots", _SLOTS),
        _dtype(request, on_card, quantization),
        quantization,
        "gpu" if on_card else "cpu",
    )


def _is_alone(request: Request) -> bool:
    """A fixed cache, which compiled code needs, holds one request at a time."""
    return request.switch("compile", default=False) or request.switch("static_cache", default=False)


def _dtype(request: Request, on_card: bool, quantization: str) -> str:
    chosen = request.text("dtype", "auto")
    if chosen in _SIZES:
        return chosen
    if on_card or quantization in _QUANTIZED or request.facts.quantization.label:
        return "bfloat16"
    whole = 4 * _elements(request.facts)
    return "float32" if not request.host.free or whole < _SHARE * request.host.free else "bfloat16"


def _elements(facts: Facts) -> int:
    return sum(one.elements for one in facts.tensors) or facts.parameters


def estimate(request: Request) -> Estimate:
    """The parts for a folder with safetensors files."""
    facts, plan = request.facts, planned(request)
    per_token = _token_bytes(facts, plan)
    cache = plan.context * per_token
    inner = max(facts.feed_forward, facts.experts.feed_forward if facts.experts is not None else 0)
    chunk = request.number("chunk", _CHUNK)
    compute = chunk * (3 * inner + 8 * facts.embedding) * 4 + facts.vocabulary * 4 * plan.slots
    overhead = _OVERHEAD + (_QUANTIZER if plan.quantization in _QUANTIZED else 0)
    weights = _weights(request, plan)
    parts = (
        Part("weights", weights, _told(facts, plan), plan.device),
        Part(
            "cache",
            cache,
            f"{plan.context:,} tokens × {per_token:,} bytes, for each of up to {plan.slots} conversations",
            plan.device,
            limit=cache * plan.slots,
        ),
        Part("compute", compute, f"what {chunk} tokens compute at once", plan.device),
        *_draft(request, plan, weights),
        Part("overhead", overhead, "the worker with PyTorch, without a model, measured"),
    )
    return Estimate(tuple(one for one in parts if one.limit), plan.context, plan.slots)


def _draft(request: Request, plan: Plan, weights: int) -> tuple[Part, ...]:
    """The small model beside this one, never quantized while loading, with the keys and values of one
    conversation; `weights`: bytes that are gone from the free memory when its number format is chosen."""
    facts = request.companions.draft
    if facts is None or request.text("draft", "off") != "model":
        return ()
    options = {**request.options, "context": plan.context, "slots": 1, "draft": "off", "quantization": "none"}
    free = request.host.free
    small = replace(
        request,
        facts=replace(facts, context=plan.context),
        options=options,
        host=replace(request.host, free=max(1, free - weights) if free and plan.device == "cpu" else free),
        companions=Companions(),
    )
    size = sum(one.bytes for one in estimate(small).parts if one.id != "overhead")
    return (Part("draft", size, "the small model's weights, cache and buffers", plan.device),)


def _told(facts: Facts, plan: Plan) -> str:
    if plan.quantization in _QUANTIZED:
        size = _QUANTIZED[plan.quantization]
        return f"matrices of the layers × {size:.3f} bytes ({plan.quantization}), the rest as {plan.dtype}"
    if facts.quantization.label:
        return f"quantized weights ({facts.quantization.label}) as they are held, the rest as {plan.dtype}"
    return f"all weights as {plan.dtype}"


def _weights(request: Request, plan: Plan) -> int:
    facts, size = request.facts, _SIZES[plan.dtype]
    if plan.quantization not in _QUANTIZED:
        return checkpoint.held(facts, size, keeps_fp8=plan.device == "gpu" and request.host.fp8)
    matrices = sum(one.elements for one in facts.tensors if _is_quantized(one))
    each = _QUANTIZED[plan.quantization]
    if plan.device == "cpu":
        each *= _COPIES.get(plan.quantization, _HOLES)
    return round(matrices * each) + (_elements(facts) - matrices) * size


def _is_quantized(one: Tensor) -> bool:
    """Matrices of layers; not the experts of a mixture, which are stacked and passed over."""
    return one.block is not None and len(one.shape) > 1 and ".experts." not in one.name


def _token_bytes(facts: Facts, plan: Plan) -> int:
    """Keys and values of one token in all layers that keep them."""
    one = facts.attention
    heads = sum(one.kv_heads[layer] for layer in one.layers if layer < len(one.kv_heads))
    return heads * (one.key_size + one.value_size) * _SIZES[plan.dtype]
