"""Every runtime says the same. `benchmarks/agreement.py` asks the whole examination."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp")
pytest.importorskip("xllamacpp")

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("form", ["Q8_0", "F16"])
def test_seedling_says_the_same_on_every_runtime(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), str(ROOT / "resources/seedling"), *sys.path])
    from recipe.exam import questions

    from agreement import differences

    prompts = [one.prompt for one in questions(3)]
    assert len(prompts) > 30
    found = differences(form, prompts)
    assert "llamaserver" in found
    assert not any(found.values())
