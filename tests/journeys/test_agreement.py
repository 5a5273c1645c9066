"""Both llama.cpp runtimes say the same. `benchmarks/agreement.py` asks the whole examination."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp")
pytest.importorskip("xllamacpp")

ROOT = Path(__file__).parents[2]


def test_seedling_says_the_same_on_both_runtimes(seedling: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), str(ROOT / "resources/seedling"), *sys.path])
    from recipe.exam import questions

    from agreement import differences

    prompts = [one.prompt for one in questions(3)]
    assert len(prompts) > 30
    assert differences(seedling, prompts) == []
