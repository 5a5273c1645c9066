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

    def one(self, depth: int, prompt: int, decode: int) -> Speed:
        """Behind `depth` tokens, read a prompt and generate."""
        return Speed(**self._ask({"depth": depth, "prompt": prompt, "decode": decode}))

    def many(self, prompts: Sequence[int], decode: int) -> float:
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


def _one(bare: BareLlama, depth: int, prompt: int, decode: int) -> dict[str, float]:
    bare.clear()
    if depth:
        bare.read(_words(depth), 0)
    began = time.perf_counter()
    bare.read(_words(prompt), depth)
    token = bare.sample()
    first = last = time.perf_counter()
    for position in range(depth + prompt, depth + prompt + decode - 1):
        bare.decode([(token, position, 0)])
        token = bare.sample()
        last = time.perf_counter()
    return {"prompt": prompt / (first - began), "decode": (decode - 1) / (last - first) if decode > 1 else 0}


def _many(bare: BareLlama, prompts: Sequence[int], decode: int) -> dict[str, float]:
    """Prompts together, as many as the batch holds; then one token of each sequence in each batch."""
    bare.clear()
    began = time.perf_counter()
    tokens = _first_tokens(bare, prompts)
    for offset in range(decode - 1):
        bare.decode([(token, prompts[i] + offset, i) for i, token in enumerate(tokens)])
        tokens = [bare.sample(i) for i in range(len(tokens))]
    return {"rate": len(prompts) * decode / (time.perf_counter() - began)}


def _first_tokens(bare: BareLlama, prompts: Sequence[int]) -> list[int]:
    rows: list[tuple[int, int, int]] = []
    for i, count in enumerate(prompts):
        rows += [(token, position, i) for position, token in enumerate(_words(count))]
    tokens = []
    for start in range(0, len(rows), bare.setup.batch):
        piece = rows[start : start + bare.setup.batch]
        bare.decode(piece, [position == prompts[i] - 1 for _, position, i in piece])
        tokens += [bare.sample(row) for row, (_, at, i) in enumerate(piece) if at == prompts[i] - 1]
    return tokens


def _words(count: int) -> list[int]:
    """Ordinary tokens, none twice in a row."""
    return [1000 + i * 37 % 5000 for i in range(count)]


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
