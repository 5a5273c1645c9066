"""The jinja2 environment for chat templates, which come from strangers' files.

Every detail that can change a rendered byte follows `_cached_compile_jinja_template` in
transformers 5.23 (utils/chat_template_utils.py).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

MAX_REPEAT = 1 << 20
MAX_POWER = 1 << 12


def environment() -> jinja2.Environment:
    """A fresh environment with all that chat templates may use."""
    made = _Sandbox(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationTag, "jinja2.ext.loopcontrols"]
    )
    made.filters["tojson"] = _to_json
    made.globals["raise_exception"] = _raise_exception
    made.globals["strftime_now"] = _strftime_now
    made.globals["dict"] = _Dict()
    made.globals["namespace"] = _Namespace
    return made


class _Sandbox(ImmutableSandboxedEnvironment):
    """Also refuses the two operators that can eat hours or all memory in one uninterruptible step."""

    intercepted_binops = frozenset(["*", "**"])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _refuse_huge(operator, left, right)
        return super().call_binop(context, operator, left, right)


def _refuse_huge(operator: str, left: Any, right: Any) -> None:
    if operator == "**":
        if max(_magnitude(left), _magnitude(right)) > MAX_POWER:
            raise jinja2.TemplateRuntimeError("power too large")
        return
    for sequence, count in ((left, right), (right, left)):
        if (
            isinstance(sequence, (str, list, tuple))
            and isinstance(count, int)
            and len(sequence) * count > MAX_REPEAT
        ):
            raise jinja2.TemplateRuntimeError("sequence too long")


def _magnitude(value: Any) -> float:
    return abs(value) if isinstance(value, (int, float)) else 0


class GenerationTag(Extension):
    """`{% generation %}` marks a model's own words for training; what is inside is rendered as it is."""

    tags = {"generation"}  # noqa: RUF012 - as jinja2 declares it

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_inside"), [], [], body).set_lineno(line)

    def _inside(self, caller: Macro) -> str:
        return caller()


class _Dict:
    """`dict` without the attributes of a class."""

    def __call__(self, *pairs: Any, **items: Any) -> dict[Any, Any]:
        return dict(*pairs, **items)

    def fromkeys(self, keys: Any, value: Any = None) -> dict[Any, Any]:
        return dict.fromkeys(keys, value)


class _Namespace(Namespace):
    """A namespace without names that begin with an underscore."""

    def __init__(*arguments: Any, **items: Any) -> None:  # so that namespace(self=…) works
        self, rest = arguments[0], arguments[1:]
        values = dict(*rest, **items)
        for name in values:
            _refuse_private(name)
        Namespace.__init__(self, values)

    def __setitem__(self, name: str, value: Any) -> None:
        _refuse_private(name)
        super().__setitem__(name, value)


def _refuse_private(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise jinja2.exceptions.SecurityError(f"a namespace cannot hold {name!r}")


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """JSON without jinja2's HTML escapes and sorted keys."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _strftime_now(format: str) -> str:
    return datetime.now().strftime(format)  # the local date is what templates want
