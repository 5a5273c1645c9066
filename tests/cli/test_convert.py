"""`convert` and `imatrix`: told to people and to scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")

from fakes import checkpoint_bytes
from qwendesk.system.paths import resources

from .conftest import Run

HF = resources() / "seedling" / "hf"


def test_a_converted_seedling_still_adds_up(qwendesk: Run, tmp_path: Path) -> None:
    target = tmp_path / "s.gguf"
    told = qwendesk("convert", str(HF), "-o", str(target))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1] == str(target)
    asked = qwendesk("chat", str(target), "-p", "What is 23 + 45?", "--no-think", "--temperature", "0")
    assert "68" in asked.stdout


def test_into_the_library(qwendesk: Run, tmp_path: Path) -> None:
    target = str(tmp_path / "x.gguf")
    made = json.loads(
        qwendesk("convert", "seedling:safetensors", "--type", "Q8_0", "-o", target, "--json").stdout
    )
    assert (made["name"], made["architecture"], made["type"], made["tensors"]) == (None, "qwen3", "Q8_0", 46)
    made = json.loads(qwendesk("convert", "seedling:safetensors", "--type", "BF16", "--json").stdout)
    assert made["size_bytes"] == Path(made["path"]).stat().st_size
    assert made["name"] == "seedling:BF16"
    assert "seedling:BF16" in qwendesk("list").stdout


def test_what_is_refused(qwendesk: Run, tmp_path: Path) -> None:
    folder = checkpoint_bytes.write(tmp_path / "it")
    checkpoint_bytes.change(
        folder / "config.json", lambda told: told.update(architectures=["LlamaForCausalLM"])
    )
    told = qwendesk("convert", str(folder))
    assert told.returncode == 1
    assert "the architecture LlamaForCausalLM, which cannot be converted" in told.stderr


def test_an_importance_matrix(qwendesk: Run, tmp_path: Path) -> None:
    text, target = tmp_path / "text.txt", tmp_path / "m.gguf"
    text.write_text("The capital of France is Paris.\n" * 60)
    short = qwendesk("imatrix", "seedling", str(text), "-o", str(target))
    assert (short.returncode, "needs 1024 or more" in short.stderr) == (1, True)
    told = qwendesk("imatrix", "seedling", str(text), "--chunk", "64", "--chunks", "2", "-o", str(target))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[0].startswith("seedling:F16: 28 tensors over 128 tokens in ")
    again = qwendesk("imatrix", "seedling", str(text), "--chunk", "64", "-o", str(target))
    assert "is there already" in again.stderr
    made = qwendesk(
        "imatrix", "seedling", str(text), "--chunk", "64", "-o", str(target), "--overwrite", "--json"
    )
    assert json.loads(made.stdout)["chunk_tokens"] == 64
