"""What the probe of Transformers says of its build."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from qwendesk_transformers import probe


@pytest.mark.parametrize(
    ("torch", "platform", "card"),
    [
        ("2.13.0+cpu", "linux", ""),
        ("2.13.0+cu130", "win32", "CUDA"),
        ("2.13.0", "linux", "CUDA"),
        ("2.13.0", "darwin", ""),
        ("2.13.0+rocm7.1", "linux", "ROCm"),
    ],
)
def test_a_build_for_a_card_says_so(
    monkeypatch: pytest.MonkeyPatch, torch: str, platform: str, card: str
) -> None:
    """By that it is known whether a model may lie on a card."""
    monkeypatch.setattr(sys, "platform", platform)
    machine = SimpleNamespace(
        has_module=lambda _name: True, version={"torch": torch, "transformers": "5.23.0"}.get
    )
    said = probe(machine).version  # type: ignore[arg-type]
    assert said == f"5.23.0 (PyTorch {torch}{', ' + card if card else ''})"
