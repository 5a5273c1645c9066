"""`qwendesk engines` as a process, with the real engine of a runtime packed again from what is installed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from fakes.wheels import BASE, packed_again

from .conftest import Run

OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "UV_NO_CONFIG": "1",
    "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple",
}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for name in ("xllamacpp", *BASE):
        packed_again(folder, name)
    return folder


@pytest.fixture(autouse=True)
def nobody_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OFFLINE.items():
        monkeypatch.setenv(name, value)


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(one) for one in text.splitlines()]


def test_a_real_engine_is_installed_talked_with_and_removed(qwendesk: Run, wheels: Path) -> None:
    done = qwendesk("engines", "install", "llamaserver", "--wheels", str(wheels), "--json")
    assert done.returncode == 0, done.stderr
    told = lines(done.stdout)
    plan, last = next(one for one in told if one["event"] == "plan"), told[-1]
    assert plan["disk_bytes"]
    assert (last["event"], last["state"]) == ("done", "ready")
    said = qwendesk("chat", "-p", "What is 23 + 45?", "--no-think", "--runtime", "llamaserver")
    assert "68" in said.stdout
    listed = json.loads(qwendesk("engines", "list", "--json").stdout)
    mine = next(one for one in listed if one["runtime"] == "llamaserver")
    assert (mine["current"], mine["previous"]) == (last["name"], "own")
    assert "in the environment" in qwendesk("doctor", "--fast").stdout
    back = qwendesk("engines", "rollback", "llamaserver")
    assert "uses own from now on" in back.stdout
    gone = qwendesk("engines", "remove", "llamaserver", str(last["name"]), "--json")
    assert json.loads(gone.stdout)["freed_bytes"] > 50_000_000


def test_what_cannot_be_done_is_one_sentence(qwendesk: Run, wheels: Path) -> None:
    for arguments, code, said in (
        (("install", "llamaserver", "--version", "1", "--wheels", str(wheels)), 1, "uv could not do it"),
        (("install", "nothing"), 2, "nothing"),
        (("install", "llamaserver", "--variant", "rocm"), 1, "rocm"),
        (("rollback", "llamaserver"), 1, "no earlier engine"),
        (("remove", "llamaserver", "1.0"), 1, "no engine named 1.0"),
        (("use", "llamaserver", "1.0"), 1, "no engine named 1.0"),
    ):
        done = qwendesk("engines", *arguments)
        assert (done.returncode, done.stderr.count("Traceback")) == (code, 0), done.stderr
        assert said in done.stderr
    assert "Every engine is what it should be" in qwendesk("engines", "update").stdout


def test_the_packages_are_printed_for_another_computer(qwendesk: Run) -> None:
    told = qwendesk("engines", "lock", "llamaserver").stdout.split()
    assert {one.partition("==")[0] for one in told} == {"xllamacpp", *BASE}
    assert all("==" in one for one in told)


def test_the_table(qwendesk: Run) -> None:
    shown = qwendesk("engines").stdout
    assert "RUNTIME" in shown
    assert "llamaserver" in shown
    assert "llamacpp" in shown
