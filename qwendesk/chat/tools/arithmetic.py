"""Expressions, evaluated without running code: a walk over the syntax tree that knows numbers only."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable
from fractions import Fraction

from qwendesk.chat.tools.exact import Number, bounded, power
from qwendesk.chat.tools.functions import CONSTANTS, FUNCTIONS

MAX_LENGTH = 1_000
MAX_DEPTH = 50
_MAX_EXPONENT = 5_000

# As people and models write it.
_SIGNS = str.maketrans(
    {
        "π": "pi",
        "√": "sqrt",
        "^": "**",
        "²": "**2",
        "³": "**3",
        **dict.fromkeys("×·⋅∙＊", "*"),
        **dict.fromkeys("÷∕／", "/"),
        **dict.fromkeys("−–－", "-"),
        **dict(zip("＋％（），．０１２３４５６７８９", "+%(),.0123456789", strict=True)),
    }
)
_OPERATORS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
    ast.Mod: operator.mod,
    ast.Pow: power,
}
_EXPONENT = re.compile(rb"e([+-]?\d+)", re.IGNORECASE)


class Unanswerable(ValueError):
    """An expression that has no value here; its text says why."""


def evaluate(expression: str) -> Number:
    """The value of an arithmetic expression, exact where that is possible.

    The work is bounded by the length, the depth and the size of all numbers on the way.

    Raises:
        Unanswerable: nothing else, whatever the text is.
    """
    if len(expression) > MAX_LENGTH:
        raise Unanswerable(f"the expression is longer than {MAX_LENGTH} characters")
    source = " ".join(expression.translate(_SIGNS).split()).removesuffix("=").rstrip()
    try:
        return _Walk(source.encode()).value(_parsed(source), 0)
    except Unanswerable:
        raise
    except ZeroDivisionError as error:
        raise Unanswerable("division by zero") from error
    except OverflowError as error:
        raise Unanswerable("a number has too many digits") from error
    except SyntaxError as error:
        raise Unanswerable(f"this is no arithmetic expression: {error.msg}") from error
    except ValueError as error:
        raise Unanswerable(str(error)) from error
    except (MemoryError, RecursionError) as error:
        raise Unanswerable("the expression is nested too deeply") from error


def _parsed(source: str) -> ast.expr:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, mode="eval").body


class _Walk:
    def __init__(self, source: bytes) -> None:
        self._source = source

    def value(self, node: ast.expr, depth: int) -> Number:
        if depth > MAX_DEPTH:
            raise RecursionError
        match node:
            case ast.Constant():
                return bounded(self._number(node))
            case ast.Name(id=name) if name in CONSTANTS:
                return CONSTANTS[name]
            case ast.UnaryOp(op=ast.USub()):
                return -self.value(node.operand, depth + 1)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand, depth + 1)
            case ast.BinOp():
                return self._chain(node, depth)
            case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
                return _applied(name, [self.value(one, depth + 1) for one in node.args])
        raise Unanswerable(_unknown(node))

    def _chain(self, node: ast.expr, depth: int) -> Number:
        """A sum of many terms is no deep one: it is walked along, not into."""
        steps = list[ast.BinOp]()
        while isinstance(node, ast.BinOp):
            steps.append(node)
            node = node.left
        value = self.value(node, depth + 1)
        for step in reversed(steps):
            apply = _OPERATORS.get(type(step.op))
            if apply is None:
                raise Unanswerable("the operators are + - * / // % and **")
            value = bounded(apply(value, self.value(step.right, depth + 1)))
        return value

    def _number(self, node: ast.Constant) -> Number:
        """Decimal fractions are taken from the text: 0.1 is a tenth."""
        if type(node.value) is int:
            return Fraction(node.value)
        if type(node.value) is not float:
            raise Unanswerable("only numbers can be calculated with")
        text = self._source[node.col_offset : node.end_col_offset]
        exponent = _EXPONENT.search(text)
        if exponent and abs(int(exponent.group(1))) > _MAX_EXPONENT:
            raise OverflowError
        return Fraction(text.decode())


def _applied(name: str, values: list[Number]) -> Number:
    try:
        return bounded(FUNCTIONS[name](*values))
    except TypeError as error:
        raise Unanswerable(f"{name} does not take {len(values)} numbers") from error


def _unknown(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)) if name not in FUNCTIONS:
            return f"{name[:40]} is unknown; there are {', '.join((*CONSTANTS, *FUNCTIONS))}"
        case ast.Tuple():
            return "numbers are written without thousands separators, with a point for decimals"
    return "only numbers, operators, parentheses and functions can be calculated with"
