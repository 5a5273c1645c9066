"""What llama.cpp logs while it quantizes, read: which tensor it is at, and what becomes of each.

Nothing else tells: `llama_model_quantize` returns whether it succeeded, and asks no callback. The lines
are those of src/llama-quant.cpp.
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qwendesk_llamacpp.jobs.quantize.names import native

_WARNING, _CONTINUED = 3, 5  # ggml.h, enum ggml_log_level
_BEGUN = re.compile(r"^\[ *(\d+)/ *(\d+)\] (.*?) +- \[([ \d,]+)\], type = +(\S+),")
_RESULT = re.compile(r"-> +[\d.]+ MiB \((\S+)\)$")
_FALLBACK = re.compile(
    r"^warning: (.*?) +- ncols +\d+ not divisible by +\d+ \(required for type +(\S+)\) .*-> falling back to"
)
_FAILED = re.compile(r"failed to quantize: (.*)", re.DOTALL)
_NEEDS_IMATRIX = "will require an imatrix!"


@dataclass(frozen=True, slots=True)
class Seen:
    """A tensor as llama.cpp tells of it: types in GGML's names, `after` only in a dry run."""

    name: str
    shape: tuple[int, ...]
    before: str
    after: str = ""


@dataclass(slots=True)
class Lines:
    """Listens to llama.cpp; `begun` is called with the number (from 1) of the tensor that it comes to."""

    begun: Callable[[int], None] = lambda _number: None
    tensors: list[Seen] = field(default_factory=list)
    total: int = 0
    wanted: dict[str, str] = field(default_factory=dict)
    """By tensor, the type that its rows do not fit."""
    needs_imatrix: bool = False
    failure: str = ""
    _line: str = ""
    _level: int = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Meanwhile; then whoever listened before hears again."""
        before, data = native.llama_log_callback(), ctypes.c_void_p()
        native.llama_log_get(ctypes.byref(before), ctypes.byref(data))
        callback = native.llama_log_callback(self._on_text)
        native.llama_log_set(callback, ctypes.c_void_p(0))
        try:
            yield
        finally:
            native.llama_log_set(before, data)

    def _on_text(self, level: int, text: bytes, _data: Any) -> None:
        self._level = level = self._level if level == _CONTINUED else level
        said = text.decode("utf-8", "replace")
        if level >= _WARNING:
            sys.stderr.write(said)
        for part in said.splitlines(keepends=True):
            if not self._line and (found := _BEGUN.match(part)):
                self.total = int(found[2])
                self.begun(int(found[1]))
            self._line += part
            if part.endswith("\n"):
                line, self._line = self._line.rstrip(), ""
                self._read(line)

    def _read(self, line: str) -> None:
        if found := _BEGUN.match(line):
            shape = tuple(int(one) for one in found[4].split(","))
            result = _RESULT.search(line)
            before = found[5].upper()
            self.tensors.append(Seen(found[3], shape, before, result[1].upper() if result else before))
        elif found := _FALLBACK.match(line):
            self.wanted[found[1]] = found[2].upper()
        elif found := _FAILED.search(line):
            self.failure = found[1].strip()
        elif _NEEDS_IMATRIX in line:
            self.needs_imatrix = True
