"""The server's chunks as engine events: exact token ids, raw bytes, one Completion at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qwendesk.api.engine import (
    Candidate,
    Completion,
    EngineEvent,
    EngineRequest,
    PromptProgress,
    Reuse,
    StopReason,
    Token,
)
from qwendesk.api.problem import Problem
from qwendesk_llamaserver.vocabulary import Vocabulary

Chunk = dict[str, Any]


class ChunkReader:
    """Reads the chunks of one generation. `done` is set with the Completion; no chunk is read after it."""

    def __init__(self, request: EngineRequest, vocabulary: Vocabulary, context: int) -> None:
        self.done = False
        self._request = request
        self._vocabulary = vocabulary
        self._context = context
        self._limit = request.max_tokens
        self._held: list[Token] = []
        self._delivered = 0
        self._generated = 0
        self._reused = 0
        self._text = bytearray()

    def read(self, chunk: Chunk) -> Iterator[EngineEvent]:
        """The events of one chunk. Raises Problem where the server reports an error."""
        if "error" in chunk:
            raise problem_of(chunk["error"])
        if progress := chunk.get("prompt_progress"):
            yield self._progress(progress)
        self._reused = max(self._reused, int((chunk.get("timings") or {}).get("cache_n", 0)))
        choice = (chunk.get("choices") or [{}])[0]
        for entry in (choice.get("logprobs") or {}).get("content") or ():
            yield from self._tokens(entry, chunk)
        if not self.done and choice.get("finish_reason"):
            yield from self._end(str(choice["finish_reason"]), chunk)

    def _progress(self, progress: dict[str, int]) -> PromptProgress:
        self._reused = progress["cache"]
        return PromptProgress(progress["processed"], progress["total"], self._reused, self._reuse())

    def _reuse(self) -> Reuse:
        if self._request.fresh:
            return "fresh"
        """The server counts what it found in its cache and does not tell why it was no more."""
        return "whole" if self._reused == len(self._request.tokens) - 1 else "unknown"

    def _tokens(self, entry: dict[str, Any], chunk: Chunk) -> Iterator[EngineEvent]:
        token = self._token(entry)
        for one in (*self._withheld(entry, token, chunk), token):
            yield from self._release()
            if self.done:
                return
            if one.id in self._vocabulary.held:
                self._held.append(one)
            else:
                yield from self._deliver(one)

    def _withheld(self, entry: dict[str, Any], last: Token, chunk: Chunk) -> list[Token]:
        """The tokens that the server kept back before this one, found again from their bytes."""
        counted = int((chunk.get("timings") or {}).get("predicted_n", self._generated + 1))
        count = counted - self._generated - 1
        self._generated = counted
        if count <= 0:
            return []
        data = bytes(entry["bytes"]).removesuffix(last.data)
        ids = self._vocabulary.split(data, count)
        if ids is None:
            raise Problem("engine_failed", detail="tokens inside a character cannot be told apart")
        return [Token(one, self._vocabulary.piece(one)) for one in ids]

    def _token(self, entry: dict[str, Any]) -> Token:
        data = self._vocabulary.piece(entry["id"])
        if not self._request.top_logprobs:
            return Token(entry["id"], data)
        top = tuple(self._candidate(one) for one in entry["top_logprobs"])
        return Token(entry["id"], data, entry["logprob"], top)

    def _candidate(self, entry: dict[str, Any]) -> Candidate:
        return Candidate(entry["id"], self._vocabulary.piece(entry["id"]), entry["logprob"])

    def _release(self) -> Iterator[EngineEvent]:
        """The token held back did not end the text: another one followed."""
        while self._held and not self.done:
            yield from self._deliver(self._held.pop(0))

    def _deliver(self, token: Token) -> Iterator[EngineEvent]:
        self._delivered += 1
        if self._request.json_schema is not None:
            self._text += token.data
        yield token
        if self._limit is not None and self._delivered >= self._limit:
            yield self._complete("length")

    def _end(self, finish: str, chunk: Chunk) -> Iterator[EngineEvent]:
        if finish == "stop":
            self._check_json()
            yield self._complete("stop")
            return
        yield from self._release()
        if not self.done:
            # The server calls both a length. Its own limit lies above the one asked for, so it is met
            # only where it withheld tokens up to the end; those are lost.
            generated = int((chunk.get("usage") or {}).get("completion_tokens", self._delivered))
            full = len(self._request.tokens) + generated >= self._context
            if full and self._request.context_full == "error":
                raise Problem("context_full", context=self._context)
            yield self._complete("context" if full else "length")

    def _complete(self, reason: StopReason) -> Completion:
        self.done = True
        return Completion(reason, len(self._request.tokens), self._reused, self._reuse())

    def _check_json(self) -> None:
        """A schema that the engine silently ignored ends in a text that is no JSON."""
        if self._request.json_schema is None:
            return
        try:
            json.loads(self._text.decode("utf-8", "replace"))
        except ValueError as error:
            raise Problem("schema_ignored") from error


def problem_of(error: Any) -> Problem:
    """The server's error object as a Problem: `prompt_too_long` or `engine_failed`."""
    if not isinstance(error, dict):
        return Problem("engine_failed", detail=str(error)[:300])
    if error.get("type") == "exceed_context_size_error":
        return Problem(
            "prompt_too_long", prompt_tokens=error.get("n_prompt_tokens"), context=error.get("n_ctx")
        )
    return Problem("engine_failed", detail=str(error.get("message", ""))[:300])
