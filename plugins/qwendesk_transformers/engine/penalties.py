"""Samplers that look at the text before: repetition, presence and frequency, and DRY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import torch

from qwendesk.api.sampling import Sampling

_LONGEST = 50
"""Tokens: a repeat that is longer is penalized like this one."""


def penalize(logits: torch.Tensor, s: Sampling, text: Sequence[int], context: int) -> torch.Tensor:
    """Tokens of the last ones become less likely (llama.cpp, `llama_sampler_penalties_apply`)."""
    window = context if s.repeat_last_n < 0 else s.repeat_last_n
    if not window or (s.repeat_penalty == 1 and not s.presence_penalty and not s.frequency_penalty):
        return logits
    counts = Counter(text[-window:])
    ids = torch.tensor(list(counts), device=logits.device)
    times = torch.tensor(list(counts.values()), dtype=logits.dtype, device=logits.device)
    old = logits[ids]
    new = torch.where(old > 0, old / s.repeat_penalty, old * s.repeat_penalty)
    changed = logits.clone()
    changed[ids] = new - times * s.frequency_penalty - s.presence_penalty
    return changed


def dry(
    logits: torch.Tensor, s: Sampling, text: Sequence[int], context: int, breakers: Collection[int]
) -> torch.Tensor:
    """Tokens that would go on with a sequence that was there before ("don't repeat yourself")."""
    window = context if s.dry_penalty_last_n < 0 else s.dry_penalty_last_n
    if not s.dry_multiplier or not window:
        return logits
    lengths = repeats(text[-window:], breakers)
    found = {id: length for id, length in lengths.items() if length >= s.dry_allowed_length}
    if not found:
        return logits
    changed = logits.clone()
    for id, length in found.items():
        changed[id] -= s.dry_multiplier * s.dry_base ** (length - s.dry_allowed_length)
    return changed


def repeats(text: Sequence[int], breakers: Collection[int]) -> dict[int, int]:
    """For each token that once followed what the text ends with: how many tokens of it were the same."""
    found: dict[int, int] = {}
    if not text or text[-1] in breakers:
        return found
    last = text[-1]
    for place in range(len(text) - 2, -1, -1):
        if text[place] != last:
            continue
        length = _same(text, place, breakers)
        follower = text[place + 1]
        found[follower] = max(found.get(follower, 0), length)
    return found


def _same(text: Sequence[int], place: int, breakers: Collection[int]) -> int:
    """How many tokens up to `place` are those up to the end."""
    end = len(text) - 1
    length = 0
    while length < _LONGEST and place - length >= 0:
        token = text[end - length]
        if text[place - length] != token or token in breakers:
            break
        length += 1
    return length
