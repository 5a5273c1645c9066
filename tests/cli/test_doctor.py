"""`qwendesk doctor` on a machine with troubles: each is named with what helps, and what helps is done."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from qwendesk.models.bundled import seedling

Doctor = Callable[..., tuple[int, dict[str, Any]]]
MODEL = "me/tiny:F16"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def model(home: Path, qwendesk: Run) -> Path:
    """A model of ours, hashed while it was whole."""
    path = home / "models" / "me" / "tiny" / "tiny-F16.gguf"
    path.parent.mkdir(parents=True)
    shutil.copy(seedling("F16").path, path)
    assert qwendesk("verify", MODEL).returncode == 0
    return path


@pytest.fixture
def doctor(qwendesk: Run) -> Doctor:
    """The exit code, and checks by id."""

    def run(*flags: str) -> tuple[int, dict[str, Any]]:
        done = qwendesk("doctor", "--json", *flags)
        told = json.loads(done.stdout)
        return done.returncode, {"state": told["state"], **{one["id"]: one for one in told["checks"]}}

    return run


@pytest.fixture
def blocked_plugin(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed plugin of a stranger that is allowed and raises."""
    site = tmp_path / "site"
    facts = site / "badplug-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: badplug\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[qwendesk]\nbad = badplug\n")
    (site / "badplug.py").write_text("raise RuntimeError('no')\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    home.mkdir(exist_ok=True)
    with (home / "settings.toml").open("a") as settings:
        settings.write('[plugins]\nallowed = ["bad"]\n')


def fill_disk(home: Path) -> None:
    """More is to stay free than any disk has."""
    with (home / "settings.toml").open("a") as settings:
        settings.write("[downloads]\nkeep_free_gb = 900000.0\n")


def test_a_healthy_machine(doctor: Doctor) -> None:
    code, found = doctor()
    assert code == 0
    assert found["state"] in ("healthy", "degraded")
    assert all(one["status"] != "fail" for id, one in found.items() if id != "state")
    assert all(one["title"].endswith("?") for id, one in found.items() if id != "state")


def test_the_quick_checks_load_nothing(doctor: Doctor) -> None:
    _, found = doctor("--fast")
    assert "store" in found
    assert not any(id.startswith(("seedling", "store-whole", "network", "says")) for id in found)


@pytest.mark.usefixtures("blocked_plugin")
def test_four_troubles_are_named_with_their_fixes(doctor: Doctor, home: Path, model: Path) -> None:
    fill_disk(home)
    data = bytearray(model.read_bytes())
    data[-1000] ^= 0xFF
    model.write_bytes(data)
    code, found = doctor()
    assert code == 1
    assert found["state"] == "unhealthy"
    bad = found["plugin.bad"]
    assert (bad["status"], bad["fix"]) == ("fail", "Turn it off")
    disk = f"disk.{home / 'models'}"
    assert found[disk]["status"] == "fail"
    assert "Make room" in found[disk]["advice"]
    changed = found[f"model-bytes.{MODEL}"]
    assert (changed["status"], changed["fix"]) == ("fail", "Repair it")
    (home / "qwendesk.db").write_bytes(b"\x07" * 5_000)
    code, found = doctor("--fast")
    assert code == 1
    store = found["store"]
    assert (store["status"], store["fix"]) == ("fail", "Save what can be read")
    assert "is damaged" in store["sentence"]
    assert (found[disk]["status"], found["plugin.bad"]["fix"]) == ("fail", "Turn it off")
    assert "Make room" in found[disk]["advice"]
    model.write_bytes(bytes(data[:100_000]))
    thrown = home / "models" / ".qwendesk-trash" / "1" / "old.gguf"
    thrown.parent.mkdir(parents=True)
    thrown.write_bytes(bytes(1_000_000))
    _, found = doctor("--fast")
    fixes = ["Turn it off", "Empty the trash (1.0 MB)", "Repair it", "Save what can be read"]
    named = ("plugin.bad", disk, f"model.{MODEL}", "store")
    assert [found[id]["fix"] for id in named] == fixes


@pytest.mark.usefixtures("blocked_plugin")
def test_fixes_that_are_asked_for_are_done(qwendesk: Run, doctor: Doctor, home: Path, model: Path) -> None:
    model.write_bytes(model.read_bytes()[:100_000])
    other = home / "models" / "loose.gguf"
    other.write_bytes(b"GGUF" + b"\0" * 50)
    (home / "qwendesk.db").write_bytes(b"\x07" * 5_000)
    done = qwendesk("doctor", "--fix", "plugin.bad", "--fix", "store", "--fix", "model.loose")
    assert done.returncode == 0, done.stderr
    assert "bad is off" in done.stdout
    assert "The old file is kept as" in done.stdout
    assert "in the trash" in done.stdout
    assert not other.exists()
    _, found = doctor("--fast")
    assert found["store"]["status"] == "ok"
    assert found["plugin"]["status"] == "ok"
    assert "model.loose" not in found
    assert found[f"model.{MODEL}"]["status"] == "fail"
    assert "loose" in qwendesk("rm", "--undo").stdout + qwendesk("list").stdout


@pytest.mark.parametrize("damage", ["text", "chance"])
def test_a_database_that_does_not_open_is_told_by_its_check(
    qwendesk: Run, doctor: Doctor, home: Path, damage: str
) -> None:
    home.mkdir()
    data = b"\x07" * 8192 if damage == "text" else random.Random(1).randbytes(8192)
    (home / "qwendesk.db").write_bytes(data)
    code, found = doctor("--fast")
    store = found["store"]
    if damage == "text":
        assert (code, store["status"], store["fix"]) == (1, "fail", "Save what can be read")
    else:
        assert store["status"] in ("warn", "fail")
        assert "passphrase" in store["sentence"]
    report = home / "report.zip"
    assert qwendesk("doctor", "--fast", "--report", str(report), "--yes").returncode == 0
    assert report.is_file()
    assert (home / "qwendesk.db").read_bytes() == data


def test_a_wrong_passphrase_is_told_by_the_check(
    qwendesk: Run, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlcipher3", reason="sqlcipher3 is not installed: no lock here")
    assert qwendesk("lock", input="open sesame\n").returncode == 0
    _, found = doctor("--fast")
    assert (found["store"]["status"], "is locked" in found["store"]["sentence"]) == ("warn", True)
    monkeypatch.setenv("QWENDESK_PASSPHRASE", "wrong")
    told = qwendesk("doctor", "--fast")
    assert "does not open" in told.stdout
    assert told.returncode == 1


def test_a_file_that_its_owner_replaced_is_accepted(qwendesk: Run, doctor: Doctor, home: Path) -> None:
    path = home / "models" / "mine.gguf"
    path.parent.mkdir(parents=True)
    shutil.copy(seedling("F16").path, path)
    assert qwendesk("verify", "mine").returncode == 0
    path.write_bytes(path.read_bytes() + bytes(32))
    qwendesk("verify", "mine")
    code, found = doctor("--fast")
    mine = found["model.mine"]
    assert (code, mine["status"], mine["fix"]) == (0, "warn", "Accept it as it is now")
    assert "changed since it was first read" in mine["sentence"]
    done = qwendesk("doctor", "--fix", "model.mine")
    assert done.returncode == 0, done.stderr
    assert "is accepted" in done.stdout
    assert path.exists()
    _, found = doctor("--fast")
    assert found["model"]["status"] == "ok"
    assert qwendesk("verify", "mine").returncode == 0


def test_a_fix_that_does_not_exist_is_said(qwendesk: Run, home: Path) -> None:
    unknown = qwendesk("doctor", "--fix", "nothing")
    assert unknown.returncode == 1
    assert "There is no check named nothing" in unknown.stderr
    subject = qwendesk("doctor", "--fix", "model.nope")
    assert subject.returncode == 1
    assert "There is no check named model.nope" in subject.stderr
    well = qwendesk("doctor", "--fix", "store")
    assert well.returncode == 0
    assert "needs no fix" in well.stdout
    fill_disk(home)
    none = qwendesk("doctor", "--fix", "disk")
    assert none.returncode == 1
    assert "Make room" in none.stdout


def test_it_reads_well(qwendesk: Run) -> None:
    done: subprocess.CompletedProcess[str] = qwendesk("doctor", "--fast")
    assert "Can the database be read? It can be read." in done.stdout
    assert done.stdout.rstrip().splitlines()[-1] in ("Healthy", "Degraded")
