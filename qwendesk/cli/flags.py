"""Flags that are generated from options, and what was typed for them turned into settings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import click

from qwendesk.api.options import check, describe, parsed
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling, sampler_order
from qwendesk.words import _

_KINDS: dict[str, click.ParamType[Any]] = {"integer": click.INT, "number": click.FLOAT, "text": click.STRING}


def sampling_flags() -> list[click.Parameter]:
    """One flag for each sampling option."""
    return [
        click.Option([f"--{one.name.replace('_', '-')}"], type=_KINDS[one.kind], help=_(one.help))
        for one in describe(Sampling)
    ]


def sampling(recommended: Sampling | None, typed: Mapping[str, Any]) -> Sampling:
    """The recommended sampling with what was typed in its place.

    Raises:
        Problem: `option_type`, `option_range` or `option_sampler`.
    """
    asked = [one for one in describe(Sampling) if typed.get(one.name) is not None]
    made = replace(recommended or Sampling(), **{one.name: check(one, typed[one.name]) for one in asked})
    sampler_order(made)
    return made


def load_options(kind: type, context: int | None, pairs: Iterable[str]) -> dict[str, object]:
    """The runtime's load options from `--ctx` and NAME=VALUE pairs. Raises Problem `option_unknown`."""
    known = {one.name: one for one in describe(kind)}
    values: dict[str, object] = {} if context is None else {"context": context}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise click.UsageError(_("-o wants NAME=VALUE, not {pair}.").format(pair=pair))
        if name not in known:
            raise Problem("option_unknown", option=name, known=", ".join(known))
        values[name] = parsed(known[name].kind, text)
    return values


def logit_bias(pairs: Iterable[str]) -> dict[int, float]:
    """Biases by token id, from TOKEN=BIAS pairs; -inf forbids a token."""
    biases: dict[int, float] = {}
    for pair in pairs:
        token, _separator, bias = pair.partition("=")
        try:
            id, value = int(token), float(bias)
        except ValueError:
            id, value = -1, math.nan
        if id < 0 or math.isnan(value) or value == math.inf:
            raise click.UsageError(
                _("--logit-bias wants TOKEN=BIAS with a token's id and a number or -inf, not {pair}.").format(
                    pair=pair
                )
            )
        biases[id] = value
    return biases
