"""A reply as it arrives: split into reasoning, answer and tool calls, with its figures.

All times are seconds on the system-wide monotonic clock, which parent and child share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from qwendesk.api.engine import ContextFull, Reuse, Token
from qwendesk.api.messages import Message, Thinking, Tool, ToolCall
from qwendesk.api.problem import Note
from qwendesk.api.sampling import Sampling

Part = Literal["reasoning", "answer"]
FinishReason = Literal["stop", "length", "context", "tool_calls", "cancelled"]


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A conversation to continue.

    Args:
        messages: at least one; the last is a user's or a tool's.
        stop: texts that end the answer; they are not part of it and are not looked for in the reasoning.
        json_schema: the answer's shape; with thinking on it binds from `</think>` on.
        top_logprobs: candidates to report for each token.
        template: a chat template to use instead of the file's own.
        logit_bias, context_full, draft, fresh: see `qwendesk.api.engine.EngineRequest`.
    """

    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    thinking: Thinking = Thinking()
    tools: tuple[Tool, ...] = ()
    stop: tuple[str, ...] = ()
    json_schema: dict[str, Any] | None = None
    top_logprobs: int = 0
    template: str | None = None
    logit_bias: dict[int, float] = field(default_factory=dict)
    context_full: ContextFull = "stop"
    draft: bool = True
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class PromptBuilt:
    """The exact text that the model is given, special tokens included, and the template that made it."""

    text: str
    template_sha256: str


@dataclass(frozen=True, slots=True)
class PromptRead:
    """The prompt is being read: `processed` of `total` tokens, `reused` of them from the cache."""

    processed: int
    total: int
    reused: int


@dataclass(frozen=True, slots=True)
class Delta:
    """Text that came in. `tokens` were generated for it, the first and the last at these times.

    `times`: of every one of them, as far as they are told.
    """

    part: Part
    text: str
    tokens: int
    first: float
    last: float
    probabilities: tuple[Token, ...] = ()
    times: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Resplit:
    """What was shown was split wrongly: replace both parts by these texts.

    Happens when `</think>` comes without its opening tag: what looked like the answer was reasoning.
    """

    reasoning: str
    answer: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts in tokens.

    Args:
        injected_tokens: closed the reasoning when its budget was used up.
        reuse: why no more of the prompt was reused; see `qwendesk.api.engine.Completion`.
        drafted_tokens, accepted_tokens: guessed ahead by speculation, and how many of them were right.
    """

    prompt_tokens: int
    reused_tokens: int
    completion_tokens: int
    reasoning_tokens: int = 0
    injected_tokens: int = 0
    reuse: Reuse = "unknown"
    drafted_tokens: int = 0
    accepted_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Gaps:
    """Inter-token latency: seconds between one token and the next, as percentiles of all gaps of a reply.

    A percentile is the smallest gap that at least this share of the gaps do not exceed (nearest rank).
    Tokens that speculation brought in one step have no gap between them.
    """

    p50_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds and rates of one reply; None where there was nothing to measure.

    ttft_s: from the request leaving the session to the first token (loading does not count).
    prompt_tps: prompt tokens not served from the cache / seconds of prompt processing.
    decode_tps: (tokens - 1) / (last token - first token).
    queue_s: from the request leaving the session until the engine began to read its prompt; writing the
        prompt counts. None where the engine first tells of a prompt that it has begun already.
    gaps: between tokens, where there are two.
    """

    ttft_s: float | None
    prompt_tps: float | None
    decode_tps: float | None
    reasoning_s: float | None = None
    total_s: float = 0.0
    queue_s: float | None = None
    gaps: Gaps | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole reply and its figures; `sampling` carries the seed that was used."""

    reason: FinishReason
    reasoning: str
    answer: str
    tool_calls: tuple[ToolCall, ...]
    usage: Usage
    timings: Timings
    sampling: Sampling
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The reply ended with a problem; what had come in before stays valid."""

    problem: Note
    log: tuple[str, ...] = field(default=())


ReplyEvent = PromptBuilt | PromptRead | Delta | Resplit | Finished | Failed
