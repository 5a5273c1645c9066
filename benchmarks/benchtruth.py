"""`qwendesk bench` over llama.cpp's own llama-bench, on the same file: prompt and reply speed.

Both take one repetition in each round, behind a warm-up of their own, with the same threads and batches; who
is first changes from round to round. What counts is the median of the rounds' ratios; where others use the
computer, too, the ratio of the best rounds tells more: noise only slows. llama-bench samples nothing and
hands nothing over, so it should be a little faster. The program is built by benchmarks/build_llama_bench.sh.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import shapes
from report import median, parser, publish

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "build" / "llama-bench" / "bin" / "llama-bench"
BATCH = 512
TARGET = "0.98 to 1.02"
Figures = dict[str, float]


def arguments() -> argparse.Namespace:
    wanted = parser("benchtruth")
    wanted.add_argument("--model", type=Path, help="a GGUF file; unset: a random one of 0.6B")
    wanted.add_argument("--runtime", default="llamacpp")
    wanted.add_argument("--threads", type=int, default=1)
    wanted.add_argument("--prompt", type=int, default=512)
    wanted.add_argument("--decode", type=int, default=128)
    wanted.add_argument("--depth", type=int, action="append", help="tokens in the cache; may be repeated")
    wanted.add_argument("--llama-bench", type=Path, default=PROGRAM)
    return wanted.parse_args()


def asked(command: list[str]) -> Any:
    """The JSON that a program prints."""
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(answer.stdout)


def sizes(wanted: argparse.Namespace, depth: int) -> list[str]:
    told = {"-p": wanted.prompt, "-n": wanted.decode, "-d": depth, "-t": wanted.threads}
    return [str(one) for pair in told.items() for one in pair]


def llama_bench(wanted: argparse.Namespace, model: Path, depth: int) -> Figures:
    same = ["-b", str(BATCH), "-ub", str(BATCH), "-fa", "auto", "-r", "1", "-o", "json"]
    rows = asked([str(wanted.llama_bench), "-m", str(model), *sizes(wanted, depth), *same])
    return {"reply" if one["n_gen"] else "prompt": one["avg_ts"] for one in rows}


def qwendesk(wanted: argparse.Namespace, model: Path, depth: int, home: str) -> Figures:
    name = f"{model}@{wanted.runtime},batch={BATCH},ubatch={BATCH}"
    command = [sys.executable, "-m", "qwendesk", "--home", home, "bench", name, *sizes(wanted, depth)]
    (row,) = asked([*command, "--repetitions", "1", "--json"])["rows"]
    return {"prompt": row["median"]["prompt_tps"], "reply": row["median"]["decode_tps"]}


def main() -> None:
    wanted = arguments()
    if not wanted.llama_bench.is_file():
        print("Benchmark left out: llama-bench is not built (benchmarks/build_llama_bench.sh).")
        return
    model = (wanted.model or shapes.model("random")).absolute()
    figures: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as home:
        for number in range(wanted.rounds):
            for depth in wanted.depth or [0, 512]:
                if number % 2:
                    ours, theirs = qwendesk(wanted, model, depth, home), llama_bench(wanted, model, depth)
                else:
                    theirs, ours = llama_bench(wanted, model, depth), qwendesk(wanted, model, depth, home)
                for what, speed in ours.items():
                    figures.setdefault(f"{what} at depth {depth}", []).append((speed, theirs[what]))
    rows = []
    for what, pairs in figures.items():
        ours, theirs = (median([pair[side] for pair in pairs]) for side in (0, 1))
        rows += [(f"{what}, qwendesk", ours, "tok/s", ""), (f"{what}, llama-bench", theirs, "tok/s", "")]
        rows.append((f"{what}, ratio", median([one / other for one, other in pairs]), "×", TARGET))
        ours, theirs = (max(pair[side] for pair in pairs) for side in (0, 1))
        rows.append((f"{what}, ratio of the best rounds", ours / theirs, "×", ""))
    told = {
        "rounds": wanted.rounds,
        "model": model.name,
        "runtime": wanted.runtime,
        "threads": wanted.threads,
    }
    publish(wanted.json, rows, raw=figures, **told)


if __name__ == "__main__":
    main()
