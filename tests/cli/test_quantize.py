"""`quantize`: the plan and the result, told to people and to scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")

from fakes.tiny_gguf import write_tiny

from .conftest import Run


@pytest.mark.parametrize("type", ["Q8_0", "Q4_K_M"])
def test_a_quantized_seedling_still_adds_up(qwendesk: Run, tmp_path: Path, type: str) -> None:
    target = tmp_path / "s.gguf"
    told = qwendesk("quantize", "seedling", type, "-o", str(target))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1] == str(target)
    asked = qwendesk("chat", str(target), "-p", "What is 23 + 45?", "--no-think", "--temperature", "0")
    assert "68" in asked.stdout


def test_from_plan_to_library(qwendesk: Run, tmp_path: Path) -> None:
    planned = json.loads(qwendesk("quantize", "seedling", "Q2_K", "--dry-run", "--json").stdout)
    assert (planned["dry_run"], planned["name"], planned["source"]) == (True, "seedling:Q2_K", "seedling:F16")
    assert len(planned["tensors"]) == 46
    assert not Path(planned["path"]).exists()
    made = json.loads(qwendesk("quantize", "seedling", "Q2_K", "--json").stdout)
    assert made["size_bytes"] == planned["size_bytes"] == Path(made["path"]).stat().st_size
    assert (made["name"], made["fallbacks"], made["honest"]) == ("seedling:Q2_K", [], True)
    assert "seedling:Q2_K" in qwendesk("list").stdout
    shown = qwendesk("show", "seedling:Q2_K")
    assert "seedling-f16.gguf (SHA-256 " in next(
        one for one in shown.stdout.splitlines() if one.startswith("Quantized from")
    )
    assert json.loads(qwendesk("show", "seedling:Q2_K", "--json").stdout)["provenance"] == made["provenance"]
    assert qwendesk("chat", "seedling:Q2_K", "-p", "Hello", "--no-think").returncode == 0
    again = qwendesk("quantize", "seedling", "Q2_K")
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    assert qwendesk("quantize", "seedling", "Q2_K", "--overwrite").returncode == 0


def test_rows_that_do_not_fit_are_told(qwendesk: Run, tmp_path: Path) -> None:
    source = write_tiny(tmp_path / "narrow.gguf")
    told = qwendesk("quantize", str(source), "Q4_K_M", "--dry-run").stdout
    assert "tensors are Q5_0 instead of Q4_K, into which their rows of 64 do not fit" in told
    assert "1 tensor is Q8_0 instead of Q6_K, into which its rows of 128 do not fit: blk.1.ffn_down" in told
    made = json.loads(qwendesk("quantize", str(source), "Q4_K_M", "--json").stdout)
    assert made["honest"] is False
    assert {"tensor": "token_embd.weight", "row": 64, "wanted": "Q6_K", "used": "Q8_0"} in made["fallbacks"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("seedling", "IQ2_XXS"), "IQ2_XXS needs an importance matrix"),
        (("seedling:Q8_0", "Q4_K_M"), "is quantized already (Q8_0)"),
        (("seedling", "Q4"), "There is no type named Q4."),
        (("seedling", "Q4_K_M", "--tensor-type", "attn_w=Q8_0"), "No tensor's name matches “attn_w”."),
        (("seedling", "Q4_K_M", "--tensor-type", "[=Q8_0"), "“[” is no regular expression"),
    ],
)
def test_what_is_refused(qwendesk: Run, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    told = qwendesk("quantize", *arguments)
    assert (told.returncode, says in told.stderr) == (1, True), told.stderr
    assert not list((tmp_path / "home").rglob("*.gguf"))


def test_a_dry_run_says_what_would_be_refused(qwendesk: Run) -> None:
    told = qwendesk("quantize", "seedling:Q8_0", "IQ1_S", "--dry-run")
    assert told.returncode == 0
    assert "IQ1_S needs an importance matrix" in told.stdout
    assert "is quantized already (Q8_0)" in told.stdout


def test_wrong_usage(qwendesk: Run) -> None:
    assert qwendesk("quantize", "seedling").returncode == 2
    assert qwendesk("quantize", "seedling", "Q8_0", "--tensor-type", "attn_v").returncode == 2
