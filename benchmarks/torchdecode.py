"""Our own decode loop on PyTorch over Transformers' `generate()`, in one process, greedy, on the processor.

- decode: tokens a second of ours over those of `generate()` with a streamer, the same tokens;
- concurrent: eight replies at once over one, ours and Transformers' own continuous batching;
- reuse: time to first token of a second turn of 2,000 tokens with what was read before, over without.
Arms take turns; a figure is the median of the rounds' ratios. Random weights of real shapes.
Run: python benchmarks/torchdecode.py
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("tests", "plugins")]

from fakes.generating import GREEDY, NEVER
from fakes.qwen3_shape import Shape
from qwendesk.api.engine import EngineRequest, ModelFiles, Token
from qwendesk_transformers.engine import TransformersEngine
from qwendesk_transformers.options import TransformersOptions
from report import parser, publish

FOLDER = Path("build/models")
SHAPES = {
    "tiny": (Shape(hidden=256, inner=512, layers=4, heads=4, kv_heads=2, head=64), 96),
    "0.6B": (Shape(hidden=1024, inner=3072, layers=28, heads=16, kv_heads=8, head=128), 16),
}
MANY, TURN = 8, 2000


def folder_of(name: str, shape: Shape) -> Path:
    """The model on the disk, made once."""
    from fakes import tiny_safetensors

    folder = FOLDER / f"torch-{name}"
    if not (folder / "model.safetensors").exists():
        tiny_safetensors.write_tiny(folder, context=8192, shape=shape)
    return folder


class Arm:
    """One model, loaded by us; the same weights serve `generate()`."""

    def __init__(self, name: str, threads: int) -> None:
        shape, self.count = SHAPES[name]
        self.engine = TransformersEngine()
        options = TransformersOptions(context=4096, slots=MANY, threads=threads, chunk=512)
        files = ModelFiles(str(folder_of(name, shape)), "safetensors")
        self.engine.load(files, options, lambda _: None)
        loaded = self.engine._loaded
        assert loaded is not None
        self.model, self.tokenizer = loaded.model, loaded.tokenizer
        self._seed = 0

    def prompt(self, length: int = 32) -> tuple[int, ...]:
        """A new one each time, so that nothing of it is cached."""
        self._seed += 1
        return tuple((at * 7 + self._seed * 13) % 250 for at in range(length))

    def ours(self, prompt: tuple[int, ...], count: int) -> tuple[float, float]:
        """Seconds to the first token, and decode speed in tokens a second."""
        endless = dict.fromkeys(self.engine._loaded.vocabulary._ends, -1e9)  # type: ignore[union-attr]
        began = time.perf_counter()
        at = []
        for event in self.engine.generate(
            EngineRequest(prompt, GREEDY, max_tokens=count, logit_bias=endless), NEVER
        ):
            if isinstance(event, Token):
                at.append(time.perf_counter())
        return at[0] - began, (len(at) - 1) / (at[-1] - at[0]) if len(at) > 1 else 0.0

    def theirs(self, prompt: tuple[int, ...], count: int) -> float:
        """Decode speed of `generate()` with a streamer."""
        import torch
        from transformers.generation.streamers import BaseStreamer

        class Clock(BaseStreamer):  # type: ignore[misc]
            def __init__(self) -> None:
                self.at: list[float] = []

            def put(self, _value: Any) -> None:
                self.at.append(time.perf_counter())

            def end(self) -> None:
                pass

        clock, ids = Clock(), torch.tensor([list(prompt)])
        with torch.inference_mode():
            self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                min_new_tokens=count,
                max_new_tokens=count,
                streamer=clock,
            )
        stamps = clock.at[1:]  # the prompt comes first
        return (len(stamps) - 1) / (stamps[-1] - stamps[0])

    def together(self, many: int) -> float:
        """Tokens a second of so many replies at once."""
        prompts = [self.prompt() for _ in range(many)]
        threads = [threading.Thread(target=self.ours, args=(one, self.count)) for one in prompts]
        began = time.perf_counter()
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return many * self.count / (time.perf_counter() - began)

    def managed(self, many: int) -> float:
        """The same by Transformers' own manager, sized as it should be."""
        from transformers import GenerationConfig
        from transformers.generation import ContinuousBatchingConfig

        sized = ContinuousBatchingConfig(num_blocks=32, max_batch_tokens=256)
        asked = GenerationConfig(do_sample=False, max_new_tokens=self.count, min_new_tokens=self.count)
        prompts = [list(self.prompt()) for _ in range(many)]
        began = time.perf_counter()
        made = self.model.generate_batch(
            prompts, generation_config=asked, continuous_batching_config=sized, progress_bar=False
        )
        assert all(len(one.generated_tokens) == self.count for one in made.values())
        return many * self.count / (time.perf_counter() - began)

    def second_turn(self) -> float:
        """Time to first token with reuse over without, of a turn behind 2,000 tokens."""
        first = self.prompt(TURN)
        self.ours(first, 1)
        more = tuple((one + 1) % 250 for one in self.prompt(16))
        warm, _ = self.ours((*first, *more), 1)
        cold, _ = self.ours((*self.prompt(TURN), *more), 1)
        return warm / cold


def ratio(rounds: int, one: Callable[[], float], other: Callable[[], float]) -> float:
    return statistics.median(one() / other() for _ in range(rounds))


def main() -> None:
    options = parser("torchdecode")
    options.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    options.add_argument("--only", choices=[*SHAPES], default=None)
    asked = options.parse_args()
    rows = []
    for name in [asked.only] if asked.only else SHAPES:
        arm = Arm(name, asked.threads)
        count = arm.count

        def ours(arm: Arm = arm, count: int = count) -> float:
            return arm.ours(arm.prompt(), count)[1]

        def theirs(arm: Arm = arm, count: int = count) -> float:
            return arm.theirs(arm.prompt(), count)

        ours(), theirs()
        rows.append((f"{name}: decode, ours / generate()", ratio(asked.rounds, ours, theirs), "×", "≥ 1.0"))
        own = ratio(asked.rounds, lambda arm=arm: arm.together(MANY), lambda arm=arm: arm.together(1))  # type: ignore[misc]
        rows.append((f"{name}: {MANY} at once / one, ours", own, "×", ""))
        against = ratio(asked.rounds, lambda arm=arm: arm.together(MANY), lambda arm=arm: arm.managed(MANY))  # type: ignore[misc]
        rows.append((f"{name}: {MANY} at once, ours / the manager", against, "×", "≥ 1.0"))
        turns = statistics.median(arm.second_turn() for _ in range(max(1, asked.rounds // 2)))
        rows.append((f"{name}: second turn, reused / read again", turns, "×", "≤ 0.2"))
        arm.engine.close()
    publish(asked.json, rows, threads=asked.threads, load=os.getloadavg())


if __name__ == "__main__":
    main()
