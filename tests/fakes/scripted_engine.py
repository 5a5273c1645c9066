"""An engine that says what a script tells it: a byte-level vocabulary, no weights, no waiting.

Built-in prompts, beside the script: "flood:N" answers with N tokens as fast as possible, and what has
no reply is echoed.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from fakes.scripted_vocabulary import SPECIALS, Vocabulary
from qwendesk.api.engine import (
    Candidate,
    Completion,
    EngineEvent,
    EngineRequest,
    LoadProgress,
    LoadReport,
    ModelFiles,
    PromptProgress,
    Reuse,
    StopFlag,
    StopReason,
    Token,
)
from qwendesk.api.options import option
from qwendesk.api.problem import Problem

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

_LAST_USER = re.compile(r".*<\|im_start\|>(?:user|tool)\n(.*?)<\|im_end\|>", re.DOTALL)
_LAST_REPLY = re.compile(r".*<\|im_start\|>assistant\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ScriptedOptions:
    """How the scripted engine behaves."""

    context: int = option(4096, "Context", "Tokens of prompt and reply.", minimum=8, maximum=10_000_000)
    replies: str = option(
        "{}", "Replies", "JSON: the last text of the user or a tool to a reply or to its settings."
    )
    script: str = option("", "Script", "A file with more replies.", kind="path")
    cut: int = option(0, "Bytes per token", "0 cuts into words.", minimum=0, maximum=1000)
    cuts_tags: bool = option(False, "Cut tags", "Tags are ordinary text instead of tokens of their own.")
    template: str = option("switch", "Template", choices=tuple(TEMPLATES))
    adds_bos: bool = option(False, "Begin with a BOS token")
    raises_full: bool = option(False, "Raise when full", "Context_full is the engine's own exception.")
    pause_s: float = option(0.0, "Pause", "Before each token of a score.", minimum=0, maximum=10)


@dataclass(frozen=True, slots=True)
class Scripted:
    """One reply of the script.

    Args:
        text: the raw text, tags included.
        json: the text for a request with a schema; empty means what the raw text has behind its thoughts.
        delay_s: the pause before each token.
        fail_after: raise the problem `fails_with` after so many tokens.
        drafted, accepted: what the Completion says about speculation.
        prints: what is written to standard output before each token, in every way that there is.
    """

    text: str
    json: str = ""
    delay_s: float = 0.0
    fail_after: int | None = None
    fails_with: str = "scripted_failure"
    drafted: int = 0
    accepted: int = 0
    prints: str = ""


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

    def is_special(self, token: int) -> bool:
        return self._vocabulary.is_special(token)

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
        total, (reused, reuse) = len(request.tokens), self._reuse(request.tokens)
        for processed in (reused, total):
            yield PromptProgress(processed, total, reused, reuse)
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
            if scripted.prints:
                _printed(scripted.prints)
            yield token
            count += 1
        if stop.is_set():
            return
        ended = "stop" if count < limit else reason
        if ended == "context" and self._options.raises_full and request.context_full == "error":
            raise Problem("context_full", context=self._options.context)
        yield Completion(ended, total, reused, reuse, scripted.drafted, scripted.accepted)

    def _reuse(self, tokens: tuple[int, ...]) -> tuple[int, Reuse]:
        """The common beginning with the prompt before; the last token is always read again."""
        previous, self._previous = self._previous, tokens
        common = 0
        for old, new in zip(previous, tokens, strict=False):
            if old != new:
                break
            common += 1
        reused = min(common, len(tokens) - 1)
        return reused, "first" if not previous else "whole" if reused == len(tokens) - 1 else "differs"

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


def _printed(text: str) -> None:
    """As Python does, as native code does, and straight into the file descriptor."""
    print(f"{text} of Python", flush=True)
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    library.puts(f"{text} of C".encode())
    library.fflush(None)
    os.write(1, f"{text} of the system\n".encode())


def _waited(seconds: float, stop: StopFlag) -> bool:
    """Pause; whether the request was cancelled meanwhile."""
    pause, steps = threading.Event(), max(1, round(seconds / 0.01))
    for _ in range(steps):
        if stop.is_set():
            return True
        pause.wait(seconds / steps)
    return stop.is_set()
