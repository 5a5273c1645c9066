"""The estimate for both runtimes that are llama.cpp inside; they differ in defaults and in what they keep.

How unset options are resolved: the `resolve.py` of each plugin. Context and batches: llama-context.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from qwendesk.models.facts import Facts
from qwendesk.models.memory import cache, compute, weights
from qwendesk.models.memory.parts import Companions, Device, Estimate, Part, Request

_UNKNOWN_CONTEXT, _USUAL_CONTEXT = 4096, 8192
_MOST_SLOTS, _SPARE_CACHE = 4, 1 << 30
_MIB = 1 << 20
# llama-arch.cpp, llm_arch_supports_rs_rollback
_ROLL_BACK = ("qwen35", "qwen35moe", "lfm2", "lfm2moe")


@dataclass(frozen=True, slots=True)
class Flavour:
    """What sets the runtimes apart.

    Args:
        batch: tokens of a batch where the option is unset; `ubatch` of a physical one.
        overhead: bytes of the process before a model is there: interpreter, libraries, buffers (measured).
        token_bytes: of the vocabulary's tables for each token, merges included (measured).
        checkpoints: recurrent states that one slot keeps after a prompt, and at most.
        stretches: whether RoPE scaling may make the context longer than the trained one.
    """

    batch: int
    overhead: int
    token_bytes: int
    checkpoints: tuple[int, int]
    stretches: bool


LLAMACPP = Flavour(512, 32 * _MIB, 312, (1, 4), True)
LLAMASERVER = Flavour(256, 36 * _MIB, 570, (2, 32), False)


@dataclass(frozen=True, slots=True)
class Plan:
    """The options with everything filled in, as the runtime would do it.

    Args:
        cells: of the cache of one slot; snapshots: recurrent states kept for guesses that were wrong.
    """

    context: int
    cells: int
    slots: int
    ubatch: int
    gpu_layers: int
    flash: bool
    keys: str
    values: str
    snapshots: int
    outputs: int


def planned(request: Request, flavour: Flavour) -> Plan:
    """What the options come to for this model."""
    facts = request.facts
    context = _context(request, flavour)
    slots = request.number("slots") or _slots(facts, context)
    cells = cache.padded(-(-cache.padded(context * slots) // slots))
    batch = min(request.number("batch") or flavour.batch, cells * slots)
    guesses = request.number("draft_max", 16) if request.text("draft", "off") != "off" else 0
    recurrent = facts.recurrent is not None and bool(facts.recurrent.layers)
    return Plan(
        context=context,
        cells=cells,
        slots=slots,
        ubatch=min(request.number("ubatch") or flavour.batch, batch),
        gpu_layers=_gpu_layers(request),
        flash=request.text("flash_attention", "auto") != "off",
        keys=request.text("cache_type_k", "f16"),
        values=request.text("cache_type_v", "f16"),
        snapshots=guesses if recurrent and facts.architecture in _ROLL_BACK else 0,
        outputs=slots * (1 + guesses),
    )


def _context(request: Request, flavour: Flavour) -> int:
    most = request.facts.context
    if flavour.stretches:
        factor = request.options.get("rope_scale")
        stretched = request.text("rope_scaling", "model") in ("linear", "yarn")
        most = request.number("yarn_original_context") or most
        if stretched and isinstance(factor, (int, float)) and 1 <= factor <= 1 << 20:
            most = int(most * factor)
    context = request.number("context") or min(most or _UNKNOWN_CONTEXT, _USUAL_CONTEXT)
    return min(context, most) if most else context


def _slots(facts: Facts, context: int) -> int:
    one = facts.attention
    heads = max(one.kv_heads, default=0)
    bytes_of_cache = context * facts.layers * heads * (one.key_size + one.value_size) * 2
    return max(1, min(_MOST_SLOTS, _SPARE_CACHE // bytes_of_cache)) if bytes_of_cache else 1


def _gpu_layers(request: Request) -> int:
    if not request.host.gpu:
        return 0
    every = request.facts.layers + 1
    return min(request.number("gpu_layers", every), every)


def estimate(request: Request, flavour: Flavour) -> Estimate:
    """The parts for a GGUF file."""
    plan = planned(request, flavour)
    parts = [
        *weights.parts(request, plan.gpu_layers),
        *_cache(request.facts, plan),
        *_states(request.facts, plan, flavour),
        *_compute(request.facts, plan),
        *_beside(request, plan, flavour),
    ]
    return Estimate(tuple(one for one in parts if one.limit), plan.context, plan.slots)


def _cache(facts: Facts, plan: Plan) -> list[Part]:
    shape = cache.CacheShape(plan.cells, plan.slots, plan.keys, plan.values, plan.ubatch)
    sizes = {True: 0, False: 0}
    for layer in facts.attention.layers:
        sizes[weights.layer_on_gpu(facts, layer, plan.gpu_layers)] += cache.layer_bytes(facts, layer, shape)
    told = (
        f"{len(facts.attention.layers)} attention layers × {plan.cells:,} cells × {plan.slots} slots × "
        f"({plan.keys} keys of {facts.attention.key_size} + {plan.values} values of "
        f"{facts.attention.value_size}) × {max(facts.attention.kv_heads, default=0)} heads"
    )
    return [Part("cache", sizes[False], told), Part("cache", sizes[True], told, "gpu")]


def _states(facts: Facts, plan: Plan, flavour: Flavour) -> list[Part]:
    if facts.recurrent is None:
        return []
    one = cache.state_bytes(facts.recurrent)
    rows = plan.slots * (1 + plan.snapshots)
    layers = facts.recurrent.layers
    on_card = sum(weights.layer_on_gpu(facts, layer, plan.gpu_layers) for layer in layers)
    told = f"recurrent layers × {one:,} bytes (f32) × {plan.slots} slots × (1 + {plan.snapshots} snapshots)"
    kept, most = flavour.checkpoints
    sequence = one * len(layers)
    return [
        Part("state", (len(layers) - on_card) * one * rows, f"{len(layers) - on_card} {told}"),
        Part("state", on_card * one * rows, f"{on_card} {told}", "gpu"),
        Part(
            "checkpoints",
            sequence * kept,
            f"{kept} to {most} copies of {sequence:,} bytes of state for each slot that was used",
            limit=sequence * most * plan.slots,
        ),
    ]


def _compute(facts: Facts, plan: Plan) -> list[Part]:
    batch = compute.Batch(plan.ubatch, plan.cells, plan.flash)
    outputs = facts.vocabulary * plan.outputs * 4
    told = f"what {plan.ubatch} tokens compute at once, and logits of {plan.outputs} × {facts.vocabulary:,}"
    if not plan.gpu_layers:
        return [Part("compute", compute.touched(facts, batch) + outputs, told)]
    staged = plan.ubatch * facts.embedding * 4 * 2
    return [
        Part(
            "compute", staged + outputs, f"{plan.ubatch} tokens × {facts.embedding} on their way, and {told}"
        ),
        Part("compute", compute.reserved(facts, batch), f"{told}, all reserved", "gpu"),
    ]


def _beside(request: Request, plan: Plan, flavour: Flavour) -> list[Part]:
    facts, files = request.facts, request.companions
    device: Device = "gpu" if plan.gpu_layers else "cpu"
    prompts = request.number("prompt_cache", 512) * _MIB
    parts = [
        Part(
            "vocabulary",
            facts.vocabulary * flavour.token_bytes,
            f"{facts.vocabulary:,} tokens × {flavour.token_bytes} bytes of tables",
        ),
        Part("overhead", flavour.overhead, "the worker process without a model, measured"),
        Part("prompt_cache", 0, f"conversations put aside, up to {prompts // _MIB:,} MiB", limit=prompts),
    ]
    if files.projector is not None:
        size = files.projector.tensor_bytes
        parts.append(Part("projector", size, "bytes of the projector's tensors", device))
    if files.adapter_bytes:
        parts.append(Part("adapters", files.adapter_bytes, "bytes of the adapter files", device))
    if files.draft is not None and request.text("draft", "off") == "model":
        size = _draft(request, files.draft, plan, flavour)
        parts.append(Part("draft", size, "the small model's weights, cache and buffers, one slot", device))
    return parts


def _draft(request: Request, facts: Facts, plan: Plan, flavour: Flavour) -> int:
    """A model beside the model: everything but the process."""
    options = {**request.options, "context": plan.context, "slots": 1, "draft": "off", "prompt_cache": 0}
    small = replace(
        request, facts=replace(facts, context=plan.context), options=options, companions=Companions()
    )
    parts = estimate(small, flavour).parts
    return sum(one.bytes for one in parts if one.id not in ("overhead", "checkpoints"))
