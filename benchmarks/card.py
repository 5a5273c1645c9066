"""Transformers on a graphics card: our loop over `generate()`, and over what the card's memory allows.

A model of the shape of Qwen3-8B with random weights, in bfloat16 and as nf4:

- prompt and decode speed of ours over plain `generate()` in one run, interleaved;
- decode as a share of the bandwidth limit, batch 1, with a fixed cache, recorded and compiled: bytes of the
  weights that a token reads times tokens a second, over the bandwidth measured by copying on the card;
- tokens a second of 32 replies at once, and over `generate()` with the same prompts as one batch;
- memory of the card, and how long a cancel takes.

Runs where PyTorch finds CUDA; elsewhere it says so and ends. `--device cpu --shape tiny`
tries the script itself. Run: python benchmarks/card.py
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("tests", "plugins")]

import torch

from fakes.generating import GREEDY, NEVER
from qwendesk.api.engine import EngineRequest, ModelFiles, Token
from qwendesk_transformers.engine import TransformersEngine
from qwendesk_transformers.options import TransformersOptions
from report import parser, publish

FOLDER = Path("build/models")
SHAPES: dict[str, dict[str, int]] = {
    "8B": {
        "hidden_size": 4096,
        "intermediate_size": 12288,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "vocab_size": 151_936,
    },
    "tiny": {
        "hidden_size": 256,
        "intermediate_size": 512,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 64,
        "vocab_size": 271,
    },
}
MANY, PROMPT = 32, 512


def folder_of(shape: str, device: str) -> Path:
    """Random weights in bfloat16, made on the device and written once."""
    import transformers

    from fakes import tiny_safetensors

    folder = FOLDER / f"cuda-{shape}"
    if (folder / "config.json").exists() and list(folder.glob("*.safetensors")):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    tiny_safetensors.write_tokenizer(folder, tiny_safetensors.TEMPLATE)
    config = transformers.Qwen3Config(
        **SHAPES[shape], max_position_embeddings=40_960, tie_word_embeddings=shape == "tiny", eos_token_id=266
    )
    with torch.device(device):
        model = transformers.Qwen3ForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(folder)
    del model
    _free()
    return folder


def _free() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


class Arm:
    """The model loaded in one way."""

    def __init__(self, folder: Path, device: str, **options: Any) -> None:
        self.engine = TransformersEngine()
        given = {"context": 4096, "device": device, "dtype": "bfloat16", "chunk": 2048, **options}
        files = ModelFiles(str(folder), "safetensors")
        self.report = self.engine.load(files, TransformersOptions(**given), lambda _: None)
        loaded = self.engine._loaded
        assert loaded is not None
        self.model = loaded.model
        ends = list(loaded.vocabulary._ends)
        with torch.no_grad():  # an end is never the likeliest token, and no arm has to forbid it
            self.model.get_output_embeddings().weight[ends] = 0
        self._seed = 0

    def prompt(self, length: int = PROMPT) -> tuple[int, ...]:
        """A new one each time, so that nothing of it is cached."""
        self._seed += 1
        return tuple((at * 7 + self._seed * 13) % 250 for at in range(length))

    def ours(self, count: int) -> tuple[float, float]:
        """Prompt and decode speed in tokens a second."""
        request = EngineRequest(self.prompt(), GREEDY, max_tokens=count)
        began, at = time.perf_counter(), []
        for event in self.engine.generate(request, NEVER):
            if isinstance(event, Token):
                at.append(time.perf_counter())
        return PROMPT / (at[0] - began), (len(at) - 1) / (at[-1] - at[0])

    def theirs(self, count: int) -> tuple[float, float]:
        """The same of `generate()` with a streamer."""
        from transformers.generation.streamers import BaseStreamer

        at: list[float] = []

        class Clock(BaseStreamer):  # type: ignore[misc]
            def put(self, _value: Any) -> None:
                at.append(time.perf_counter())

            def end(self) -> None:
                pass

        ids = torch.tensor([list(self.prompt())], device=self.model.device)
        began = time.perf_counter()
        with torch.inference_mode():
            self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=count,
                streamer=Clock(),
            )
        stamps = at[1:]
        return PROMPT / (stamps[0] - began), (len(stamps) - 1) / (stamps[-1] - stamps[0])

    def many(self, count: int) -> float:
        """Tokens a second of many replies at once."""
        requests = [EngineRequest(self.prompt(64), GREEDY, max_tokens=count) for _ in range(MANY)]
        threads = [
            threading.Thread(target=lambda one=one: list(self.engine.generate(one, NEVER)))
            for one in requests
        ]
        began = time.perf_counter()
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return MANY * count / (time.perf_counter() - began)

    def many_theirs(self, count: int) -> float:
        """The same of `generate()`: one batch of prompts of the same length."""
        ids = torch.tensor([list(self.prompt(64)) for _ in range(MANY)], device=self.model.device)
        began = time.perf_counter()
        with torch.inference_mode():
            self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=count,
            ).cpu()
        return MANY * count / (time.perf_counter() - began)

    def cancel(self) -> float:
        """Milliseconds from a stop in the middle of a reply until the iterator has ended."""
        stop = threading.Event()
        events = self.engine.generate(EngineRequest(self.prompt(), GREEDY), stop)
        seen = 0
        for event in events:
            seen += isinstance(event, Token)
            if seen == 8:
                break
        stop.set()
        began = time.perf_counter()
        list(events)
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        self.engine.close()
        del self.model
        _free()


def bandwidth(device: str, size: int = 1 << 30) -> float:
    """Bytes a second that are read and written while memory is copied on the device."""
    one = torch.empty(size, dtype=torch.uint8, device=device)
    other = torch.empty_like(one)
    best = 0.0
    for _ in range(10):
        _wait(device)
        began = time.perf_counter()
        other.copy_(one)
        _wait(device)
        best = max(best, 2 * size / (time.perf_counter() - began))
    return best


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def ratio(
    rounds: int, one: Callable[[], tuple[float, float]], other: Callable[[], tuple[float, float]], at: int
) -> float:
    """Median of (one / other), in turns; `at` 0 is prompt, 1 is decode speed."""
    return statistics.median(one()[at] / other()[at] for _ in range(rounds))


def main() -> None:
    options = parser("card")
    options.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    options.add_argument("--shape", default="8B", choices=list(SHAPES))
    options.add_argument("--tokens", type=int, default=128)
    asked = options.parse_args()
    if asked.device == "cuda" and not torch.cuda.is_available():
        print("Left out: PyTorch finds no CUDA here, so nothing can be measured on a graphics card.")
        return
    folder, rows = folder_of(asked.shape, asked.device), []
    reach = bandwidth(asked.device, 1 << 30 if asked.device == "cuda" else 1 << 26)
    for name, more in (("recorded", {}), ("compiled", {"compile": asked.device == "cuda"})):
        rows += _fixed(name, folder, asked.device, asked.tokens, reach, more)
    for name, given in (("bf16", {}), ("nf4", {"quantization": "nf4"})):
        arm = Arm(folder, asked.device, slots=MANY, **given)
        ours, theirs = partial(arm.ours, asked.tokens), partial(arm.theirs, asked.tokens)
        ours(), theirs()
        write = ratio(asked.rounds, ours, theirs, 1)
        read = ratio(4 * asked.rounds, partial(arm.ours, 2), partial(arm.theirs, 2), 0)
        crowds = [(arm.many(asked.tokens), arm.many_theirs(asked.tokens)) for _ in range(3)]
        rows += [
            (f"{name}: prompt, ours / generate()", read, "×", "≥ 1.0"),
            (f"{name}: decode, ours / generate()", write, "×", "≥ 1.0"),
            (f"{name}: decode, one reply", arm.ours(asked.tokens)[1], "tok/s", ""),
            (f"{name}: {MANY} replies at once", statistics.median(a for a, _ in crowds), "tok/s", ""),
            (
                f"{name}: {MANY} at once, ours / generate()",
                statistics.median(a / b for a, b in crowds),
                "×",
                "",
            ),
            (f"{name}: cancel", statistics.median(arm.cancel() for _ in range(5)), "ms", ""),
            (f"{name}: weights", arm.report.options["weight_bytes"] / 1e9, "GB", ""),
        ]
        if asked.device == "cuda":
            rows.append(
                (f"{name}: memory of the card, at most", torch.cuda.max_memory_allocated() / 1e9, "GB", "")
            )
        arm.close()
        print("\n".join(f"{one[0]:<52}{one[1]:>10,.2f} {one[2]}" for one in rows), flush=True)
    publish(asked.json, rows, bandwidth=reach, shape=SHAPES[asked.shape], device=_device(asked.device))
    print(json.dumps({"bandwidth GB/s": round(reach / 1e9)}))


def _fixed(
    name: str, folder: Path, device: str, tokens: int, reach: float, given: dict[str, Any]
) -> list[tuple[str, float, str, str]]:
    """One reply with a fixed cache, over what the memory allows."""
    began = time.perf_counter()
    arm = Arm(folder, device, static_cache=True, **given)
    loading = time.perf_counter() - began
    embedding = arm.model.get_input_embeddings().weight
    tied = arm.model.config.tie_word_embeddings
    read = arm.model.get_memory_footprint() - (0 if tied else embedding.numel() * embedding.element_size())
    arm.ours(tokens)
    pairs = [(arm.ours(tokens)[1], arm.theirs(tokens)[1]) for _ in range(5)]
    rate = statistics.median(a for a, _ in pairs)
    arm.close()
    return [
        (f"bf16 {name}: loading", loading, "s", ""),
        (f"bf16 {name}: decode, one reply", rate, "tok/s", ""),
        (f"bf16 {name}: decode, ours / generate()", statistics.median(a / b for a, b in pairs), "×", "≥ 1.0"),
        (f"bf16 {name}: share of the bandwidth limit", rate * read / reach, "×", "> 0.6"),
    ]


def _device(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else "cpu"


if __name__ == "__main__":
    main()
