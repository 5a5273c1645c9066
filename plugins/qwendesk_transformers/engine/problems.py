"""What PyTorch and Transformers raise, as problems that have a sentence."""

from __future__ import annotations

import re

import torch

from qwendesk.api.problem import Problem

_SHOWN = 300
_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z])")
_NO_MEMORY = re.compile("not enough memory|can't allocate memory")  # Windows, and the others


def problem_of(error: Exception) -> Exception:
    """The same as a Problem; one already is one."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, torch.cuda.OutOfMemoryError):
        return Problem("engine_out_of_card_memory", cause=_told(error))
    if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
        return Problem("engine_out_of_memory", cause=_first_line(error))
    return Problem("engine_failed", detail=f"{type(error).__name__}: {_first_line(error)}")


def _told(error: Exception) -> str:
    """What was wanted and what there was; PyTorch goes on about its own settings."""
    sentences = _SENTENCE.split(_first_line(error))
    return " ".join(sentences[:3])


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:_SHOWN]
