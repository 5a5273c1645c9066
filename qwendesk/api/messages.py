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
    """One turn.

    Args:
        reasoning: what stood between <think> and </think>; templates decide about its return.
        images: encoded (PNG, JPEG, …); they stand before the text.
        audios: encoded recordings (WAV, FLAC, OGG, MP3), behind the images.
    """

    role: Role
    content: str
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    name: str = ""
    images: tuple[bytes, ...] = ()
    audios: tuple[bytes, ...] = ()


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
        effort: how hard, in a word of the template's own ("low"); None leaves its default.
        preserve: whether the reasoning of earlier replies is sent back; None leaves the template's default.
    """

    on: bool | None = None
    budget: int | None = None
    effort: str | None = None
    preserve: bool | None = None
