"""A conversation as the text that a model reads: one renderer for every engine.

Byte-equal to transformers' `apply_chat_template`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, Literal, TypeVar

import jinja2

from qwendesk.api.engine import StopFlag
from qwendesk.api.messages import Message, Tool, ToolCall
from qwendesk.api.pieces import Block
from qwendesk.api.problem import Problem
from qwendesk.worker import sandbox
from qwendesk.worker.deadline import Cancelled, Overdue, run_within

# What a file without a template gets: the dialogue format that every Qwen model was trained on.
CHATML = (
    "{%- for message in messages -%}"
    "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}"
)
SECONDS = 10.0
MAX_CHARACTERS = 64 * 1024 * 1024
_DETAIL = 500

ThinkingSwitch = Literal["none", "switch", "always"]
T = TypeVar("T")


class ChatTemplate:
    """A compiled template; `compiled` keeps the latest ones.

    `seconds` is the deadline for compiling it and for each rendering.

    Raises:
        Problem: `template_invalid` (detail, line) where it does not compile, `template_endless` (seconds).
    """

    def __init__(self, source: str, bos: str = "", eos: str = "", *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self.sha256 = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        # Undefined, not empty, where the tokenizer has none: templates ask `is defined`.
        tokens = {"bos_token": bos, "eos_token": eos}
        self._tokens = {name: token for name, token in tokens.items() if token}
        try:
            self._template = self._within(lambda: sandbox.environment().from_string(source))
        except Problem:
            raise
        except Exception as error:
            raise Problem(
                "template_invalid", detail=_detail(error), line=getattr(error, "lineno", None)
            ) from error

    def render(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool] = (),
        thinking_on: bool | None = None,
        add_generation_prompt: bool = True,
        *,
        effort: str | None = None,
        preserve: bool | None = None,
        stop: StopFlag | None = None,
    ) -> str:
        """The prompt. What is None leaves the template's own default.

        Raises:
            Problem: `template_failed` (detail), `template_endless` (seconds) or `template_too_long`
                (characters).
            Cancelled: `stop` was set meanwhile.
        """
        variables: dict[str, Any] = {
            "messages": [_message(one) for one in messages],
            "tools": [_tool(one) for one in tools] or None,
            "documents": None,
            "add_generation_prompt": add_generation_prompt,
            **self._tokens,
        }
        wishes = {"enable_thinking": thinking_on, "reasoning_effort": effort, "preserve_thinking": preserve}
        variables |= {name: value for name, value in wishes.items() if value is not None}
        return self._rendered(variables, stop)

    @cached_property
    def switch(self) -> ThinkingSwitch:
        """What the template lets one choose, seen from what it renders.

        "switch": `enable_thinking` changes the prompt; "always": it does not, and the prompt opens the
        block itself; "none": neither, so whether the model thinks is up to the model.
        """
        question = (Message("user", "?"),)
        try:
            on, off = (self.render(question, thinking_on=one) for one in (True, False))
        except Problem as problem:
            if problem.id in ("template_endless", "template_too_long"):
                raise
            return "none"
        if on != off:
            return "switch"
        return "always" if block(on) == "open" else "none"

    def _rendered(self, variables: dict[str, Any], stop: StopFlag | None) -> str:
        try:
            return self._within(lambda: self._joined(variables), stop)
        except (Problem, Cancelled):
            raise
        except jinja2.TemplateError as error:
            raise Problem("template_failed", detail=(error.message or "")[:_DETAIL]) from error
        except Exception as error:
            # Whatever a stranger's template provokes is its failure, not ours.
            raise Problem("template_failed", detail=_detail(error)) from error

    def _joined(self, variables: dict[str, Any]) -> str:
        parts: list[str] = []
        length = 0
        for part in self._template.generate(variables):
            parts.append(part)
            length += len(part)
            if length > MAX_CHARACTERS:
                raise Problem("template_too_long", characters=MAX_CHARACTERS)
        return "".join(parts)

    def _within(self, work: Callable[[], T], stop: StopFlag | None = None) -> T:
        try:
            return run_within(self._seconds, work, stop)
        except Overdue as error:
            raise Problem("template_endless", seconds=self._seconds) from error


@lru_cache(maxsize=8)
def compiled(source: str, bos: str = "", eos: str = "") -> ChatTemplate:
    """The template for this source, compiled once."""
    return ChatTemplate(source, bos, eos)


def thinking_switch(source: str) -> ThinkingSwitch:
    """See `ChatTemplate.switch`."""
    return compiled(source).switch


def block(prompt: str) -> Block:
    """How a prompt leaves the thinking block that it hands to the model."""
    end = prompt.rstrip()
    if end.endswith("<think>"):
        return "open"
    return "closed" if end.endswith("</think>") else "absent"


def _message(message: Message) -> dict[str, Any]:
    made: dict[str, Any] = {"role": message.role, "content": _content(message)}
    if message.reasoning:
        made["reasoning_content"] = message.reasoning
    if message.tool_calls:
        made["tool_calls"] = [_call(one) for one in message.tool_calls]
    if message.name:
        made["name"] = message.name
    return made


def _content(message: Message) -> str | list[dict[str, str]]:
    """A text where there is nothing else: templates of models that cannot see or hear know no parts."""
    if not message.images and not message.audios:
        return message.content
    return [
        *[{"type": "image"}] * len(message.images),
        *[{"type": "audio"}] * len(message.audios),
        {"type": "text", "text": message.content},
    ]


def _call(call: ToolCall) -> dict[str, Any]:
    return {"type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _detail(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:_DETAIL]
