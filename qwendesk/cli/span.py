"""A span of time as an argument: 30m, 1h, 7d."""

from __future__ import annotations

import re

import click

from qwendesk.words import _

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Span(click.ParamType[float]):
    """Seconds."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d{1,9})([smhd])", str(value).strip())
        if found is None:
            self.fail(_("{value} is no span of time: 30m, 1h, 7d.").format(value=value), param, ctx)
        return float(found[1]) * _UNITS[found[2]]
