"""Perplexity and KL divergence against llama.cpp's own `llama-perplexity`: the figures, and the time.

- the same files and text, the same windows: perplexity, mean KL divergence and more, ours over the tool's;
- each program reads what the other one wrote as the reference's distributions;
- time from start to end, a model of the shape of Qwen3-0.6B: both arms in turns.
Needs `sh benchmarks/build_llama_bench.sh`, and says so where that was not run.
Run: python benchmarks/qualitytruth.py [--windows 6]
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parent)]

import shapes
from qwendesk.app import App
from qwendesk.lab import quality, texts
from qwendesk.lab.quality import Reference
from qwendesk.lab.quantized import Wish
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths, resources
from report import parser, publish

TOOL = Path(__file__).parents[1] / "build" / "llama-bench" / "bin" / "llama-perplexity"
WINDOW = 512
_FINAL = re.compile(r"Final estimate: PPL = ([\d.]+) \+/- ([\d.]+)")
_LINES = {
    "kl_mean": re.compile(r"Mean\s+KLD:\s+(-?[\d.]+)"),
    "kl_median": re.compile(r"Median\s+KLD:\s+(-?[\d.]+)"),
    "kl_99": re.compile(r"99\.0%\s+KLD:\s+(-?[\d.]+)"),
    "change_rms": re.compile(r"RMS Δp\s+:\s+([\d.]+)"),
    "same_top": re.compile(r"Same top p:\s+([\d.]+)"),
    "perplexity": re.compile(r"Mean PPL\(Q\)\s+:\s+([\d.]+)"),
}


class Theirs:
    """The tool on a text."""

    def __init__(self, text: Path, threads: int) -> None:
        self._text, self._threads = text, threads

    def run(self, model: Path, *more: str) -> tuple[str, float]:
        """What it printed, and the seconds it took."""
        command = [str(TOOL), "-m", str(model), "-f", str(self._text), "-c", str(WINDOW)]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "-t", str(self._threads), *more], capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr, time.perf_counter() - began


class Ours:
    """A worker on the same text."""

    def __init__(self, app: App, text: str, threads: int) -> None:
        self._app, self._text, self._threads = app, text, threads

    def run(self, model: Path, **more: Any) -> tuple[dict[str, Any], float]:
        """The result, and the seconds from the start of the worker to it."""
        began = time.perf_counter()
        session: Session = self._app.runtimes.open(
            self._app.library.find(str(model)), "llamacpp", {"context": WINDOW, "threads": self._threads}
        )
        try:
            session.wait_ready(600)
            return quality.measure(session, self._text, WINDOW, **more), time.perf_counter() - began
        finally:
            session.close()
            session.join(10)


def off(ours: float, theirs: float) -> float:
    """How far ours is from theirs, in percent of theirs."""
    return 100 * abs(ours / theirs - 1)


def figures(result: dict[str, Any]) -> dict[str, float]:
    found = result["comparison"]
    percentiles = dict(map(tuple, found["kl_percentiles"]))
    return {
        "perplexity": result["perplexity"],
        "kl_mean": found["kl_mean"][0],
        "kl_median": percentiles[50.0],
        "kl_99": percentiles[99.0],
        "change_rms": 100 * found["change_rms"],
        "same_top": 100 * found["same_top"][0],
    }


def told(output: str) -> dict[str, float]:
    return {name: float(found[1]) for name, line in _LINES.items() if (found := line.search(output))}


def agreement(app: App, folder: Path, threads: int) -> list[tuple[str, float, str, str]]:
    """Seedling in 16 bits against Q4_K_M."""
    text = texts.find("english").text
    page = folder / "text.txt"
    page.write_text(text, encoding="utf-8")
    whole = resources() / "seedling" / "seedling-f16.gguf"
    few = app.lab.quantizing.quantize(
        app.lab.quantizing.plan(Wish(str(whole), "Q4_K_M", folder / "few.gguf"))
    ).path
    theirs, ours = Theirs(page, threads), Ours(app, text, threads)
    their_base, our_base = folder / "theirs.kld", folder / "ours.kld"
    printed, _ = theirs.run(whole, "--kl-divergence-base", str(their_base))
    final = _FINAL.search(printed)
    assert final is not None, printed[-500:]
    mine, _ = ours.run(whole, save=our_base)
    rows = [("16 bits: perplexity", off(mine["perplexity"], float(final[1])), "%", "≤ 0.1")]
    for name, base in (("their file", their_base), ("our file", our_base)):
        other, _ = theirs.run(few, "--kl-divergence-base", str(base), "--kl-divergence")
        own, _ = ours.run(few, reference=Reference(base, "16 bits"))
        wanted = told(other)
        rows += [
            (f"Q4_K_M by {name}: {key}", off(value, wanted[key]), "%", "≤ 0.1")
            for key, value in figures(own).items()
        ]
    return rows


def speed(
    app: App, folder: Path, threads: int, windows: int, rounds: int
) -> list[tuple[str, float, str, str]]:
    """Time over time, with distributions written and without."""
    model = shapes.model("random")
    text = texts.find("english").text
    text = text[: windows * WINDOW + 1]  # this vocabulary has a token for each letter
    page = folder / "page.txt"
    page.write_text(text, encoding="utf-8")
    theirs, ours = Theirs(page, threads), Ours(app, text, threads)
    pairs, saved, compared = [], [], []
    for number in range(rounds):
        base = folder / f"{number}.kld"
        pairs.append((ours.run(model)[1], theirs.run(model)[1]))
        saved.append((ours.run(model, save=base)[1], theirs.run(model, *_base(base, "theirs"))[1]))
        their_seconds = theirs.run(model, *_base(base), "--kl-divergence")[1]
        compared.append((ours.run(model, reference=Reference(base, "itself"))[1], their_seconds))
    told = [
        ("0.6B perplexity: time, ours / theirs", pairs),
        ("0.6B with distributions written: time, ours / theirs", saved),
        ("0.6B compared with written distributions: time, ours / theirs", compared),
    ]
    return [(name, statistics.median(a / b for a, b in found), "×", "≤ 1.05") for name, found in told]


def _base(path: Path, ending: str = "") -> tuple[str, str]:
    return "--kl-divergence-base", f"{path}{ending}"


def main() -> None:
    options = parser("qualitytruth")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--windows", type=int, default=4)
    asked = options.parse_args()
    if not TOOL.exists():
        print("Left out: llama-perplexity is not there. Build it: sh benchmarks/build_llama_bench.sh")
        return
    with tempfile.TemporaryDirectory() as place, App(Paths(Path(place) / "home")) as app:
        rows = agreement(app, Path(place), asked.threads)
        rows += speed(app, Path(place), asked.threads, asked.windows, asked.rounds)
    publish(asked.json, rows, threads=asked.threads, windows=asked.windows)


if __name__ == "__main__":
    main()
