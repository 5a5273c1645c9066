"""The functions and constants of the calculator, each with bounds on its work."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from qwendesk.chat.tools.exact import MAX_BITS, Number, bounded, power, real, root, rounded, whole

Function = Callable[..., Number]

# Its factorial is just too long.
_MAX_FACTORIAL = 2_000


def _floating(function: Callable[..., float]) -> Function:
    return lambda *values: function(*map(real, values))


def _exact(function: Callable[..., int]) -> Function:
    return lambda value: Fraction(function(value))


def _folded(function: Callable[[Number, Number], Number]) -> Function:
    """Over any number of values, bounded at each step."""
    return lambda first, *rest: reduce(lambda a, b: bounded(function(a, b)), rest, first)


def _factorial(value: Number) -> Number:
    if value > _MAX_FACTORIAL:
        raise OverflowError
    return Fraction(math.factorial(whole(value)))


def _choices(function: Callable[[int, int], int]) -> Function:
    def chosen(total: Number, taken: Number) -> Number:
        n, k = whole(total), whole(taken)
        steps = min(k, n - k) if function is math.comb else k
        # Twice the digits at most: the result is what is bounded.
        if k <= n and steps * n.bit_length() > 2 * MAX_BITS:
            raise OverflowError
        return Fraction(function(n, k))

    return chosen


def _gcd(a: Number, b: Number) -> Number:
    return Fraction(math.gcd(whole(a), whole(b)))


def _lcm(a: Number, b: Number) -> Number:
    return Fraction(math.lcm(whole(a), whole(b)))


def _mean(*values: Number) -> Number:
    return FUNCTIONS["sum"](*values) / len(values)


CONSTANTS: dict[str, Number] = {"pi": math.pi, "e": math.e, "tau": math.tau}

FUNCTIONS: dict[str, Function] = {
    "abs": abs,
    "sqrt": root,
    "pow": power,
    "round": rounded,
    "floor": _exact(math.floor),
    "ceil": _exact(math.ceil),
    "trunc": _exact(math.trunc),
    "min": _folded(min),
    "max": _folded(max),
    "sum": _folded(operator.add),
    "mean": _mean,
    "gcd": _folded(_gcd),
    "lcm": _folded(_lcm),
    "factorial": _factorial,
    "comb": _choices(math.comb),
    "perm": _choices(math.perm),
    **{
        name: _floating(getattr(math, name))
        for name in (
            *("exp", "log", "log2", "log10", "cbrt", "hypot", "degrees", "radians"),
            *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"),
        )
    },
    "ln": _floating(math.log),
}
