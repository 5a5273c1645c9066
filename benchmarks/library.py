"""Opening a library of 2,000 models: the first time (every header is read), and any time after that.

The files are as large as real ones on paper (sparse) and have a real vocabulary's 151,936 tokens in their
headers. Forty different files stand behind the 2,000 names, so that the disk holds what is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from fakes.header_bytes import gguf, pair, tensor
from report import arguments, median, publish

MODELS, DIFFERENT, TOKENS, LAYERS, WIDTH = 2000, 40, 151_936, 36, 4096
NAMES = (
    "attn_q",
    "attn_k",
    "attn_v",
    "attn_output",
    "ffn_gate",
    "ffn_up",
    "ffn_down",
    "attn_norm",
    "ffn_norm",
)
TEMPLATE = (
    "{%- for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}"
    "{%- endif %}{%- endif %}"
)
# What a window does first, in a process of its own; the imports are not the library's doing.
OPEN = """
import sys, time
from pathlib import Path
from qwendesk.models.library import Library
from qwendesk.store.connection import Store
from qwendesk.store.library import LibraryRows
from qwendesk.system.paths import Paths
paths = Paths(Path(sys.argv[1]))
began = time.perf_counter()
entries = Library(paths, LibraryRows(Store(paths.database))).entries()
print(time.perf_counter() - began, len(entries))
"""

CATALOGUE = """
import time
from qwendesk.models.catalog import catalogue
began = time.perf_counter()
families = catalogue().families
print(time.perf_counter() - began, len(families))
"""


def write(path: Path, number: int) -> None:
    """One header of about 6 MB, and nothing behind it that takes room."""
    metadata = {
        "general.architecture": "qwen3",
        "general.name": f"Model {number}",
        "general.file_type": 15,
        "qwen3.block_count": LAYERS,
        "qwen3.context_length": 40960,
        "qwen3.embedding_length": WIDTH,
        "qwen3.feed_forward_length": 12288,
        "qwen3.attention.head_count": 32,
        "qwen3.attention.head_count_kv": 8,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": [f"token{one}" for one in range(TOKENS)],
        "tokenizer.ggml.token_type": [1] * TOKENS,
        "tokenizer.ggml.merges": [f"t{one} u{one}" for one in range(TOKENS)],
        "tokenizer.chat_template": TEMPLATE + "{# " + "x" * 4000 + f" {number % 8} #}}",
    }
    size = WIDTH * WIDTH // 256 * 144
    infos = b"".join(
        tensor(f"blk.{layer}.{name}.weight", (WIDTH, WIDTH), 12, (layer * len(NAMES) + at) * size)
        for layer in range(LAYERS)
        for at, name in enumerate(NAMES)
    )
    head = gguf(b"".join(pair(*one) for one in metadata.items()), len(metadata), infos, LAYERS * len(NAMES))
    path.write_bytes(head)
    os.truncate(path, len(head) + LAYERS * len(NAMES) * size)


def fill(home: Path) -> None:
    originals = []
    for number in range(DIFFERENT):
        originals.append(home / f"original-{number}")
        write(originals[-1], number)
    for number in range(MODELS):
        folder = home / "models" / f"org{number % 50}" / f"Model-{number}-GGUF"
        folder.mkdir(parents=True)
        (folder / f"Model-{number}-Q4_K_M.gguf").hardlink_to(originals[number % DIFFERENT])


def seconds_of(script: str, *given: str, count: int) -> float:
    """What a script in a process of its own took, by its own clock; `count` is what it must have found."""
    done = subprocess.run(
        [sys.executable, "-c", script, *given],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    seconds, found = done.stdout.split()
    assert int(found) == count
    return float(seconds)


def opened(home: Path) -> float:
    return seconds_of(OPEN, str(home), count=MODELS + 2)


def main() -> None:
    wanted = arguments("library")
    cold, warm = [], []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        fill(home)
        for _ in range(wanted.rounds):
            for old in home.glob("qwendesk.db*"):
                old.unlink()
            cold.append(opened(home))
            warm += [opened(home) for _ in range(3)]
    catalogue = [seconds_of(CATALOGUE, count=42) for _ in range(5)]
    publish(
        wanted.json,
        [
            ("loading the catalogue, all of it", median(catalogue) * 1000, "ms", "≤ 30"),
            (f"opening {MODELS} models for the first time", median(cold), "s", "≤ 3"),
            (f"opening {MODELS} models again", median(warm), "s", "≤ 0.3"),
        ],
        rounds=wanted.rounds,
        headers=DIFFERENT,
        tokens=TOKENS,
    )


if __name__ == "__main__":
    main()
