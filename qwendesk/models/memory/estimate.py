"""The memory of a model before it is loaded: one function, and a table of how each runtime does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from qwendesk.models.facts import Facts
from qwendesk.models.memory import llama, torch
from qwendesk.models.memory.cache import CacheShape, layer_bytes
from qwendesk.models.memory.parts import Companions, Estimate, Host, Part, Request

Estimator = Callable[[Request], Estimate]


def _plain(request: Request) -> Estimate:
    """For runtimes that nothing is known of: weights as they are stored, and an f16 cache for one context."""
    facts = request.facts
    context = request.number("context") or facts.context
    shape = CacheShape(context, 1)
    cache = sum(layer_bytes(facts, layer, shape) for layer in facts.attention.layers)
    parts = (
        Part("weights", facts.tensor_bytes or facts.size_bytes, "bytes of all tensors"),
        Part("cache", cache, f"{len(facts.attention.layers)} attention layers × {context:,} tokens × f16"),
    )
    return Estimate(parts, context)


ESTIMATORS: dict[str, Estimator] = {
    "llamacpp": partial(llama.estimate, flavour=llama.LLAMACPP),
    "llamaserver": partial(llama.estimate, flavour=llama.LLAMASERVER),
    "transformers": torch.estimate,
    "gguf": partial(llama.estimate, flavour=llama.LLAMACPP),
}
"""By a runtime's id, or by a format for runtimes that are not listed."""


def estimate(
    facts: Facts,
    runtime: str,
    options: Mapping[str, Any] | None = None,
    host: Host | None = None,
    companions: Companions | None = None,
) -> Estimate:
    """What the model would take, loaded by a runtime with these options (by name; missing ones are unset).

    Never raises for what a file or a form may say: a number that is not told counts as 0.
    """
    estimator = ESTIMATORS.get(runtime) or ESTIMATORS.get(facts.format) or _plain
    return estimator(Request(facts, options or {}, host or Host(), companions or Companions()))
