"""What a template puts at the end, where the model's reply begins, worked out without running it.

Only the branches that ask for `add_generation_prompt` are followed, and only what is plain: texts, tests
for `enable_thinking`, and, or, not. Anything else makes the answer unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import nodes


class _UnknownError(Exception):
    """This depends on more than the switch."""


_UNDEFINED = object()


def generation_prompt(tree: nodes.Template, thinking: bool | None) -> str | None:
    """The text for `enable_thinking` on, off or not given (None); None where it cannot be told."""
    known = {"add_generation_prompt": True, "enable_thinking": _UNDEFINED if thinking is None else thinking}
    parts = [one for one in tree.body if isinstance(one, nodes.If) and _asks(one.test)]
    try:
        return _text(parts, known) if parts else None
    except (_UnknownError, RecursionError):
        return None


def _asks(test: nodes.Node) -> bool:
    names = [test] if isinstance(test, nodes.Name) else test.find_all(nodes.Name)
    return any(one.name == "add_generation_prompt" for one in names)


def _text(body: Iterable[nodes.Node], known: dict[str, object]) -> str:
    text = ""
    for node in body:
        if isinstance(node, nodes.Output):
            text += "".join(str(_value(one, known)) for one in node.nodes)
        elif isinstance(node, nodes.If):
            text += _text(_branch(node, known), known)
        elif not isinstance(node, nodes.Assign):
            raise _UnknownError
    return text


def _branch(node: nodes.If, known: dict[str, object]) -> list[nodes.Node]:
    for one in (node, *node.elif_):
        if _value(one.test, known):
            return one.body
    return node.else_


def _value(node: nodes.Node, known: dict[str, object]) -> object:
    value: object
    match node:
        case nodes.TemplateData():
            value = node.data
        case nodes.Const():
            value = node.value
        case nodes.Name() if node.name in known:
            value = None if known[node.name] is _UNDEFINED else known[node.name]
        case nodes.Not():
            value = not _value(node.node, known)
        case nodes.And():
            value = _both(node, known)
        case nodes.Or():
            value = _value(node.left, known) or _value(node.right, known)
        case nodes.Test():
            value = _tested(node, known)
        case nodes.Compare() if len(node.ops) == 1 and node.ops[0].op in ("eq", "ne"):
            same = _value(node.expr, known) == _value(node.ops[0].expr, known)
            value = same == (node.ops[0].op == "eq")
        case _:
            value = _made(node, known)
    return value


def _made(node: nodes.Node, known: dict[str, object]) -> object:
    """The value of what joins or picks values."""
    match node:
        case nodes.Concat():
            return "".join(str(_value(one, known)) for one in node.nodes)
        case nodes.Add():
            return f"{_value(node.left, known)}{_value(node.right, known)}"
        case nodes.CondExpr() if node.expr2 is not None:
            return _value(node.expr1 if _value(node.test, known) else node.expr2, known)
        case nodes.Filter() if node.name in ("default", "d") and node.node is not None and node.args:
            value = _value(node.node, known)
            return _value(node.args[0], known) if value is None else value
    raise _UnknownError


def _both(node: nodes.And, known: dict[str, object]) -> object:
    """`add_generation_prompt and …`: what is unknown on one side is taken as true, as it is at the end."""
    values = []
    for one in (node.left, node.right):
        try:
            values.append(_value(one, known))
        except _UnknownError:
            if not any(_asks(side) for side in (node.left, node.right)):
                raise
    return all(values)


def _tested(node: nodes.Test, known: dict[str, object]) -> bool:
    if (
        isinstance(node.node, nodes.Name)
        and node.node.name in known
        and node.name in ("defined", "undefined")
    ):
        return (known[node.node.name] is not _UNDEFINED) == (node.name == "defined")
    value = _value(node.node, known)
    answers = {"true": value is True, "false": value is False, "none": value is None}
    if node.name not in answers:
        raise _UnknownError
    return answers[node.name]
