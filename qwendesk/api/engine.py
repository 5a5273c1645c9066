"""What a runtime's engine does, seen from the worker that owns it.

An engine is fed tokens, never messages: the worker renders the conversation, splits the reply and
keeps budgets, so that all of these behave the same with every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from qwendesk.api.problem import Note
from qwendesk.api.sampling import Sampling

StopReason = Literal["stop", "length", "context"]
ContextFull = Literal["stop", "error"]
Reuse = Literal["unknown", "whole", "new", "first", "fresh", "differs", "busy", "evicted", "no_checkpoint"]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What to load: a GGUF file or a folder with safetensors."""

    path: str
    format: str


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How far loading is: `fraction` from 0 to 1, or None where the engine cannot tell."""

    fraction: float | None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was really loaded, and which options were honoured.

    `context` is in tokens per request (already divided by parallel slots). `options` holds what the
    engine really uses, whatever was asked for. `template` is the file's own chat template, if any.
    `image_token` stands for one image in a prompt; empty where the model, as loaded, cannot see.
    `vocabulary` is the number of tokens that logits are for; 0 is not told.
    `audio_token` stands for one recording, likewise; `audio_seconds` is how much of one the model hears.
    `instructions` are the instruction sets that the engine's build uses on this processor, by ggml's names
    ("AVX2"); empty where it does not tell.
    """

    engine: str
    version: str
    context: int
    slots: int
    template: str | None
    bos: str = ""
    eos: str = ""
    adds_bos: bool = False
    architecture: str = ""
    image_token: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    instructions: tuple[str, ...] = ()
    audio_token: str = ""
    audio_seconds: float = 0.0
    vocabulary: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A token that could have come instead; `logprob` is the natural logarithm of its probability."""

    id: int
    data: bytes
    logprob: float


@dataclass(frozen=True, slots=True)
class Token:
    """One generated token. `data` are its bytes, which may end inside a character."""

    id: int
    data: bytes
    logprob: float | None = None
    top: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptProgress:
    """Of `total` prompt tokens, `processed` are in the cache and `reused` were there before.

    `reuse` as in Completion, for an engine that knows it by now: a reply that is halted has no Completion.
    """

    processed: int
    total: int
    reused: int
    reuse: Reuse = "unknown"


@dataclass(frozen=True, slots=True)
class Completion:
    """The last event of a generation.

    Args:
        reason: "stop" (end of text), "length" (max_tokens), "context" (the context is full).
        reuse: why no more of the prompt was reused. "unknown": the engine does not tell; "whole": all
            that may be (the last token is always read again); "new": the prompt begins with all of a
            cached text, and the rest is new; "first": nothing was cached; "fresh": the request wanted
            none of it; "differs": it leaves every cached text here; "busy": the sequence that holds more
            of it is at work; "evicted": more of it was cached once and had to make room;
            "no_checkpoint": the model is recurrent and cannot go back to where the prompts part.
        drafted_tokens, accepted_tokens: guessed ahead by speculation, and how many of them were right.
    """

    reason: StopReason
    prompt_tokens: int
    reused_tokens: int
    reuse: Reuse = "unknown"
    drafted_tokens: int = 0
    accepted_tokens: int = 0


EngineEvent = PromptProgress | Token | Completion


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """Tokens in, settings for what comes out.

    Args:
        tokens: the whole prompt, special tokens included.
        max_tokens: None means until the end of text or of the context.
        json_schema: constrains the text from its first token on; None leaves it free.
        top_logprobs: how many candidates to report for each token; 0 reports no probabilities.
        logit_bias: added to the logits of these tokens; minus infinity forbids one.
        context_full: end with the reason "context", or raise Problem `context_full`.
        draft: False forbids speculation for this request.
        fresh: True reads the whole prompt on an empty sequence: alone, such a request says the same again.
        images: encoded (PNG, JPEG, …), one for each image token in `tokens`.
        audios: encoded (WAV, FLAC, OGG, MP3), one for each audio token in `tokens`.
    """

    tokens: tuple[int, ...]
    sampling: Sampling
    max_tokens: int | None = None
    json_schema: dict[str, Any] | None = None
    top_logprobs: int = 0
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    context_full: ContextFull = "stop"
    draft: bool = True
    images: tuple[bytes, ...] = ()
    fresh: bool = False
    audios: tuple[bytes, ...] = ()


class StopFlag(Protocol):
    """Set when the request was cancelled; an engine looks at each token and each chunk of the prompt."""

    def is_set(self) -> bool: ...


class Engine(Protocol):
    """A model in memory. Methods are called from several threads at once; `load` first and once."""

    def load(self, model: ModelFiles, options: Any, progress: Callable[[LoadProgress], None]) -> LoadReport:
        """Load or raise a Problem. `options` is of the runtime's own options dataclass."""
        ...

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids of a text, nothing added; `special` reads <|im_start|> and the like as tokens."""
        ...

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        """The bytes of the tokens, special ones spelled out."""
        ...

    def is_special(self, token: int) -> bool:
        """Whether a token is no piece of ordinary text: a control token such as <|im_end|>, or one that was
        added to the vocabulary as a whole, such as <think>. False for an id outside the vocabulary."""
        ...

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        """Prompt progress, tokens without the end-of-text token, then exactly one Completion.

        When `stop` is set the iterator ends without a Completion, within one token or one chunk of
        the prompt. Closing the iterator early cancels, too. Raises a Problem on failure.
        """
        ...

    def close(self) -> None:
        """Free everything; called once, at the end, while no other call is at work."""
        ...
