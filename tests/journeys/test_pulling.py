"""A model from a hub, whatever happens on the way, and a talk with it in the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.hub import Fault, Hub
from qwendesk.system.paths import resources

REPO, NAME = "acme/tiny-GGUF", "tiny-Q8_0.gguf"
FILE = resources() / "seedling" / "seedling-q8_0.gguf"
HALF = FILE.stat().st_size // 2


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub({REPO: {NAME: FILE}}) as made:
        yield made


def started(hub: Hub, home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "QWENDESK_HOME": str(home), "HF_ENDPOINT": hub.url}
    command = [sys.executable, "-m", "qwendesk", *arguments]
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return output


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_killed_half_way_it_continues_verifies_and_answers(hub: Hub, tmp_path: Path) -> None:
    hub.faults.append(Fault(NAME, times=1, stall_at=HALF))
    process = started(hub, tmp_path, "pull", f"{REPO}:Q8_0")
    known = tmp_path / "models" / REPO / (NAME + ".part.map")
    hub.stalled.wait()
    while not known.exists() or len(known.read_bytes().partition(b"\n")[2]) < (HALF // 65536 - 1) * 32:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    finished(started(hub, tmp_path, "pull", f"{REPO}:Q8_0"))
    assert (tmp_path / "models" / REPO / NAME).read_bytes() == FILE.read_bytes()
    assert hub.sent(NAME) <= FILE.stat().st_size + 2 * 65536
    assert "Seedling" in finished(started(hub, tmp_path, "chat", f"{REPO}:Q8_0", "-p", "hi"))


def test_a_flipped_byte_is_named_and_mended(hub: Hub, tmp_path: Path) -> None:
    hub.faults.append(Fault(NAME, times=1, flip_at=100_000))
    lines = finished(started(hub, tmp_path, "pull", f"{REPO}:Q8_0", "--json")).splitlines()
    (repaired,) = [one for line in lines if (one := json.loads(line))["event"] == "note"]
    assert repaired["id"] == "download_repaired"
    assert (repaired["first"], repaired["last"]) == (100_000, 100_000)
    assert "100,000" in repaired["sentence"]
    assert (tmp_path / "models" / REPO / NAME).read_bytes() == FILE.read_bytes()
