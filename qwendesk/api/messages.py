"""A conversation as models see it: messages, tools and tool calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call the model asks for. `arguments` is a JSON object; nothing has been run."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `reasoning` is what stood between <think> and </think>; templates decide about its return."""

    role: Role
    content: str
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `parameters` is its JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thinking:
    """What the user wants of the reasoning.

    Args:
        on: None leaves the template's own default.
        budget: tokens of reasoning after which it is closed and the answer begins; None is no limit.
    """

    on: bool | None = None
    budget: int | None = None
