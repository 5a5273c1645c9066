"""How a model could run here: in which quantization, with which context, in how much memory, how fast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from qwendesk.models.advisor.suitability import NEEDS, Suitable, lost
from qwendesk.models.advisor.wish import Capacity, Runner, Task
from qwendesk.models.catalog import Published, Quant, catalogue
from qwendesk.models.facts import Facts
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.parts import Companions, Estimate, Host
from qwendesk.models.planned import facts_of, file_bytes, narrow, projector_bytes, projector_facts

FLOOR = 4 << 30
"""Bytes of disk that stay free."""
USUAL_EFFICIENCY = 0.65
"""Share of the bandwidth that decoding with llama.cpp usually reaches, until it was measured here."""
_VIDEO_BANDWIDTH = 300e9  # a careful figure: cards tell their memory's size, but not its speed
_READ_CONTEXT = 2048
_LOOKED_UP = 0.8  # the IQ types look their values up, which costs a processor more than reading them

_TINY = ("Q8_0", "Q6_K")
_SMALL = ("Q8_0", "Q6_K", "UD-Q4_K_XL", "Q4_K_M")
_MIDDLE = ("Q6_K", "Q5_K_M", "UD-Q4_K_XL", "Q4_K_M", "UD-Q4_K_M", "Q4_K_S", "IQ4_XS")
_LARGE = ("UD-Q4_K_XL", "Q4_K_M", "UD-Q4_K_M", "Q4_K_S", "IQ4_XS", "UD-Q3_K_XL", "Q3_K_M")
_ASSUMED = ("Q4_K_M", "Q8_0")
_PUBLISHERS = ("Qwen", "unsloth", "ggml-org", "bartowski", "lmstudio-community")


@dataclass(frozen=True, slots=True)
class Plan:
    """A model in a quantization with a context. `lacks` is what it lacks here, empty where it fits.

    `size` is that of its file, and of its projector where it needs one for the task.
    """

    suitable: Suitable
    published: Published
    quant: str
    size: int
    context: int
    estimate: Estimate
    on_gpu: bool
    tokens_per_s: float
    quality: float
    projector: bool = False
    lacks: str = ""

    @property
    def memory(self) -> int:
        """Bytes of main memory and of the card together."""
        return sum(one.bytes for one in self.estimate.parts)


def plans(one: Suitable, task: Task, runner: Runner, machine: Capacity, have: frozenset[str]) -> list[Plan]:
    """The model's quantizations that make sense for its size, the best first."""
    found = []
    for published, quant in _published(one):
        size = file_bytes(one.entry, quant.name, published.repo)
        if size is None:
            continue
        facts = facts_of(one.entry, quant.name, size)
        if facts is not None:
            found.append(_plan(one, task, runner, machine, (published, quant, facts), have))
    return sorted(
        found, key=lambda plan: (bool(plan.lacks), -plan.quality, _trust(plan.published), plan.size)
    )


def _published(one: Suitable) -> Iterator[tuple[Published, Quant]]:
    """Quantizations that are known to be there, each from the publisher that is trusted most."""
    taken = set()
    for published in sorted(one.entry.gguf, key=_trust):
        for name in published.quants or _ASSUMED:
            if name in _fitting(one) and name not in taken:
                known = catalogue().quant(name)
                if known is not None:
                    taken.add(name)
                    yield published, replace(known, name=name)


def _trust(published: Published) -> int:
    """The Qwen team first, then who is known; files with a layer for guessing ahead after plain ones."""
    known = published.publisher in _PUBLISHERS
    return (_PUBLISHERS.index(published.publisher) if known else len(_PUBLISHERS)) * 2 + (
        "-MTP-" in published.repo
    )


def _fitting(one: Suitable) -> tuple[str, ...]:
    billions = one.entry.about_billions
    if narrow(one.entry):
        return ("Q8_0",)
    if billions < 1:
        return _TINY
    if billions < 3.5:
        return _SMALL
    return _MIDDLE if billions < 20 else _LARGE


def _plan(
    one: Suitable,
    task: Task,
    runner: Runner,
    machine: Capacity,
    made: tuple[Published, Quant, Facts],
    have: frozenset[str],
) -> Plan:
    published, quant, facts = made
    eye = projector_bytes(one.entry) if NEEDS[task].ability in ("images", "audio") else 0
    context, found, on_gpu = _context(facts, eye, task, runner, machine)
    lacks = ""
    if not on_gpu and found.total > machine.budget:
        lacks = "memory"
    elif (
        f"{published.repo}:{quant.name}".lower() not in have and facts.size_bytes + eye + FLOOR > machine.disk
    ):
        lacks = "disk"
    return Plan(
        suitable=one,
        published=published,
        quant=quant.name,
        size=facts.size_bytes + eye,
        projector=eye > 0,
        context=context,
        estimate=found,
        on_gpu=on_gpu,
        tokens_per_s=speed(one, facts, machine, on_gpu, context),
        quality=one.quality - lost(quant, one.entry.about_billions),
        lacks=lacks,
    )


def _context(
    facts: Facts, eye: int, task: Task, runner: Runner, machine: Capacity
) -> tuple[int, Estimate, bool]:
    """The longest context up to what the task wants that fits, or the shortest that it can do with."""
    needs = NEEDS[task]
    most = min(needs.context, facts.context or needs.context)
    context = most
    while True:
        found = _estimate((facts, eye), runner, machine, context, gpu=False)
        if runner.gpu and machine.video:
            on_card = _estimate((facts, eye), runner, machine, context, gpu=True)
            if on_card.on("gpu") <= machine.video_budget and on_card.on("cpu") <= machine.budget:
                return context, on_card, True
        if found.total <= machine.budget or context // 2 < min(needs.least, most):
            return context, found, False
        context //= 2


def _estimate(
    made: tuple[Facts, int], runner: Runner, machine: Capacity, context: int, *, gpu: bool
) -> Estimate:
    facts, eye = made
    options = {"context": context, "slots": 1}
    companions = Companions(projector=projector_facts(eye) if eye else None)
    return estimate(facts, runner.id, options, Host(machine.features, gpu=gpu), companions)


def speed(one: Suitable, facts: Facts, machine: Capacity, on_gpu: bool, context: int) -> float:
    """Tokens a second: bandwidth ÷ bytes read for a token (weights in use, keys and values so far)."""
    entry = one.entry
    share = entry.active_billions / entry.about_billions if entry.active_billions else 1.0
    read = facts.size_bytes * share + (entry.kv_bytes_per_token or 0) * min(context, _READ_CONTEXT)
    bandwidth = _VIDEO_BANDWIDTH if on_gpu else machine.bandwidth
    efficiency = USUAL_EFFICIENCY if on_gpu else machine.efficiency or USUAL_EFFICIENCY
    if facts.quantization.name.startswith("IQ") and not on_gpu:
        efficiency *= _LOOKED_UP
    return bandwidth * efficiency / read if read else 0.0
