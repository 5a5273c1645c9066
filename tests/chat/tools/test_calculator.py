"""The calculator: right, exact, and done soon whatever it is given."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.chat.tools.arithmetic import MAX_LENGTH, Unanswerable, evaluate
from qwendesk.chat.tools.calculator import Calculator
from qwendesk.chat.tools.exact import MAX_BITS, written
from qwendesk.chat.tools.functions import FUNCTIONS
from qwendesk.chat.tools.runnable import ERROR
from qwendesk.chat.tools.toolbox import MAX_RESULT


def calculated(expression: object) -> str:
    return Calculator().run({"expression": expression})


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 1", "2"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("0.1 + 0.2", "0.3"),
        ("1.10 * 3", "3.3"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("1 / 3", "0.33333333333333333333 (1/3)"),
        ("-2/3", "-0.66666666666666666667 (-2/3)"),
        ("1/3 * 3", "1"),
        ("-1/8", "-0.125"),
        ("1/1024", "0.0009765625"),
        ("2 ** 0.5 * 2 ** 0.5", "2"),
        ("2^10", "1024"),
        ("2 ** -2", "0.25"),
        ("-2 ** 2", "-4"),
        ("2 ** 3 ** 2", "512"),
        ("2 ** 200", str(2**200)),
        ("1 ** 9999999999", "1"),
        ("(-1) ** 99999999999999999999", "-1"),
        ("0 ** 0", "1"),
        ("1e3 + .5 + 1.", "1001.5"),
        ("1e-30 * 1e30", "1"),
        ("1e400 / 1e399", "10"),
        ("1_000.5 * 2", "2001"),
        ("0x10", "16"),
        ("3 × 4 ÷ 2 − 1", "5"),
        ("（１＋２）＊３", "9"),
        ("3² + 2³", "17"),
        ("√(16)", "4"),
        ("2 + 2 =", "4"),
        ("1 +\n 2", "3"),
        ("sqrt(2)", "1.4142135623731"),
        ("sqrt(1/4)", "0.5"),
        ("0.25 ** 0.5", "0.5"),
        ("8 ** (1/3)", "2"),
        ("cbrt(27)", "3"),
        ("sin(pi / 6)", "0.5"),
        ("sin(radians(30))", "0.5"),
        ("π", "3.14159265358979"),
        ("-0.0", "0"),
        ("log10(10 ** 1000)", "1000"),
        ("log(8, 2)", "3"),
        ("ln(e)", "1"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(2.345, 2)", "2.35"),
        ("round(1234, -2)", "1200"),
        ("floor(-1.5) + ceil(1.2) + trunc(-1.9)", "-1"),
        ("min(3, 1/2, 2) + max(1, 2)", "2.5"),
        ("sum(0.1, 0.2, 0.3)", "0.6"),
        ("mean(1, 2, 4)", "2.3333333333333333333 (7/3)"),
        ("gcd(12, 18, 30)", "6"),
        ("lcm(4, 6, 10)", "60"),
        ("factorial(20)", str(math.factorial(20))),
        ("comb(49, 6)", "13983816"),
        ("perm(5, 2)", "20"),
        ("perm(2, 5)", "0"),
        ("abs(-3/2)", "1.5"),
        ("hypot(3, 4)", "5"),
        ("1e300 * sqrt(2)", "1.4142135623731e+300"),
        ("1/(7 * 10**40)", "1.4285714285714285714E-41"),
    ],
)
def test_values(expression: str, result: str) -> None:
    assert calculated(expression) == result


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "no arithmetic expression"),
        ("2 +", "no arithmetic expression"),
        ("1/0", "division by zero"),
        ("0 ** -1", "division by zero"),
        ("1 % 0", "division by zero"),
        ("9**9**9", "too many digits"),
        ("9**9**9**9", "too many digits"),
        ("(1/7) ** 99999", "too many digits"),
        ("2 ** -99999999", "too many digits"),
        ("1e999999999", "too many digits"),
        ("1e-999999999", "too many digits"),
        ("factorial(10**9)", "too many digits"),
        ("factorial(2000)", "too many digits"),
        ("comb(10**3000, 10**2999)", "too many digits"),
        ("perm(10**9, 10**8)", "too many digits"),
        ("exp(1000)", "too many digits"),
        ("sqrt(10**1001)", "too many digits"),
        ("1e308 * sqrt(2) * 10", "too many digits"),
        ("sum(" + ", ".join(f"1/{one}**1500" for one in range(2, 60)) + ")", "too many digits"),
        ("lcm(" + ", ".join(f"3**3000 + {one}" for one in range(60)) + ")", "too many digits"),
        ("factorial(-1)", "negative"),
        ("factorial(1.5)", "whole numbers"),
        ("gcd(1.5, 2)", "whole numbers"),
        ("round(1, 9999)", "100 places"),
        ("sqrt(-1)", "domain"),
        ("(-8) ** 0.3", "domain"),
        ("log(0)", "domain"),
        ("sqrt()", "does not take 0 numbers"),
        ("sqrt(1, 2)", "does not take 2 numbers"),
        ("mean()", "does not take 0 numbers"),
        ("x + 1", "x is unknown; there are pi"),
        ("foo(1)", "foo is unknown; there are pi"),
        ("1,234 + 1", "thousands separators"),
        ("True + 1", "only numbers"),
        ("1j", "only numbers"),
        ("'a' * 9", "only numbers"),
        ("[1] * 9", "only numbers"),
        ("1 if 1 else 2", "only numbers"),
        ("1if 2else 3", "only numbers"),
        ("1 << 99999999999", "operators are"),
        ("~1", "only numbers"),
        ("1 < 2", "only numbers"),
        ("(lambda: 1)()", "only numbers"),
        ("().__class__", "only numbers"),
        ("abs.__self__", "only numbers"),
        ("__import__('os')", "unknown"),
        ("max(*[1, 2])", "only numbers"),
        ("round(1, ndigits=2)", "only numbers"),
        ("sqrt", "only numbers"),
        ("'\\d'", "only numbers"),
        ("x := 1", "no arithmetic expression"),
        ("1; 2", "no arithmetic expression"),
        ("1\0", "null"),
        ("\ud800", ""),
        ("(" * 250 + "1" + ")" * 250, "nested"),
        ("-" * 900 + "1", "deeply"),
        ("sqrt(" * 150 + "1" + ")" * 150, "deeply"),
        ("1+" * 5000 + "1", "longer than"),
        ("9" * 5000, "longer than"),
    ],
)
def test_what_has_no_value_is_told(expression: str, why: str) -> None:
    result = calculated(expression)
    assert result.startswith(ERROR)
    assert why in result
    assert len(result) < 600


def test_a_sum_of_many_terms_is_no_deep_one() -> None:
    assert calculated("+".join(["1"] * 500)) == "500"
    assert calculated("(" * 40 + "1" + ")" * 40) == "1"


@pytest.mark.parametrize("arguments", [{}, {"expression": None}, {"expression": 5}, {"expression": ["1"]}])
def test_arguments_that_were_not_checked_raise_nothing(arguments: dict[str, object]) -> None:
    assert isinstance(Calculator().run(arguments), str)


def test_what_is_allowed_fits_into_a_result() -> None:
    for value in (Fraction(2**MAX_BITS - 1), Fraction(2**MAX_BITS - 1, 2**60), Fraction(1, 2**MAX_BITS - 1)):
        assert len(written(value)) < MAX_RESULT
    assert written(evaluate("10 ** 3900")) == "1" + "0" * 3900


NUMBERS = st.sampled_from(
    ["0", "1", "2", "9", "10", "99", "0.1", "1.5", "1e9", "1e4000", "1e-4000", "pi", "9" * 50]
)


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from([" + ", " - ", " * ", " / ", " // ", " % ", "**", "^", ", "])
    calls = st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=4))
    return (
        st.tuples(inner, operators, inner).map(lambda parts: f"({''.join(parts)})")
        | inner.map(lambda one: f"-{one}")
        | calls.map(lambda call: f"{call[0]}({', '.join(call[1])})")
    )


EXPRESSIONS = st.recursive(NUMBERS, grown, max_leaves=30)
JUNK = st.lists(st.sampled_from([*"0123456789+-*/%()., \n'\"\\[]{}:=^e_xj²π"]), max_size=60).map("".join)


@settings(max_examples=400)
@given(EXPRESSIONS | JUNK | st.text(max_size=MAX_LENGTH + 5))
def test_any_text_has_a_value_or_a_reason(expression: str) -> None:
    """The deadline of each example stands for the bounded work."""
    assert isinstance(calculated(expression), str)


EXACT = st.recursive(
    st.integers(0, 999).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({''.join(parts)})"),
    max_leaves=12,
)


@given(EXACT)
def test_rational_arithmetic_is_that_of_fractions(expression: str) -> None:
    wrapped = re.sub(r"(\d+)", r"Fraction(\1)", expression)
    try:
        expected = eval(wrapped, {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(Unanswerable, match="division by zero"):
            evaluate(expression)
    else:
        assert evaluate(expression) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_decimals_come_back_as_they_were_written(number: object) -> None:
    text = f"{number:f}"
    assert Fraction(calculated(text)) == Fraction(text)
