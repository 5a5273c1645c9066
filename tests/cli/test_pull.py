"""The command line and a hub: search, pull, the queue, the ledger, the switch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.hub import Fault, Hub
from qwendesk.system.paths import resources

from .conftest import Run

REPO, NAME = "acme/tiny-GGUF", "tiny-Q8_0.gguf"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub whose tiny model is the bundled one, which can talk."""
    seedling = resources() / "seedling"
    files = {NAME: seedling / "seedling-q8_0.gguf", "README.md": b"# Tiny\n"}
    with Hub({REPO: files}) as made:
        monkeypatch.setenv("HF_ENDPOINT", made.url)
        monkeypatch.setenv("MODELSCOPE_ENDPOINT", made.url)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield made


def test_pulled_and_talked_to(qwendesk: Run, hub: Hub, tmp_path: Path) -> None:
    done = qwendesk("pull", f"{REPO}:Q8_0")
    assert done.returncode == 0, done.stderr
    target = tmp_path / "home" / "models" / "acme" / "tiny-GGUF" / NAME
    assert done.stdout.strip() == str(target)
    assert "is there and checked" in done.stderr
    answer = qwendesk("chat", f"{REPO}:Q8_0", "-p", "hi")
    assert answer.returncode == 0, answer.stderr
    assert "Seedling" in answer.stdout


@pytest.mark.parametrize("source", ["huggingface", "modelscope"])
def test_every_hub(qwendesk: Run, hub: Hub, source: str) -> None:
    found = json.loads(qwendesk("search", "tiny", "--source", source, "--json").stdout)
    assert [one["repo"] for one in found] == [REPO]
    lines = qwendesk("pull", f"{REPO}:q8_0", "--source", source, "--json").stdout.splitlines()
    events = [json.loads(line) for line in lines]
    assert events[-1]["event"] == "done"
    assert Path(events[-1]["files"][0]).is_file()
    assert "apache-2.0" in qwendesk("search", "tiny", "--source", source).stdout


def test_the_queue(qwendesk: Run, hub: Hub) -> None:
    hub.faults.append(Fault(NAME, status=404))
    failed = qwendesk("pull", f"{REPO}:Q8_0")
    assert failed.returncode == 1
    assert REPO in failed.stderr
    (one,) = json.loads(qwendesk("downloads", "--json").stdout)["downloads"]
    assert (one["number"], one["state"]) == (1, "failed")
    assert REPO in one["why"]
    assert "paused" in qwendesk("downloads", "pause", "1").stdout
    hub.faults.clear()
    done = qwendesk("downloads", "resume")
    assert done.returncode == 0, done.stderr
    assert NAME in done.stdout
    assert "done" in qwendesk("downloads").stdout
    assert qwendesk("downloads", "clear").returncode == 0
    assert json.loads(qwendesk("downloads", "--json").stdout)["downloads"] == []
    assert "no download 7" in qwendesk("downloads", "cancel", "7").stderr


def test_the_ledger_has_every_request(qwendesk: Run, hub: Hub) -> None:
    qwendesk("pull", f"{REPO}:Q8_0")
    ledger = json.loads(qwendesk("network", "--json").stdout)
    assert ledger["offline"] is False
    requests = ledger["requests"]
    assert len(requests) == len(hub.seen)
    assert {one["host"] for one in requests} == {hub.url.removeprefix("http://")}
    assert requests[0]["purpose"] == "file"
    assert requests[0]["action"] == "pull"
    assert requests[0]["bytes_in"] > hub.sent(NAME) > 1_000_000
    assert {one["status"] for one in requests} == {200}
    assert {one["problem"] for one in requests} == {None}
    text = qwendesk("network", "--since", "1h").stdout
    assert REPO in text
    assert qwendesk("network", "--since", "soon").returncode == 2


def test_the_first_starts_make_no_request(qwendesk: Run, hub: Hub) -> None:
    for command in (["plugins"], ["doctor"], ["chat", "-p", "hi"], ["downloads"], ["network"]):
        assert qwendesk(*command).returncode == 0
    assert not hub.seen
    assert json.loads(qwendesk("network", "--json").stdout)["requests"] == []


def test_the_switch(qwendesk: Run, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Offline" in qwendesk("network", "offline", "on").stdout
    for command in (["pull", REPO], ["search", "tiny"], ["search", "tiny", "--source", "modelscope"]):
        refused = qwendesk(*command)
        assert refused.returncode == 1
        assert "offline switch is on" in refused.stderr
    assert not hub.seen
    refusals = json.loads(qwendesk("network", "--json").stdout)["requests"]
    assert [one["problem"] for one in refusals] == ["offline"] * 3
    assert "Online" in qwendesk("network", "offline", "off").stdout
    assert qwendesk("search", "tiny").returncode == 0
    monkeypatch.setenv("QWENDESK_OFFLINE", "1")
    assert qwendesk("search", "tiny").returncode == 1


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_offline_the_system_sees_no_connection(hub: Hub, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    home = {"QWENDESK_HOME": str(tmp_path / "home"), "QWENDESK_OFFLINE": "1"}
    command = [
        "strace",
        "-f",
        "-e",
        "trace=connect,sendto,sendmsg",
        "-o",
        str(trace),
        sys.executable,
        "-m",
        "qwendesk",
    ]
    probe = subprocess.run(
        [*command, "pull", REPO], env={**os.environ, **home}, capture_output=True, text=True, check=False
    )
    if "ptrace" in probe.stderr:
        pytest.skip("this system lets nobody trace")
    assert "offline switch is on" in probe.stderr
    seen = trace.read_text(encoding="utf-8", errors="replace")
    assert "+++ exited with 1 +++" in seen
    assert "AF_INET" not in seen
    home["QWENDESK_OFFLINE"] = ""
    subprocess.run([*command, "search", "x"], env={**os.environ, **home}, capture_output=True, check=False)
    assert "AF_INET" in trace.read_text(encoding="utf-8", errors="replace")  # the trace would have told


def test_a_token_of_this_run_is_used_and_written_nowhere(
    qwendesk: Run, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_s3cret")
    hub.gated.add(REPO)
    hub.token = "hf_s3cret"
    assert qwendesk("pull", f"{REPO}:Q8_0").returncode == 0
    for path in (tmp_path / "home").rglob("*"):
        assert not path.is_file() or b"hf_s3cret" not in path.read_bytes(), path


def test_a_gated_repository_is_explained(qwendesk: Run, hub: Hub) -> None:
    hub.gated.add(REPO)
    refused = qwendesk("pull", REPO)
    assert refused.returncode == 1
    assert f"Open {hub.url}/{REPO}" in refused.stderr


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_a_terminal_sees_a_bar(hub: Hub, tmp_path: Path) -> None:
    import pty

    hub.faults.append(Fault(NAME, rate=3e6))
    keeper, terminal = pty.openpty()
    environment = {**os.environ, "QWENDESK_HOME": str(tmp_path / "home"), "COLUMNS": "100"}
    command = [sys.executable, "-m", "qwendesk", "pull", REPO]
    with subprocess.Popen(command, env=environment, stderr=terminal, stdout=subprocess.DEVNULL) as process:
        os.close(terminal)
        text = b""
        while True:
            try:
                piece = os.read(keeper, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
    os.close(keeper)
    assert process.returncode == 0
    assert b"[######" in text
    assert b"MB/s" in text
    assert b" left" in text


def test_search_with_filters(qwendesk: Run, hub: Hub) -> None:
    for repo in ("Qwen/Qwen3-0.6B-GGUF", "Qwen/Qwen3-235B-A22B-GGUF", "Qwen/Qwen3-8B"):
        hub.repos[repo] = {"x-Q8_0.gguf": b"x"}

    def found(*filters: str) -> list[str]:
        done = qwendesk("search", "qwen3", "--json", *filters)
        assert done.returncode == 0, done.stderr
        return [one["repo"] for one in json.loads(done.stdout)]

    assert len(found()) == 3
    assert found("--to-size", "1") == ["Qwen/Qwen3-0.6B-GGUF"]
    assert "Qwen/Qwen3-235B-A22B-GGUF" not in found("--fits")
    assert found("--gguf", "--from-size", "100") == ["Qwen/Qwen3-235B-A22B-GGUF"]
    assert found("--family", "nothing") == []
    first = json.loads(qwendesk("search", "qwen3-0.6", "--quant", "q8_0", "--json").stdout)[0]
    assert first["quant"] == "Q8_0"
    assert first["verdict"] in ("fits", "tight", "too_big", "no_room")
    assert first["family"]


def test_doctor_repairs_a_model_that_was_damaged(qwendesk: Run, hub: Hub, tmp_path: Path) -> None:
    assert qwendesk("pull", f"{REPO}:Q8_0").returncode == 0
    target = tmp_path / "home" / "models" / "acme" / "tiny-GGUF" / NAME
    whole = target.read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    target.write_bytes(damaged)
    told = qwendesk("doctor", "--json")
    assert told.returncode == 1
    found = {one["id"]: one for one in json.loads(told.stdout)["checks"]}
    assert found[f"model-bytes.{REPO}:Q8_0"]["fix"] == "Repair it"
    done = qwendesk("doctor", "--fix", "model-bytes")
    assert done.returncode == 0, done.stderr
    assert "is repaired" in done.stdout
    assert target.read_bytes() == whole
    assert qwendesk("doctor").returncode == 0


def test_doctor_asks_the_hubs_only_when_it_is_told_to(qwendesk: Run, hub: Hub) -> None:
    assert qwendesk("doctor").returncode == 0
    assert not hub.seen
    told = qwendesk("doctor", "--fast", "--network", "--json")
    found = {one["id"]: one["status"] for one in json.loads(told.stdout)["checks"]}
    assert found["network.huggingface"] == "ok"
    assert hub.seen
    listed = json.loads(qwendesk("network", "--json").stdout)["requests"]
    assert listed
