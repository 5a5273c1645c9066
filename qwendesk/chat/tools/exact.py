"""Numbers that are exact as long as they can be, and never larger than what is computed at once."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction

Number = Fraction | float

# 3,900 digits: fewer than what Python turns into text.
MAX_BITS = 13_000
_MAX_PLACES = 60
_MAX_FRACTION = 40
_HALF = Fraction(1, 2)
_DIGITS = Context(prec=20)


def bounded(value: Number) -> Number:
    """The number itself. Raises OverflowError where it is infinite, no number or has too many digits."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise OverflowError
    elif max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise OverflowError
    return value


def whole(value: Number) -> int:
    """A whole number. Raises ValueError for any other."""
    if value != math.floor(value):
        raise ValueError("this function takes whole numbers only")
    return math.floor(value)


def real(value: Number) -> float:
    """The number as functions of the math module take it; they know whole numbers of any size."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else float(value)


def power(base: Number, exponent: Number) -> Number:
    """Exact for whole exponents and for roots that come out even."""
    if isinstance(base, float) or isinstance(exponent, float) or exponent.denominator != 1:
        return root(base) if exponent == _HALF else math.pow(base, exponent)
    times = exponent.numerator
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
    if bits * abs(times) > MAX_BITS:
        raise OverflowError
    return Fraction(base**times)


def root(value: Number) -> Number:
    """The square root. Raises ValueError for negative numbers."""
    if isinstance(value, Fraction) and value >= 0:
        above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if above**2 == value.numerator and below**2 == value.denominator:
            return Fraction(above, below)
    return math.sqrt(value)


def rounded(value: Number, places: Number = Fraction(0)) -> Number:
    """Halves go away from zero, as people round. `places` from -100 to 100."""
    digits = whole(places)
    if abs(digits) > 100:
        raise ValueError("numbers are rounded to at most 100 places")
    scale = Fraction(10) ** digits
    size = math.floor(abs(Fraction(value)) * scale + _HALF) / scale
    return size if value >= 0 else -size


def written(value: Number) -> str:
    """All digits of an exact number that has an end; else 20 and the fraction. Others with 15 digits."""
    if isinstance(value, float):
        return format(value + 0.0, ".15g")
    if value.denominator == 1:
        return str(value.numerator)
    return _decimal(value) or _endless(value)


def _decimal(value: Fraction) -> str | None:
    below = value.denominator
    twos = (below & -below).bit_length() - 1
    below >>= twos
    fives = 0
    while below % 5 == 0:
        below, fives = below // 5, fives + 1
    places = max(twos, fives)
    if below != 1 or places > _MAX_PLACES:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _endless(value: Fraction) -> str:
    digits = str(_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator)))
    fraction = f"{value.numerator}/{value.denominator}" if value.denominator < 10**_MAX_FRACTION else ""
    return f"{digits} ({fraction})" if 0 < len(fraction) <= _MAX_FRACTION else digits
