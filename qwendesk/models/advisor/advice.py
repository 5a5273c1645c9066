"""Up to three models for a task on this machine: the recommended one, a stronger one, a faster one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qwendesk.api.problem import Note
from qwendesk.models.advisor.plans import FLOOR, Plan, plans
from qwendesk.models.advisor.suitability import NEEDS, suitable
from qwendesk.models.advisor.wish import Advice, Capacity, Pick, Role, Runner, Task, Wish

_BEARABLE = 1.0
_MUCH_FASTER = 1.8
_MUCH_WORSE = 18.0
_NEARLY = 0.8
_BETTER = 2.0


def advise(
    wish: Wish, capacity: Capacity, runners: Sequence[Runner], installed: Iterable[str] = ()
) -> Advice:
    """What to take.

    Args:
        runners: runtimes that work here, the preferred one first.
        installed: names of the library (ORG/REPO:QUANT), which need no more disk.
    """
    needs = NEEDS[wish.task]
    runner = next((one for one in runners if not needs.ability or needs.ability in one.abilities), None)
    if runner is None:
        return Advice((), Note("advice_no_runtime", {"task": wish.task}), capacity)
    have = frozenset(one.lower() for one in installed)
    found = [plans(one, wish.task, runner, capacity, have) for one in suitable(wish)]
    every = [one for one in found if one]
    if not every:
        return Advice((), Note("advice_unknown", {"task": wish.task}), capacity)
    best = [_best(one, needs.comfortable) for one in every]
    fitting = [one for one in best if not one.lacks]
    if not fitting:
        return Advice((), _nothing(best, capacity), capacity)
    chosen = _roles(fitting, needs.comfortable)
    picks = tuple(_pick(role, one, best, runner, capacity, wish.task, have) for role, one in chosen)
    return Advice(picks, None, capacity)


def _best(made: Sequence[Plan], comfortable: float) -> Plan:
    """Of a model's quantizations the best that fits and answers in comfort, or the fastest that fits."""
    fitting = [one for one in made if not one.lacks]
    if not fitting:
        return min(made, key=lambda one: one.size)
    quick = [one for one in fitting if one.tokens_per_s >= comfortable]
    if quick:
        return max(quick, key=lambda one: one.quality)
    fastest = max(one.tokens_per_s for one in fitting)
    return max((one for one in fitting if one.tokens_per_s >= _NEARLY * fastest), key=lambda one: one.quality)


def _roles(fitting: Sequence[Plan], comfortable: float) -> list[tuple[Role, Plan]]:
    quick = [one for one in fitting if one.tokens_per_s >= comfortable]
    first = (
        max(quick, key=lambda one: one.quality) if quick else max(fitting, key=lambda one: one.tokens_per_s)
    )
    roles: list[tuple[Role, Plan]] = [("recommended", first)]
    stronger = [
        one
        for one in fitting
        if one.quality > first.quality and one.tokens_per_s >= min(_BEARABLE, comfortable)
    ]
    if stronger:
        roles.append(("stronger", max(stronger, key=lambda one: one.quality)))
    faster = [
        one
        for one in fitting
        if first.quality - _MUCH_WORSE <= one.quality < first.quality
        and one.tokens_per_s >= _MUCH_FASTER * first.tokens_per_s
    ]
    if faster:
        roles.append(("faster", max(faster, key=lambda one: one.quality)))
    return roles


def _pick(
    role: Role,
    plan: Plan,
    every: Sequence[Plan],
    runner: Runner,
    capacity: Capacity,
    task: Task,
    have: frozenset[str],
) -> Pick:
    entry = plan.suitable.entry
    name = f"{plan.published.repo}:{plan.quant}"
    return Pick(
        role=role,
        name=name,
        model=entry.title,
        repo=plan.published.repo,
        quant=plan.quant,
        publisher=plan.published.publisher,
        official=plan.published.official,
        runtime=runner.id,
        context=plan.context,
        memory=plan.estimate.parts,
        memory_bytes=plan.memory,
        on_gpu=plan.on_gpu,
        disk_bytes=plan.size,
        tokens_per_s=round(plan.tokens_per_s, 1),
        licence=entry.licence or plan.suitable.family.licence.default or "",
        quality=round(plan.quality, 1),
        why=_why(role, plan, task),
        why_not_larger=_why_not_larger(plan, every, capacity),
        projector=plan.projector,
        installed=name.lower() in have,
    )


def _why(role: Role, plan: Plan, task: Task) -> Note:
    model, size, speed = plan.suitable.entry.title, plan.memory, _speed(plan)
    if role == "stronger":
        return Note("advice_stronger", {"model": model, "size": size, "speed": speed})
    if role == "faster":
        return Note("advice_faster", {"model": model, "size": size, "speed": speed})
    if plan.tokens_per_s < NEEDS[task].comfortable:
        return Note("advice_only", {"model": model, "size": size, "speed": speed})
    return Note("advice_recommended", {"model": model, "size": size, "speed": speed})


def _why_not_larger(plan: Plan, every: Sequence[Plan], capacity: Capacity) -> Note | None:
    """What speaks against the next better and larger one."""
    billions = plan.suitable.entry.about_billions
    larger = [
        one
        for one in every
        if one.suitable.entry.about_billions > billions
        and one.suitable.quality > plan.suitable.quality + _BETTER
    ]
    if not larger:
        return None
    next_one = min(larger, key=lambda one: (one.suitable.entry.about_billions, -one.suitable.quality))
    title = next_one.suitable.entry.title
    if next_one.lacks == "memory":
        most = capacity.video_budget if next_one.on_gpu else capacity.budget
        return Note("advice_larger_memory", {"model": title, "size": next_one.memory, "most": most})
    if next_one.lacks == "disk":
        return Note("advice_larger_disk", {"model": title, "size": next_one.size, "most": _room(capacity)})
    return Note("advice_larger_slow", {"model": title, "speed": _speed(next_one)})


def _nothing(best: Sequence[Plan], capacity: Capacity) -> Note:
    """Why not even the smallest can be taken."""
    by_disk = [one for one in best if one.lacks == "disk"]
    if by_disk:
        least = min(by_disk, key=lambda one: one.size)
        return Note(
            "advice_no_disk",
            {"model": least.suitable.entry.title, "size": least.size, "most": _room(capacity)},
        )
    least = min(best, key=lambda one: one.memory)
    return Note(
        "advice_no_memory",
        {
            "model": least.suitable.entry.title,
            "size": least.memory,
            "most": capacity.budget,
        },
    )


def _room(capacity: Capacity) -> int:
    return max(capacity.disk - FLOOR, 0)


def _speed(plan: Plan) -> str:
    rate = plan.tokens_per_s
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
