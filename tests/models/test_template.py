"""Thinking and tools, read from a template's own words; and the same as rendering it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.models.template import read_template
from qwendesk.worker.prompt import thinking_switch

HEAD = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
BEGIN = "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
CLOSED, OPEN = "{{- '<think>\\n\\n</think>\\n\\n' }}", "{{- '<think>\\n' }}"
QWEN25 = HEAD + BEGIN + "{%- endif %}"
QWQ = HEAD + "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n<think>\\n' }}{%- endif %}"
OFF = "enable_thinking is defined and enable_thinking is false"
QWEN3 = HEAD + BEGIN + "{%- if " + OFF + " %}" + CLOSED + "{%- endif %}{%- endif %}"
QWEN35 = HEAD + BEGIN + "{%- if " + OFF + " %}" + CLOSED + "{%- else %}" + OPEN + "{%- endif %}{%- endif %}"
ON = "enable_thinking is defined and enable_thinking is true"
SMALL = HEAD + BEGIN + "{%- if " + ON + " %}" + OPEN + "{%- else %}" + CLOSED + "{%- endif %}{%- endif %}"
DEFAULT = (
    HEAD
    + BEGIN
    + "{%- if enable_thinking|default(true) %}"
    + OPEN
    + "{%- else %}"
    + CLOSED
    + ("{%- endif %}{%- endif %}")
)
EFFORT = (
    "{%- if reasoning_effort is defined and reasoning_effort not in ['xhigh', 'medium', 'low'] %}"
    "{{- raise_exception('no') }}{%- endif %}{%- if preserve_thinking %}{% endif %}" + QWEN35
)


@pytest.mark.parametrize(
    ("source", "thinking", "default"),
    [
        (QWEN25, "none", None),
        (QWQ, "always", None),
        (QWEN3, "switch", True),
        (QWEN35, "switch", True),
        (SMALL, "switch", False),
        (DEFAULT, "switch", True),
        (EFFORT, "switch", True),
    ],
)
def test_thinking(source: str, thinking: str, default: bool | None) -> None:
    template = read_template(source)
    assert (template.thinking, template.thinks_by_default) == (thinking, default)
    assert thinking_switch(source) == thinking


def test_efforts_and_preserved_thinking() -> None:
    template = read_template(EFFORT)
    assert template.efforts == ("xhigh", "medium", "low")
    assert template.preserves_thinking
    assert read_template(QWEN3).efforts == ()


def test_tools_and_images() -> None:
    assert read_template("{% if tools %}{{ tools | tojson }}{% endif %}").tools
    assert not read_template("{% set tools = 1 %}").tools
    assert read_template("<|vision_start|><|image_pad|>").images


def test_the_bundled_template(seedling: Path) -> None:
    source = (seedling.parent / "hf" / "chat_template.jinja").read_text()
    assert read_template(source).thinking == thinking_switch(source)


@pytest.mark.parametrize(
    "source", ["", "{% if", "{{ 1 +", "{% for %}", "(" * 5000, "{{" + "(" * 5000, "{{ 9**9**9**9 }}"]
)
def test_a_broken_template_offers_nothing(source: str) -> None:
    template = read_template(source)
    assert (template.thinking, template.tools, template.efforts) == ("none", False, ())


def test_nothing_of_a_template_is_run() -> None:
    assert read_template("{% for a in range(10**12) %}{% endfor %}" + QWEN3).thinking == "switch"


@settings(max_examples=200)
@given(st.text(alphabet="{}%'\" -|()[].=ifendthkgrao_\n", max_size=80), st.integers(0, len(QWEN35)))
def test_any_text_is_read(noise: str, place: int) -> None:
    read_template(QWEN35[:place] + noise + QWEN35[place:])
