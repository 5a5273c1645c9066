"""Sampler settings of which only some are given, by their names; the rest stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qwendesk.api.options import check, describe
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling, sampler_order


def wrong_overrides(values: Mapping[str, Any]) -> str:
    """What is wrong with them; empty where nothing is."""
    known = {one.name: one for one in describe(Sampling)}
    for name, value in values.items():
        try:
            checked = check(known[name], value)
            if name == "samplers":
                sampler_order(Sampling(samplers=checked))
        except (KeyError, Problem):
            return f"sampling does not take {name[:40]} = {str(value)[:40]}"
    return ""


def overridden(usual: Sampling, values: Mapping[str, Any]) -> Sampling:
    """The usual sampling with these values in their places; `wrong_overrides` has nothing against them."""
    known = {one.name: one for one in describe(Sampling)}
    return replace(usual, **{name: check(known[name], value) for name, value in values.items()})
