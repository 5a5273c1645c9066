"""What a chat template offers, read from its syntax tree: nothing of a stranger's template is run.

Rendering it, as a worker does, would be surer, but a file that merely lies in a folder must not get that far.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import jinja2
from jinja2 import nodes

from qwendesk.models.facts import Template, ThinkingMode
from qwendesk.models.generationprompt import generation_prompt
from qwendesk.worker.sandbox import environment

_LONGEST = 1 << 20


@lru_cache(maxsize=256)
def read_template(source: str) -> Template:
    """The template's features; those of a template that is broken or endless are left at nothing."""
    if not source or len(source) > _LONGEST:
        return Template(source[:_LONGEST])
    try:
        tree = environment().parse(source)
        return _read(source, tree)
    except (jinja2.TemplateError, RecursionError, ValueError, OverflowError):
        return Template(source)


def _read(source: str, tree: nodes.Template) -> Template:
    names = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
    opened, closed, untouched = (generation_prompt(tree, thinking=one) for one in (True, False, None))
    default = None
    if "enable_thinking" in names and opened != closed and None not in (opened, closed, untouched):
        default = True if untouched == opened else False if untouched == closed else None
    return Template(
        source,
        thinking=_mode(names, opened),
        thinks_by_default=default,
        efforts=tuple(_compared(tree, "reasoning_effort")) if "reasoning_effort" in names else (),
        preserves_thinking="preserve_thinking" in names,
        tools="tools" in names,
        images=any(one in source for one in ("<|image_pad|>", "<|vision_start|>", "<image>")),
        audio=any(one in source for one in ("<|AUDIO|>", "<|audio_pad|>", "<|audio_start|>")),
    )


def _mode(names: set[str], opened: str | None) -> ThinkingMode:
    if "enable_thinking" in names:
        return "switch"
    return "always" if opened is not None and opened.rstrip().endswith("<think>") else "none"


def _compared(tree: nodes.Template, name: str) -> Iterator[str]:
    """The texts that a variable is compared with or looked for in, in order, each once."""
    seen = set()
    for comparison in tree.find_all(nodes.Compare):
        asked = comparison.expr
        names = [asked] if isinstance(asked, nodes.Name) else asked.find_all(nodes.Name)
        if all(one.name != name for one in names):
            continue
        for constant in (one for operand in comparison.ops for one in _constants(operand.expr)):
            if constant and constant not in seen:
                seen.add(constant)
                yield constant


def _constants(node: nodes.Node) -> Iterator[str]:
    found = [node] if isinstance(node, nodes.Const) else list(node.find_all(nodes.Const))
    return (one.value for one in found if isinstance(one.value, str))
