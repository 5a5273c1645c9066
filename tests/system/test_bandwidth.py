"""The speed of memory: measured once, kept, never a reason to fail."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from qwendesk.system import cards
from qwendesk.system.bandwidth import bandwidth, measure


def test_measured_once_and_kept(tmp_path: Path) -> None:
    first = bandwidth(tmp_path)
    assert first > 1e6
    assert bandwidth(tmp_path) == first


@pytest.mark.parametrize(
    "kept", [b"", b"{}", b"[]", b'{"machine": [1, 1], "bytes_per_s": 5}', b'{"machine": 3}', b"\xff"]
)
def test_of_another_machine_or_nonsense_is_measured_again(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "bandwidth.json").write_bytes(kept)
    found = bandwidth(tmp_path)
    assert found > 1e6
    assert json.loads((tmp_path / "bandwidth.json").read_text())["bytes_per_s"] == found


def test_a_cache_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert bandwidth(tmp_path / "file" / "cache") > 1e6


def test_a_moment_is_enough() -> None:
    assert measure(1, 1 << 20, limit_s=0.0) > 0


def test_lines_of_nvidias_tool() -> None:
    told = cards.parse("NVIDIA GeForce RTX 4090, 24564, 24110")
    assert told == cards.Card("NVIDIA GeForce RTX 4090", 24564 << 20, 24110 << 20)
    for line in ("", "no devices were found", "name, [N/A], [N/A]", "24564, 24110"):
        assert cards.parse(line) is None


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the tool")
@pytest.mark.parametrize(("script", "count"), [("echo 'A, 1024, 1000'; echo 'B, 2048, 0'", 2), ("exit 9", 0)])
def test_the_tool_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, count: int) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert len(cards.cards(tmp_path / "none")) == count


def test_amds_driver_tells_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name, text in (("card0", "17163091968\n"), ("card1", "nonsense")):
        (tmp_path / name / "device").mkdir(parents=True)
        (tmp_path / name / "device" / "mem_info_vram_total").write_text(text)
        (tmp_path / name / "device" / "mem_info_vram_used").write_text("163091968\n")
    assert cards.cards(tmp_path) == [cards.Card("card0", 17163091968, 17000000000)]


def test_free_memory_of_cards_is_asked_for_once_for_many_questions() -> None:
    asked = []

    def ask() -> list[cards.Card]:
        asked.append(True)
        return [cards.Card("A", 8 << 30, 3 << 30), cards.Card("B", 8 << 30, 4 << 30)]

    free = cards.FreeVideo(ask)
    assert [free(), free()] == [7 << 30, 7 << 30]
    assert len(asked) == 1
