"""What a batch loses on its way through the worker, against the same prompts handed to the engine at once.

All prompts in this process, always more of them waiting than there are slots, is the best that a call for
whole batches could do; `qwendesk batch` renders, sends, splits and writes each row on its own. Seedling is
the worst case, its steps are the shortest there are; `--hidden 1024` makes a model with random weights.
Run: python benchmarks/batching.py
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).parent),
    *(str(Path(__file__).parents[1] / one) for one in ("plugins", "tests")),
]

from fakes import tiny_safetensors
from fakes.qwen3_shape import Shape
from qwendesk.api.engine import EngineRequest, ModelFiles, Token
from qwendesk.api.messages import Thinking
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.chat.batch.batch import Batch, Job
from qwendesk.chat.batch.row import Terms
from qwendesk.models.bundled import seedling
from qwendesk.models.model import Model
from qwendesk.system.paths import Paths
from qwendesk_transformers.engine import TransformersEngine
from qwendesk_transformers.options import TransformersOptions
from report import median, parser, publish

PROMPT = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
SAID = "Tell me a story about number {}, please."


def main() -> None:
    asked = parser("batching")
    asked.add_argument("--rows", type=int, default=100)
    asked.add_argument("--tokens", type=int, default=64)
    asked.add_argument("--hidden", type=int, default=0, help="of a random model; 0: Seedling")
    asked.add_argument("--layers", type=int, default=8)
    asked.add_argument("--slots", type=int, default=8)
    asked.add_argument("--device", default="cpu")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        model = _model(Path(made), wanted.hidden, wanted.layers)
        rates = [(_direct(model, wanted), _batch(model, wanted, Path(made))) for _ in range(wanted.rounds)]
    direct, through = (median([one[at] for one in rates]) for at in (0, 1))
    share = median([100 * through / direct for direct, through in rates])
    rows = [
        ("all prompts in the engine at once", direct, "tokens/s", ""),
        ("the same through qwendesk batch", through, "tokens/s", ""),
        ("share of the first", share, "%", ""),
    ]
    publish(
        wanted.json,
        rows,
        rates=rates,
        hidden=wanted.hidden,
        layers=wanted.layers,
        slots=wanted.slots,
        device=wanted.device,
    )


def _model(folder: Path, hidden: int, layers: int) -> Model:
    if not hidden:
        return seedling("SAFETENSORS")
    shape = Shape(
        hidden=hidden, inner=3 * hidden, layers=layers, heads=hidden // 64, kv_heads=hidden // 128, head=64
    )
    path = tiny_safetensors.write_tiny(folder / "m", shape=shape)
    return Model("random", "Random", path, "safetensors", "", (path / "model.safetensors").stat().st_size)


def _options(wanted: argparse.Namespace) -> dict[str, Any]:
    return {"context": 512, "slots": wanted.slots, "device": wanted.device}


def _direct(model: Model, wanted: argparse.Namespace) -> float:
    """Tokens a second of all rows, twice as many on their way as there are slots."""
    engine = TransformersEngine()
    engine.load(
        ModelFiles(str(model.path), "safetensors"), TransformersOptions(**_options(wanted)), lambda _: None
    )
    never = threading.Event()

    def run(number: int) -> int:
        prompt = engine.tokenize(PROMPT.format(SAID.format(number)), special=True)
        request = EngineRequest(tuple(prompt), Sampling(temperature=0.0), max_tokens=wanted.tokens)
        return sum(isinstance(one, Token) for one in engine.generate(request, never))

    with ThreadPoolExecutor(2 * wanted.slots) as pool:
        began = time.perf_counter()
        tokens = sum(pool.map(run, range(wanted.rows)))
        rate = tokens / (time.perf_counter() - began)
    engine.close()
    return rate


def _batch(model: Model, wanted: argparse.Namespace, folder: Path) -> float:
    """The same by the batch service, from the moment at which the model is loaded."""
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps({"prompt": SAID.format(n)}) + "\n" for n in range(wanted.rows)))
    terms = Terms(model, {"temperature": 0.0, "max_tokens": wanted.tokens}, Thinking(on=False))
    job = Job(source, target, terms, "transformers", _options(wanted), restart=True)
    with App(Paths(folder / "home")) as app:
        began, tokens = 0.0, 0
        batch = Batch(app.runtimes, job, lambda note: note.id)
        for now in batch.run(threading.Event()):
            if now.phase == "asking" and not began:
                began = time.perf_counter()
        took = time.perf_counter() - began
        tokens = sum(json.loads(line)["usage"]["completion_tokens"] for line in target.open())
    return tokens / took


if __name__ == "__main__":
    main()
