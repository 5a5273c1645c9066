"""How a reply is made, and how one was made: enough to make it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qwendesk.api.engine import ContextFull
from qwendesk.api.messages import Thinking, Tool
from qwendesk.api.sampling import Sampling


@dataclass(frozen=True, slots=True)
class Settings:
    """How the next reply is made; see `qwendesk.api.reply.ReplyRequest`."""

    sampling: Sampling = Sampling()
    thinking: Thinking = Thinking()
    tools: tuple[Tool, ...] = ()
    stop: tuple[str, ...] = ()
    json_schema: dict[str, Any] | None = None
    logit_bias: dict[int, float] = field(default_factory=dict)
    context_full: ContextFull = "stop"
    draft: bool = True
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What made a reply. The seed that was used stands in `Turn.finished.sampling`.

    Args:
        model_path, model_name: the file, and the name it has in the library.
        model_sha256: of the file as a whole, empty where it was not read as a whole yet.
        runtime, engine, version: the runtime's id, its engine and that one's version.
        options: load options that were honoured; `asked`: those that were asked for.
        template_sha256: of the chat template that rendered the prompt.
    """

    model_path: str
    model_name: str
    runtime: str
    engine: str
    version: str
    options: dict[str, Any]
    settings: Settings
    template_sha256: str = ""
    model_sha256: str = ""
    asked: dict[str, Any] = field(default_factory=dict)
