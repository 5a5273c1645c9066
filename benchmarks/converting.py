"""Our converter and importance matrices against llama.cpp's own, on tiny models of every architecture.

Needs torch and transformers, and llama.cpp's source (benchmarks/build_llama_bench.sh brings it); with
`--llama-imatrix PROGRAM` (the tool `llama-imatrix` of the same version) matrices are compared, too. Its
converter asks a network's worth of tokenizers by hash; ours here is told to be Qwen2's, as the file says.
Known and wanted differences: it writes `add_eos_token` and `recurrent_layers`, which say what is so without
them, and the decay of linear attention differs in the last bit, where torch and numpy round exp() apart.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader

from report import median, parser, publish

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "plugins")]
SOURCE = ROOT / "build" / "llama-bench" / "llama_cpp_python-0.3.36" / "vendor" / "llama.cpp"
TYPES = {"F32": "f32", "F16": "f16", "BF16": "bf16", "Q8_0": "q8_0"}
EXTRA = {"tokenizer.ggml.add_eos_token", "recurrent_layers"}
# Its way through one architecture fails with what Transformers itself saves.
SKIPPED = {"qwen3vlmoe"}
THEIRS = """
import runpy, sys
source, *arguments = sys.argv[1:]
sys.path[:0] = [source, source + "/gguf-py"]
import conversion.base as base
base.TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
def none(self): raise FileNotFoundError
base.TextModel._set_vocab_sentencepiece = none
sys.argv = ["convert", *arguments]
runpy.run_path(source + "/convert_hf_to_gguf.py", run_name="__main__")
"""


def arguments() -> argparse.Namespace:
    wanted = parser("converting")
    wanted.add_argument("--llama-cpp", type=Path, default=SOURCE, help="the folder with its converter")
    wanted.add_argument("--llama-imatrix", type=Path, help="also compare matrices with this program's")
    return wanted.parse_args()


def theirs(source: Path, folder: Path, target: Path, kind: str) -> None:
    more = ["--no-nextn"] if folder.name.startswith(("qwen35", "qwen3next")) else []
    command = [sys.executable, "-c", THEIRS, str(source), str(folder), "--outfile", str(target)]
    subprocess.run([*command, "--outtype", kind, *more], check=True, capture_output=True)


def differences(one: Path, other: Path) -> tuple[int, int, list[str]]:
    """Tensors, those that differ, and metadata that differs."""
    files = [GGUFReader(one), GGUFReader(other)]
    tensors = [{it.name: it for it in file.tensors} for file in files]
    fields = [{name: it.contents() for name, it in file.fields.items()} for file in files]
    names = tensors[0].keys() | tensors[1].keys()
    unlike = sum(not same(tensors[0].get(name), tensors[1].get(name)) for name in names)
    told = [
        name
        for name in fields[0].keys() | fields[1].keys()
        if fields[0].get(name) != fields[1].get(name)
        and not name.endswith(tuple(EXTRA))
        and not name.startswith("GGUF.")
    ]
    return len(names), unlike, told


def same(one: Any, other: Any) -> bool:
    if one is None or other is None or one.tensor_type != other.tensor_type:
        return False
    if one.name.endswith("ssm_a"):
        return np.allclose(one.data, other.data, rtol=3e-7)
    return np.array_equal(one.data, other.data)


def matrices(program: Path, model: Path, text: Path, folder: Path, rounds: int) -> tuple[float, float]:
    """The largest relative difference of a sum, and how many times their time we take."""
    from qwendesk_llamacpp.jobs.imatrix import run

    ours, made = folder / "ours.gguf", folder / "theirs.gguf"
    command = [str(program), "-m", str(model), "-f", str(text), "-o", str(made), "-t", "1", "--no-ppl"]
    ratios = []
    for _ in range(rounds):
        began = time.monotonic()
        run({"source": str(model), "target": str(ours), "text": str(text), "threads": 1}, lambda _: None)
        between = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        ratios.append((between - began) / (time.monotonic() - between))
    return apart(ours, made), median(ratios)


def apart(ours: Path, made: Path) -> float:
    """The largest relative difference between two matrices of the same tensors and counts."""
    from qwendesk_llamacpp.jobs.imatrixfile import read_imatrix

    one, other = read_imatrix(ours).tensors, read_imatrix(made).tensors
    assert one.keys() == other.keys()
    largest = 0.0
    for name, it in one.items():
        sums = other[name].sums
        assert np.array_equal(it.counts, other[name].counts)
        largest = max(largest, float((np.abs(it.sums - sums) / np.maximum(sums, 1e-6 * sums.max())).max()))
    return largest


def words() -> str:
    """Some thousand tokens of English."""
    pages = sorted((ROOT / "docs").glob("*.md"))
    return "\n".join(one.read_text(encoding="utf-8") for one in pages)[:40_000]


def main() -> None:
    wanted = arguments()
    from fakes import tiny_checkpoints
    from qwendesk_llamacpp.jobs.convert import run

    count = unlike = compared = 0
    raw: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        for family in tiny_checkpoints.MAKERS.keys() - SKIPPED:
            folder = Path(place) / family
            tiny_checkpoints.write(folder, family)
            for kind, name in TYPES.items():
                ours, made = folder.with_suffix(".ours.gguf"), folder.with_suffix(".theirs.gguf")
                run({"source": str(folder), "target": str(ours), "type": kind}, lambda _: None)
                theirs(wanted.llama_cpp, folder, made, name)
                there, differ, told = differences(ours, made)
                raw[f"{family} {kind}"] = {"tensors": there, "differ": differ, "metadata": told}
                count, unlike, compared = count + there, unlike + differ, compared + len(told)
        rows = [
            ("tensors compared", float(count), "", ""),
            ("tensors that differ", float(unlike), "", "0"),
            ("metadata that differs", float(compared), "", "0"),
        ]
        if wanted.llama_imatrix:
            text = Path(place) / "text.txt"
            text.write_text(
                "\n".join(one.read_text() for one in sorted((ROOT / "docs").glob("*.md")))[:40_000]
            )
            for name, model in (
                ("Seedling", ROOT / "resources" / "seedling" / "seedling-f16.gguf"),
                ("experts", (Path(place) / "qwen3moe.ours.gguf")),
            ):
                apart_by, times = matrices(wanted.llama_imatrix, model, text, Path(place), wanted.rounds)
                rows.append((f"importance of {name}, largest difference", 100 * apart_by, "%", "≤ 0.1"))
                rows.append((f"importance of {name}, our time over theirs", times, "×", "≤ 1.05"))
    publish(wanted.json, rows, raw=raw)


if __name__ == "__main__":
    main()
