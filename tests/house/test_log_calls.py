"""What our code gives to the log: a constant sentence with names and numbers, never a text made of others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
FORWARDING = {"layout.py", "nativelog.py"}
"""They hand on what their own callers say: constant sentences, and lines that were looked at."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in [*(ROOT / "qwendesk").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]:
        if path.name in FORWARDING:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                logger = ast.unparse(node.func.value)
                if node.func.attr in METHODS and (logger == "_log" or logger.startswith("logging.getLogger")):
                    yield f"{path.name}:{node.lineno}", node


def is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def hides_what_it_is(node: ast.expr) -> bool:
    """Words made here: the log cannot see what is in them."""
    return isinstance(node, (ast.JoinedStr, ast.BinOp)) or (
        isinstance(node, ast.Call) and ast.unparse(node.func) in ("repr", "str.join", "traceback.format_exc")
    )


def test_the_log_gets_constant_sentences() -> None:
    found = list(calls())
    assert len(found) > 30
    assert not [place for place, node in found if not is_constant(node.args[0])]


def test_the_log_gets_errors_and_not_their_text() -> None:
    wrong = [place for place, node in calls() if any(hides_what_it_is(one) for one in node.args[1:])]
    assert not wrong
    for place, node in calls():
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "str":
                assert ast.unparse(one.args[0]) in ("model",), f"{place}: {ast.unparse(one)}"
