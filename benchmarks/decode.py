"""Decode and prompt speed through the whole path, over a bare loop on llama.cpp, on the same file.

Both sides have the same threads, batches, flash attention and KV types. At depth 512 the prompt stands
behind 512 tokens that are in the cache, and the decoded tokens stand behind 512 tokens; the bare loop
reads the same tokens, and has those in the cache that the reply's usage tells. Rounds are interleaved:
each gives one ratio, and the median of the ratios is quoted.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
from pathlib import Path

import shapes
from bare import Bare
from qwendesk.runtimes.session import Session
from report import median, parser, publish
from whole import ask, need, need_llama_cpp, opened, tokens, user

DEPTHS = (0, 512)
PROMPT, DECODE = 496, 128  # with the chat's own tokens a prompt still fits one batch
CONTEXT = 2048
_numbers = itertools.count(1)


def arguments() -> argparse.Namespace:
    wanted = parser("decode")
    wanted.add_argument("--runtime", default="llamacpp")
    wanted.add_argument("--model", type=Path, help="a GGUF file; unset: the repeating one of 0.6B")
    wanted.add_argument("--threads", type=int, default=1)
    wanted.add_argument("--batch", type=int, default=512)
    wanted.add_argument("--llama-bench", type=Path, help="also compare with this program")
    return wanted.parse_args()


def text(count: int) -> str:
    """About that many tokens, the first ones unlike any text before, so that nothing of it is cached."""
    return f"{next(_numbers)} " + "some words that follow each other again and " * (count // 8)


def measure(session: Session, bare: Bare, depth: int) -> dict[str, tuple[float, float]]:
    """Prompt and decode speed, each as (whole path, bare loop)."""
    begun = [user(text(depth))]
    if depth:
        ask(session, begun, 1)
    longer = [user(begun[0].content + text(PROMPT))]
    read = ask(session, longer, 1)
    other = [user(text(depth))]
    said = ask(session, other, DECODE)
    assert read.timings.prompt_tps is not None
    assert said.timings.decode_tps is not None
    prompt = bare.one(tokens(session, longer), 1, read.usage.reused_tokens).prompt
    decode = bare.one(tokens(session, other), DECODE).decode
    return {"prompt": (read.timings.prompt_tps, prompt), "decode": (said.timings.decode_tps, decode)}


def llama_bench(program: Path, model: Path, wanted: argparse.Namespace, depth: int) -> dict[str, float]:
    """Its own figures for the same sizes."""
    sizes = {"-p": PROMPT, "-n": DECODE, "-d": depth, "-b": wanted.batch, "-ub": wanted.batch}
    settings = {**sizes, "-t": wanted.threads, "-r": 1, "-fa": "auto", "-o": "json"}
    command = [str(program), "-m", str(model), *(str(one) for pair in settings.items() for one in pair)]
    answer = subprocess.run(command, capture_output=True, check=True)
    return {"decode" if row["n_gen"] else "prompt": row["avg_ts"] for row in json.loads(answer.stdout)}


def main() -> None:
    wanted = arguments()
    need(wanted.runtime)
    need_llama_cpp()
    model = wanted.model or shapes.model("repeating")
    common = {"context": CONTEXT, "threads": wanted.threads, "batch": wanted.batch, "ubatch": wanted.batch}
    figures: dict[tuple[str, int], list[tuple[float, ...]]] = {}
    with Bare(model, **common) as bare, opened(wanted.runtime, model, slots=1, **common) as session:
        for number in range(wanted.rounds + 1):
            for depth in DEPTHS:
                pairs = measure(session, bare, depth)
                bench = llama_bench(wanted.llama_bench, model, wanted, depth) if wanted.llama_bench else {}
                for what, pair in pairs.items():
                    row = (*pair, bench[what]) if bench else pair
                    if number:  # the first round warms up
                        figures.setdefault((what, depth), []).append(row)
    rows = []
    for (what, depth), values in figures.items():
        at = f"{what} at depth {depth}"
        rows.append((f"{at}, {wanted.runtime}", median([one[0] for one in values]), "tok/s", ""))
        rows.append((f"{at}, over the bare loop", median([one[0] / one[1] for one in values]), "×", "≥ 0.98"))
        if wanted.llama_bench:
            rows.append((f"{at}, over llama-bench", median([one[0] / one[2] for one in values]), "×", ""))
    raw = {f"{what} at depth {depth}": values for (what, depth), values in figures.items()}
    publish(wanted.json, rows, rounds=wanted.rounds, model=model.name, runtime=wanted.runtime, raw=raw)


if __name__ == "__main__":
    main()
