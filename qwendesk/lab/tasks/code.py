"""Python as its shape: what is left of code without layout, comments, annotations and chosen names.

Nothing is run or imported; code of a model is only parsed.
"""

from __future__ import annotations

import ast
import warnings

LONGEST = 4_000


def shape(code: str) -> str | None:
    """The same text for code that differs in nothing but those; None for what is no Python, or too long."""
    if len(code) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes and comparisons in somebody else's code
            tree = ast.parse(code.strip())
        if not tree.body:
            return None
        return ast.dump(_Plain(_own_names(tree)).visit(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _own_names(tree: ast.AST) -> dict[str, str]:
    """Arguments and variables by the order of their first place in the code, with names for them."""
    found: list[tuple[int, int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            found.append((node.lineno, node.col_offset, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append((node.lineno, node.col_offset, node.id))
    return {name: f"_{number}" for number, name in enumerate(dict.fromkeys(one[2] for one in sorted(found)))}


class _Plain(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self._names[node.arg])

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        first = node.body[0]
        is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        if is_docstring and isinstance(first.value.value, str) and len(node.body) > 1:  # type: ignore[attr-defined]
            node.body = node.body[1:]
        node.returns = None
        return self.generic_visit(node)
