"""The figures of a reply: counts and rates, each defined in `qwendesk.api.reply`."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from qwendesk.api.reply import Gaps, Timings, Usage
from qwendesk.worker.generation import Generation


def usage(generation: Generation, prompt_tokens: int) -> Usage:
    """Tokens that were dropped again count nowhere; those of a found stop string are completion tokens."""
    draft = generation.draft
    return Usage(
        prompt_tokens=prompt_tokens,
        reused_tokens=generation.reused,
        completion_tokens=len(draft.trace),
        reasoning_tokens=len(draft.reasoning_tokens),
        injected_tokens=generation.injected,
        reuse=generation.reuse,
        drafted_tokens=generation.drafted,
        accepted_tokens=generation.accepted,
    )


def timings(generation: Generation, prompt_tokens: int, sent: float, now: float) -> Timings:
    """Prompt processing lasts from the first call of the engine to its first token, kept or not."""
    times = generation.draft.trace.times
    return Timings(
        ttft_s=times[0] - sent if times else None,
        prompt_tps=_prompt_rate(generation, prompt_tokens),
        decode_tps=_rate(len(times) - 1, times[-1] - times[0]) if times else None,
        reasoning_s=_reasoning_seconds(times, generation.draft.reasoning_tokens),
        total_s=now - sent,
        queue_s=generation.begun - sent if generation.begun is not None else None,
        gaps=gaps(times),
    )


def gaps(times: Sequence[float]) -> Gaps | None:
    """Of the times of tokens, in order; None for less than two."""
    ordered = sorted(later - earlier for earlier, later in itertools.pairwise(times))
    if not ordered:
        return None
    return Gaps(*(_nearest_rank(ordered, percent) for percent in (50, 95, 99)))


def _nearest_rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[-(-len(ordered) * percent // 100) - 1]


def _prompt_rate(generation: Generation, prompt_tokens: int) -> float | None:
    if generation.called is None or generation.first is None:
        return None
    return _rate(prompt_tokens - generation.reused, generation.first - generation.called)


def _rate(count: int, seconds: float) -> float | None:
    return count / seconds if count > 0 and seconds > 0 else None


def _reasoning_seconds(times: Sequence[float], thoughts: range) -> float | None:
    """From the first reasoning token to the first token behind the last one, or to the last token."""
    if not thoughts:
        return None
    return times[min(thoughts.stop, len(times) - 1)] - times[thoughts.start]
