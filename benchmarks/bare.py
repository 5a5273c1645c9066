"""llama.cpp in a child process, driven by a plain loop: what the whole path is compared with.

The child holds nothing of ours: llama_cpp, one batch and llama.cpp's greedy sampler chain. It reads one
JSON object from a line and answers with one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

if TYPE_CHECKING:
    from fakes.bare_llama import BareLlama


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens per second of one sequence: the prompt's, and (n - 1) / (last - first) of what came."""

    prompt: float
    decode: float


class Bare:
    """The child; `setup` are fields of fakes.bare_llama.Setup."""

    def __init__(self, model: Path, **setup: Any) -> None:
        command = [sys.executable, __file__, str(model), json.dumps(setup)]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def one(self, prompt: Sequence[int], decode: int, known: int = 0) -> Speed:
        """Read a prompt, the first `known` tokens of it outside the measurement, and generate."""
        return Speed(**self._ask({"prompt": list(prompt), "known": known, "decode": decode}))

    def many(self, prompts: Sequence[Sequence[int]], decode: int) -> float:
        """Generated tokens per second, of all sequences together, from the first prompt to the last token."""
        return float(self._ask({"prompts": list(prompts), "decode": decode})["rate"])

    def _ask(self, question: dict[str, Any]) -> dict[str, float]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps(question) + "\n")
        self._child.stdin.flush()
        answer: dict[str, float] = json.loads(self._child.stdout.readline())
        return answer

    def __enter__(self) -> Bare:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.communicate()  # its input ends, and so does it


def _one(bare: BareLlama, prompt: Sequence[int], known: int, decode: int) -> dict[str, float]:
    bare.clear()
    if known:
        bare.read(prompt[:known])
    began = time.perf_counter()
    bare.read(prompt[known:], known)
    token = bare.sample()
    first = last = time.perf_counter()
    for position in range(len(prompt), len(prompt) + decode - 1):
        bare.decode([(token, position, 0)])
        token = bare.sample()
        last = time.perf_counter()
    read = (len(prompt) - known) / (first - began)
    return {"prompt": read, "decode": (decode - 1) / (last - first) if decode > 1 else 0.0}


def _many(bare: BareLlama, prompts: Sequence[Sequence[int]], decode: int) -> dict[str, float]:
    """Prompts together, as many as the batch holds; then one token of each sequence in each batch."""
    bare.clear()
    began = time.perf_counter()
    tokens = _first_tokens(bare, prompts)
    for offset in range(decode - 1):
        bare.decode([(token, len(prompts[i]) + offset, i) for i, token in enumerate(tokens)])
        tokens = [bare.sample(i) for i in range(len(tokens))]
    return {"rate": len(prompts) * decode / (time.perf_counter() - began)}


def _first_tokens(bare: BareLlama, prompts: Sequence[Sequence[int]]) -> list[int]:
    rows: list[tuple[int, int, int]] = []
    for i, prompt in enumerate(prompts):
        rows += [(token, position, i) for position, token in enumerate(prompt)]
    tokens = []
    for start in range(0, len(rows), bare.setup.batch):
        piece = rows[start : start + bare.setup.batch]
        last = [position == len(prompts[i]) - 1 for _, position, i in piece]
        bare.decode(piece, last)
        tokens += [bare.sample(row) for row, ends in enumerate(last) if ends]
    return tokens


def _serve() -> None:
    import llama_cpp as llama

    from fakes.bare_llama import BareLlama, Setup

    quiet = llama.llama_log_callback(lambda *_: None)  # must live as long as llama.cpp may call it
    llama.llama_log_set(quiet, None)
    with BareLlama(Path(sys.argv[1]), Setup(**json.loads(sys.argv[2]))) as bare:
        for line in sys.stdin:
            question = json.loads(line)
            answer = _many(bare, **question) if "prompts" in question else _one(bare, **question)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
