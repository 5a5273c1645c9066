"""Schedule: the learning rate by elapsed time, for machines whose cores are shared."""

WARM_UP = 0.01
DECAY = 0.37
"""Shares of the training time in which the rate rises from 0, and falls back to 0."""


def rate(elapsed: float, total: float) -> float:
    """The share of the full learning rate after ``elapsed`` of ``total`` seconds."""
    done = elapsed / total
    return max(0.0, min(1.0, (done + 0.001) / WARM_UP, (1 - done) / DECAY))


def decaying(elapsed: float, total: float) -> bool:
    return elapsed > total * (1 - DECAY)
