"""An engine that says what a script tells it: a byte-level vocabulary, no weights, no waiting.

Built-in prompts, beside the script: "flood:N" answers with N tokens as fast as possible, and what has
no reply is echoed.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from qwendesk.api.engine import (
    Candidate,
    Completion,
    EngineEvent,
    EngineRequest,
    LoadProgress,
    LoadReport,
    ModelFiles,
    PromptProgress,
    StopFlag,
    StopReason,
    Token,
)
from qwendesk.api.options import option
from qwendesk.api.problem import Problem

SPECIALS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
)
FIRST_SPECIAL = 256
FIRST_PIECE = 1000

_HEAD = (
    "{%- if tools -%}{{ '<|im_start|>system\\n' }}"
    "{%- for tool in tools -%}{{ (tool | tojson) ~ '\\n' }}{%- endfor -%}{{ '<|im_end|>\\n' }}{%- endif -%}"
    "{%- for message in messages -%}"
    "{{ '<|im_start|>' ~ message.role ~ '\\n' ~ message.content ~ '<|im_end|>\\n' }}"
    "{%- endfor -%}{{ '<|im_start|>assistant\\n' }}"
)
TEMPLATES: Mapping[str, str | None] = {
    "switch": _HEAD + "{%- if enable_thinking is false -%}{{ '<think>\\n\\n</think>\\n\\n' }}{%- endif -%}",
    "opened": _HEAD + "{{ '<think>\\n' }}",
    "plain": _HEAD,
    "missing": None,
}

_SPECIAL = re.compile("|".join(map(re.escape, SPECIALS)))
_WORD = re.compile(r"\s*\S+|\s+")
_LAST_USER = re.compile(r".*<\|im_start\|>user\n(.*?)<\|im_end\|>", re.DOTALL)
_LAST_REPLY = re.compile(r".*<\|im_start\|>assistant\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ScriptedOptions:
    """How the scripted engine behaves."""

    context: int = option(4096, "Context", "Tokens of prompt and reply.", minimum=8, maximum=10_000_000)
    replies: str = option("{}", "Replies", "JSON: the last user text to a reply or to its settings.")
    script: str = option("", "Script", "A file with more replies.", path=True)
    cut: int = option(0, "Bytes per token", "0 cuts into words.", minimum=0, maximum=1000)
    cuts_tags: bool = option(False, "Cut tags", "Tags are ordinary text instead of tokens of their own.")
    template: str = option("switch", "Template", choices=tuple(TEMPLATES))
    adds_bos: bool = option(False, "Begin with a BOS token")


@dataclass(frozen=True, slots=True)
class Scripted:
    """One reply of the script.

    Args:
        text: the raw text, tags included.
        json: the text for a request with a schema; empty means what the raw text has behind its thoughts.
        delay_s: the pause before each token.
        fail_after: raise the problem `fails_with` after so many tokens.
    """

    text: str
    json: str = ""
    delay_s: float = 0.0
    fail_after: int | None = None
    fails_with: str = "scripted_failure"


class Vocabulary:
    """Tokens made on demand: one per byte, per special text, and per piece that was ever cut."""

    def __init__(self, cut: int = 0, cuts_tags: bool = False) -> None:
        self._cut = cut
        self._cuts_tags = cuts_tags
        self._data = {id: bytes([id]) for id in range(FIRST_SPECIAL)}
        self._data |= {id: text.encode() for id, text in enumerate(SPECIALS, FIRST_SPECIAL)}
        self._ids = {data: id for id, data in self._data.items()}
        self._lock = threading.Lock()

    def encode(self, text: str, *, special: bool) -> list[int]:
        """Token ids of a text."""
        ids: list[int] = []
        at = 0
        for match in _SPECIAL.finditer(text) if special else ():
            if self._cuts_tags and "|" not in match.group():
                continue
            ids += self._pieces(text[at : match.start()])
            ids.append(self._id(match.group().encode()))
            at = match.end()
        return ids + self._pieces(text[at:])

    def data(self, id: int) -> bytes:
        """The bytes of one token."""
        return self._data[id]

    def _pieces(self, text: str) -> list[int]:
        if not self._cut:
            return [self._id(word.encode()) for word in _WORD.findall(text)]
        data = text.encode()
        return [self._id(data[at : at + self._cut]) for at in range(0, len(data), self._cut)]

    def _id(self, piece: bytes) -> int:
        with self._lock:
            id = self._ids.setdefault(piece, FIRST_PIECE + len(self._ids))
            self._data[id] = piece
        return id


class ScriptedEngine:
    """See the module. `requests` keeps every request for assertions; `open` counts unfinished generations."""

    def __init__(self) -> None:
        self.requests: list[EngineRequest] = []
        self.open = 0
        self.closed = False
        self._options = ScriptedOptions()
        self._script: dict[str, Scripted] = {}
        self._vocabulary = Vocabulary()
        self._previous: tuple[int, ...] = ()

    def load(
        self,
        model: ModelFiles | None = None,
        options: ScriptedOptions | None = None,
        progress: Callable[[LoadProgress], None] = lambda _: None,
    ) -> LoadReport:
        """Read the script; the model's file is not looked at."""
        self._options = options = options or ScriptedOptions()
        self._vocabulary = Vocabulary(options.cut, options.cuts_tags)
        self._script = _replies(options.replies)
        if options.script:
            self._script |= _replies(Path(options.script).read_text(encoding="utf-8"))
        progress(LoadProgress(1.0))
        template = TEMPLATES[options.template]
        return LoadReport(
            engine="scripted",
            version="1",
            context=options.context,
            slots=4,
            template=template,
            bos=SPECIALS[0],
            eos="<|im_end|>",
            adds_bos=options.adds_bos,
        )

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        return self._vocabulary.encode(text, special=special)

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        return b"".join(map(self._vocabulary.data, tokens))

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        self.requests.append(request)
        self.open += 1
        try:
            yield from self._generate(request, stop)
        finally:
            self.open -= 1

    def close(self) -> None:
        self.closed = True

    def _generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        total, reused = len(request.tokens), self._reuse(request.tokens)
        for processed in (reused, total):
            yield PromptProgress(processed, total, reused)
        scripted, tokens = self._plan(request)
        limit, reason = self._limit(request)
        count = 0
        for token in islice(tokens, limit):
            if stop.is_set() or (scripted.delay_s and _waited(scripted.delay_s, stop)):
                return
            if count == scripted.fail_after:
                # Native code panics with what is no Exception (PyO3's PanicException).
                raise (
                    BaseException("panic") if scripted.fails_with == "panic" else Problem(scripted.fails_with)
                )
            yield token
            count += 1
        if not stop.is_set():
            yield Completion("stop" if count < limit else reason, total, reused)

    def _reuse(self, tokens: tuple[int, ...]) -> int:
        """The common beginning with the prompt before; the last token is always read again."""
        previous, self._previous = self._previous, tokens
        common = 0
        for old, new in zip(previous, tokens, strict=False):
            if old != new:
                break
            common += 1
        return min(common, len(tokens) - 1)

    def _limit(self, request: EngineRequest) -> tuple[int, StopReason]:
        room = self._options.context - len(request.tokens)
        if request.max_tokens is not None and request.max_tokens <= room:
            return request.max_tokens, "length"
        return room, "context"

    def _plan(self, request: EngineRequest) -> tuple[Scripted, Iterator[Token]]:
        prompt = self.detokenize(request.tokens).decode(errors="replace")
        user, said = _last(_LAST_USER, prompt), _last(_LAST_REPLY, prompt)
        if user.startswith("flood:"):
            return Scripted(""), repeat(self._token(request, b"a "), int(user[len("flood:") :]))
        scripted = self._script.get(user) or Scripted(user)
        text = _rest(scripted, said, schema=request.json_schema is not None)
        ids = self._vocabulary.encode(text, special=True)
        return scripted, (self._token(request, self._vocabulary.data(id), id) for id in ids)

    def _token(self, request: EngineRequest, data: bytes, id: int = ord("a")) -> Token:
        if not request.top_logprobs:
            return Token(id, data)
        others = [Candidate(id + more, data, -0.1 - more) for more in range(request.top_logprobs)]
        return Token(id, data, -0.1, tuple(others))


def _replies(text: str) -> dict[str, Scripted]:
    loaded: dict[str, Any] = json.loads(text)
    return {user: Scripted(one) if isinstance(one, str) else Scripted(**one) for user, one in loaded.items()}


def _last(pattern: re.Pattern[str], prompt: str) -> str:
    match = pattern.match(prompt)
    return match.group(1) if match else ""


def _rest(scripted: Scripted, said: str, *, schema: bool) -> str:
    """What is still to be said behind what stands in the prompt already."""
    text = scripted.text
    answer = text.partition("</think>")[2].lstrip("\n")
    if schema:
        return scripted.json or answer or "{}"
    said = said.removeprefix("<think>\n\n</think>\n\n")
    opened = said.startswith("<think>") and not text.startswith("<think>")
    done = said.removeprefix("<think>\n") if opened else said
    if done and text.startswith(done):
        return text[len(done) :]
    return answer if done and "</think>" in done and answer else text


def _waited(seconds: float, stop: StopFlag) -> bool:
    """Pause; whether the request was cancelled meanwhile."""
    pause, steps = threading.Event(), max(1, round(seconds / 0.01))
    for _ in range(steps):
        if stop.is_set():
            return True
        pause.wait(seconds / steps)
    return stop.is_set()
