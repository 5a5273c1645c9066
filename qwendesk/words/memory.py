"""The memory estimate in words: its parts, its verdict, and what would fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qwendesk.api.words import N_
from qwendesk.models.memory.fit import Fit, judge
from qwendesk.models.memory.parts import Part
from qwendesk.words import _, figures, ngettext

PARTS: dict[str, str] = {
    "weights": N_("Weights"),
    "repacked": N_("Rearranged weights"),
    "cache": N_("KV cache"),
    "state": N_("Recurrent state"),
    "compute": N_("Compute buffer"),
    "vocabulary": N_("Vocabulary"),
    "checkpoints": N_("State checkpoints"),
    "prompt_cache": N_("Prompt cache"),
    "projector": N_("Vision projector"),
    "draft": N_("Draft model"),
    "adapters": N_("LoRA adapters"),
    "overhead": N_("Worker process"),
}


def part(one: Part) -> str:
    """Its name, and where it is if that is not main memory."""
    name = _(PARTS[one.id])
    return _("{part} on the graphics card").format(part=name) if one.device == "gpu" else name


def amount(one: Part) -> str:
    """ "152.0 MB", and what it may grow to."""
    if one.limit <= one.bytes:
        return figures.size(one.bytes)
    return _("{size}, may grow to {most}").format(size=figures.size(one.bytes), most=figures.size(one.limit))


def verdict(fit: Fit) -> str:
    """Whether it fits, in one sentence."""
    told = {
        "fits": _("About {needed} of the {available} that are free."),
        "tight": _("About {needed} of the {available} that are free: little is left for other programs."),
        "too_big": _("About {needed}, but only {available} are free."),
    }[fit.verdict]
    if fit.verdict == "tight" and fit.estimate.total > fit.available:
        told = _(
            "About {needed}, and {available} of main memory are free: a graphics card must hold the rest."
        )
    if fit.verdict == "too_big" and fit.estimate.total <= fit.available:
        told = _("About {needed}: more than should be taken of the {available} that are free.")
    sizes = {"needed": figures.size(fit.estimate.total), "available": figures.size(fit.available)}
    return " ".join(filter(None, (told.format(**sizes), _on_cards(fit))))


def _on_cards(fit: Fit) -> str:
    """What graphics cards are to hold; empty where that is nothing."""
    needed = fit.estimate.on("gpu")
    if not needed:
        return ""
    if judge(needed, fit.video) == "too_big":
        told = _("On the graphics card about {needed}, but only {free} are free.")
    else:
        told = _("On the graphics card about {needed} of the {free} that are free.")
    return told.format(needed=figures.size(needed), free=figures.size(fit.video))


def change(options: Mapping[str, Any]) -> str:
    """Load options as a person would say them: "a context of 4,096 tokens, 1 parallel request"."""
    said = []
    for name, value in options.items():
        if name == "context":
            said.append(_("a context of {n}").format(n=figures.tokens(value)))
        elif name == "slots":
            said.append(_("parallel requests: {n}").format(n=value))
        elif name == "cache_type_k":
            said.append(_("a {type} cache").format(type=value))
        elif name == "gpu_layers":
            layers = ngettext("{n} layer on the graphics card", "{n} layers on the graphics card", value)
            said.append(layers.format(n=value))
        elif name != "cache_type_v":
            said.append(f"{name}={value}")
    return ", ".join(said)


def error(median: float | None) -> str:
    """How far off estimates were here; empty where nothing was measured yet."""
    if median is None:
        return ""
    return _("Estimates were off by {percent:.1f} % here (median of the last loads).").format(
        percent=100 * median
    )
