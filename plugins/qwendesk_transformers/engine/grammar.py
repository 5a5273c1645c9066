"""Replies that follow a JSON schema, by llguidance: which tokens may come next, as a mask over the logits."""

from __future__ import annotations

import json
import math
import threading
from typing import Any

import torch

from qwendesk.api.problem import Problem


class Grammars:
    """Makes a grammar for each request; knows the tokens in the library's own form, worked out once."""

    def __init__(self, tokenizer: Any, size: int) -> None:
        self._tokenizer, self._size = tokenizer, size
        self._known: Any = None
        self._lock = threading.Lock()

    def of(self, schema: dict[str, Any]) -> Grammar:
        """Raises Problem `schema_unsupported` (keyword), or `runtime_missing` without the library."""
        try:
            import llguidance
            from llguidance.hf import from_tokenizer
        except ImportError as error:
            raise Problem("runtime_missing", package="llguidance", detail=str(error)[:300]) from error
        with self._lock:
            if self._known is None:
                self._known = from_tokenizer(self._tokenizer, n_vocab=self._size)
        try:
            written = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(schema))
            matcher = llguidance.LLMatcher(self._known, written)
        except ValueError as error:
            raise Problem("schema_unsupported", keyword=str(error)[:200]) from error
        if told := matcher.get_error():
            raise Problem("schema_unsupported", keyword=str(told)[:200])
        return Grammar(matcher, self._size)


class Grammar:
    """Where one reply is in its grammar."""

    def __init__(self, matcher: Any, size: int) -> None:
        self._matcher, self._size = matcher, size

    def filtered(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits with those of tokens that may not come next at minus infinity. Raises Problem."""
        mask = torch.frombuffer(bytearray(self._matcher.compute_logit_bias()), dtype=torch.uint8)
        allowed = mask[: len(logits)].bool().to(logits.device)
        if len(allowed) < len(logits):  # ids beyond the tokenizer's stand for nothing
            allowed = torch.nn.functional.pad(allowed, (0, len(logits) - len(allowed)))
        if not bool(allowed.any()):
            raise Problem("schema_stuck")
        return logits.masked_fill(~allowed, -math.inf)

    def take(self, token: int) -> None:
        """This token came."""
        if not self._matcher.is_stopped() and not self._matcher.consume_token(token):
            raise Problem("schema_stuck")
