import threading
from pathlib import Path

import pytest

from fakes.conversations import CALLED, HELLO, HISTORY, SYSTEM, TOOL
from qwendesk.api.messages import Message
from qwendesk.api.problem import Problem
from qwendesk.worker.deadline import Cancelled
from qwendesk.worker.prompt import CHATML, ChatTemplate, block, compiled, thinking_switch

ASSISTANT = "<|im_start|>assistant\n"
NESTED = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


def rendered(source: str, **variables: object) -> str:
    """The template alone, without the conversation."""
    return ChatTemplate(source, **variables).render(HELLO)  # type: ignore[arg-type]


def problem_of(source: str, seconds: float = 5.0) -> Problem:
    with pytest.raises(Problem) as caught:
        ChatTemplate(source, seconds=seconds).render(HELLO)
    return caught.value


def qwen(fixtures: Path, name: str) -> ChatTemplate:
    return compiled((fixtures / "qwen" / "templates" / name).read_text(encoding="utf-8"))


def test_qwen3(fixtures: Path) -> None:
    template = qwen(fixtures, "Qwen-Qwen3-0.6B.jinja")
    asked = "<|im_start|>user\nHello<|im_end|>\n" + ASSISTANT
    assert template.render(HELLO) == template.render(HELLO, thinking_on=True) == asked
    assert template.render(HELLO, thinking_on=False) == asked + "<think>\n\n</think>\n\n"
    assert template.render(HELLO, add_generation_prompt=False) == asked.removesuffix(ASSISTANT)
    assert template.switch == "switch"
    # Old reasoning is dropped; that of the turn which still goes on is kept.
    assert "Easy" not in template.render(HISTORY)
    assert "<think>\nTwo calls.\n</think>\n\n<tool_call>\n" in template.render(CALLED)


def test_qwen3_writes_tools_as_transformers_does(fixtures: Path) -> None:
    text = qwen(fixtures, "Qwen-Qwen3-0.6B.jinja").render(CALLED, [TOOL])
    parameters = (
        '{"type": "object", "properties": {"city": {"type": "string", "enum": ["서울", "Ulm"]}}, '
        '"required": ["city"]}'
    )
    described = '{"name": "weather", "description": "Now & here: <city>", "parameters": ' + parameters + "}"
    assert f'\n<tools>\n{{"type": "function", "function": {described}}}\n</tools>\n' in text
    called = '{"name": "weather", "arguments": {"city": "Ulm", "b": 1, "a": [1.5, null]}}'
    assert f"<tool_call>\n{called}\n</tool_call>" in text
    responses = '<tool_response>\n{"t": 3}\n</tool_response>\n<tool_response>\nrain\n</tool_response>'
    assert f"<|im_start|>user\n{responses}<|im_end|>\n" in text


def test_qwen25(fixtures: Path) -> None:
    template = qwen(fixtures, "Qwen-Qwen2.5-7B-Instruct.jinja")
    system = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
    assert template.render(HELLO) == (
        f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n{ASSISTANT}"
    )
    assert template.render(SYSTEM).startswith(
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nGrüße <b>&'\""
    )
    assert template.switch == "none"


def test_qwq(fixtures: Path) -> None:
    template = qwen(fixtures, "Qwen-QwQ-32B.jinja")
    asked = "<|im_start|>user\nHello<|im_end|>\n" + ASSISTANT
    assert template.render(HELLO, thinking_on=True) == asked + "<think>\n"
    assert template.render(HELLO) == asked + "<think>\n</think>"
    assert template.switch == "switch"


def test_a_file_without_a_template_gets_chatml() -> None:
    assert compiled(CHATML).render(SYSTEM[:1] + HISTORY) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nOne?<|im_end|>\n"
        "<|im_start|>assistant\n1<|im_end|>\n<|im_start|>user\nTwo?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_template_is_compiled_once() -> None:
    assert compiled(CHATML) is compiled(CHATML)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ bos_token }}|{{ eos_token }}", "<s>|</s>"),
        ("  {% if true %}\n  x\n  {% endif %}\ny", "  x\ny"),
        ("{% for a in range(9) %}{% if a == 2 %}{% break %}{% endif %}{{ a }}{% endfor %}", "01"),
        ("{% generation %}a{{ 1 + 1 }}{% endgeneration %}b", "a2b"),
        ("{{ {'b': '<é>', 'a': 1} | tojson }}", '{"b": "<é>", "a": 1}'),
        ("{{ [1] | tojson(indent=1) }}", "[\n 1\n]"),
        ("{{ {'b': 1, 'a': 2} | tojson(sort_keys=true, separators=(',', ':')) }}", '{"a":2,"b":1}'),
        ("{{ strftime_now('%Y') | length }}", "4"),
        ("{% set ns = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}", "2"),
        ("{{ dict(a=1)['a'] }}{{ 2 ** 10 }}{{ '-' * 3 }}", "11024---"),
        ("{{ tools is none }}{{ documents is none }}{{ enable_thinking is defined }}", "TrueTrueFalse"),
    ],
)
def test_what_templates_may_use(source: str, text: str) -> None:
    assert rendered(source, bos="<s>", eos="</s>") == text


def test_effort_and_earlier_reasoning_are_what_the_template_makes_of_them() -> None:
    source = (
        "{{ reasoning_effort if reasoning_effort is defined else 'own' }} "
        "{{ preserve_thinking if preserve_thinking is defined else 'own' }}"
    )
    template, said = compiled(source), (Message("user", "hi"),)
    assert template.render(said) == "own own"
    assert template.render(said, effort="low", preserve=True) == "low True"


def test_tokens_that_do_not_exist_are_undefined() -> None:
    assert rendered("{{ bos_token is defined }}") == "False"


def test_messages_hold_only_what_they_have() -> None:
    text = rendered("{{ messages[0].keys() | list }}{{ messages[0].content is string }}")
    assert text == "['role', 'content']True"
    template = ChatTemplate("{{ messages[1] | tojson }}{{ messages[2] | tojson }}")
    assert template.render(CALLED[:3]).startswith(
        '{"role": "assistant", "content": "", "reasoning_content": "Two calls.", "tool_calls": '
        '[{"type": "function", "function": {"name": "weather", "arguments": {"city"'
    )


@pytest.mark.parametrize(
    ("source", "switch"),
    [
        ("{{ '<think>' if enable_thinking else '' }}", "switch"),
        (
            "{% if enable_thinking is defined and enable_thinking is false %}<think></think>{% endif %}",
            "switch",
        ),
        ("assistant\n<think>\n", "always"),
        ("assistant\n", "none"),
        ("assistant\n<think>\n\n</think>\n\n", "none"),
        ("{{ raise_exception('no') }}", "none"),
    ],
)
def test_the_switch_is_seen_from_what_is_rendered(source: str, switch: str) -> None:
    assert thinking_switch(source) == switch


@pytest.mark.parametrize(
    ("prompt", "left"),
    [("a<think>\n", "open"), ("<think>\n\n</think>\n\n", "closed"), ("<think> a", "absent")],
)
def test_how_the_prompt_leaves_the_block(prompt: str, left: str) -> None:
    assert block(prompt) == left


def test_a_template_that_raises() -> None:
    problem = problem_of("{{ raise_exception('Only two turns, please') }}")
    assert (problem.id, problem.arguments) == ("template_failed", {"detail": "Only two turns, please"})


@pytest.mark.parametrize(
    "source",
    [
        "{{ messages[0].content + 1 }}",
        "{{ nothing.at.all }}",
        "{{ 1 // 0 }}",
        "{{ [].nope() }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a' * 10000000000 }}",
        "{{ 10000000000 * [1] }}",
    ],
)
def test_a_template_that_fails(source: str) -> None:
    assert problem_of(source).id == "template_failed"


@pytest.mark.parametrize(
    ("source", "line"),
    [("a\n{% if %}", 2), ("{% nope %}", 1), ("{{ 1 | no_such_filter }}", 1), ("{{" + "(" * 5000, None)],
)
def test_a_template_that_does_not_compile(source: str, line: int | None) -> None:
    problem = problem_of(source)
    assert problem.id == "template_invalid"
    assert line is None or problem.arguments["line"] == line


def test_an_endless_template_is_ended() -> None:
    before = threading.active_count()
    assert problem_of(NESTED, seconds=0.1).note().arguments == {"seconds": 0.1}
    assert threading.active_count() == before


def test_a_template_that_writes_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qwendesk.worker.prompt.MAX_CHARACTERS", 100_000)
    problem = problem_of("{% for a in range(99999) %}{{ '-' * 1000 }}{% endfor %}")
    assert (problem.id, problem.arguments) == ("template_too_long", {"characters": 100_000})


def test_rendering_can_be_cancelled() -> None:
    flag = threading.Event()
    flag.set()
    with pytest.raises(Cancelled):
        ChatTemplate(NESTED).render(HELLO, stop=flag)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ messages.__class__ }}",
        "{{ messages.append(1) }}",
        "{{ messages[0].update({'a': 1}) }}",
        "{{ (messages|map(attribute='__class__')|first).__name__ }}",
        "{{ raise_exception.__globals__ }}",
        "{{ strftime_now.__globals__['json'] }}",
        "{{ dict.__class__.__base__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{% set ns = namespace(__class__=1) %}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ ''|attr('__class__') }}",
        "{{ self._TemplateReference__context.environment.globals }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ lipsum.__globals__ }}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
    ],
)
def test_the_sandbox_holds(source: str) -> None:
    """Each of these is refused, or renders nothing but the undefined."""
    try:
        text = rendered(source)
    except Problem as problem:
        text = problem.id
    assert text in ("", "template_failed")


def test_content_is_never_none() -> None:
    assert rendered("{{ '</think>' in messages[0].content }}") == "False"
    assert ChatTemplate("{{ messages[0].content | length }}").render([Message("assistant", "")]) == "0"
