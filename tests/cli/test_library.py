"""`list`, `show`, `verify`, `rm`, `adopt`: what is on the disk, told to people and to scripts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fakes.small_models import model

from .conftest import Run

NAME = "acme/tiny-GGUF:Q8_0"


@pytest.fixture
def installed(tmp_path: Path, seedling: Path) -> Path:
    """A model that answers, where a download would put it."""
    path = tmp_path / "home" / "models" / "acme" / "tiny-GGUF" / "tiny-Q8_0.gguf"
    path.parent.mkdir(parents=True)
    shutil.copyfile(seedling, path)
    return path


def data(qwendesk: Run, *arguments: str) -> Any:
    done = qwendesk(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_from_list_to_trash_and_back(qwendesk: Run, installed: Path) -> None:
    listed = {one["name"]: one for one in data(qwendesk, "list")}
    assert set(listed) == {"seedling", "seedling:F16", "seedling:safetensors", NAME}
    assert listed[NAME]["path"] == str(installed)
    assert (listed[NAME]["quantization"], listed[NAME]["verified"]) == ("Q8_0", None)
    told = qwendesk("rm", "acme/tiny-GGUF")
    assert (told.returncode, "qwendesk rm --undo" in told.stdout) == (0, True)
    assert not installed.exists()
    assert [one["name"] for one in data(qwendesk, "rm", "--trash")] == [NAME]
    assert data(qwendesk, "rm", "--undo") == {"restored": NAME}
    assert installed.exists()
    assert NAME in qwendesk("list").stdout


def test_show_tells_what_the_file_says(qwendesk: Run, installed: Path) -> None:
    shown = data(qwendesk, "show", NAME, "--tag", "mine", "--notes", "quick")
    assert shown["facts"]["architecture"] == "qwen3"
    assert "tensors" not in shown["facts"]
    assert shown["facts"]["template"]["thinking"] == "switch"
    assert "llamaserver" in shown["runtimes"]
    assert (shown["tags"], shown["notes"]) == (["mine"], "quick")
    text = qwendesk("show", NAME, "--tensors").stdout
    assert "token_embd.weight" in text
    assert "can be switched" in text
    assert [one["name"] for one in data(qwendesk, "list", "--tag", "mine")] == [NAME]
    assert qwendesk("show", NAME, "--template").stdout.startswith("{")


def test_a_flipped_byte_is_found(qwendesk: Run, installed: Path) -> None:
    assert data(qwendesk, "verify", NAME)[0]["state"] == "recorded"
    raw = bytearray(installed.read_bytes())
    raw[-1] ^= 1
    installed.write_bytes(raw)
    done = qwendesk("verify", NAME)
    assert done.returncode == 1
    assert "DIFFERS" in done.stdout


def test_chat_by_the_name_of_the_hub(qwendesk: Run, installed: Path) -> None:
    done = qwendesk("chat", "acme/tiny-GGUF", "-p", "What is 23 + 45?", "--no-think", "--temperature", "0")
    assert "68" in done.stdout, done.stderr
    assert next(one for one in data(qwendesk, "list") if one["name"] == NAME)["last_used"] is not None


def test_adopted_where_it_lies(qwendesk: Run, tmp_path: Path) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "good-Q4_0.gguf").write_bytes(model())
    (folder / "bad.gguf").write_bytes(b"no model")
    rows = data(qwendesk, "adopt", str(folder))
    assert [(Path(one["path"]).name, one["name"], one["problem"] is None) for one in rows] == [
        ("bad.gguf", None, False),
        ("good-Q4_0.gguf", "good-Q4_0", True),
    ]
    assert qwendesk("rm", "good-Q4_0").returncode == 0
    assert (folder / "good-Q4_0.gguf").exists()


def test_what_ollama_holds_is_shown_and_taken_over(
    qwendesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = "ab" * 32
    place = tmp_path / "ollama"
    manifest = place / "manifests" / "registry.ollama.ai" / "library" / "qwen3" / "8b"
    manifest.parent.mkdir(parents=True)
    (place / "blobs").mkdir()
    (place / "blobs" / f"sha256-{digest}").write_bytes(model())
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}"}
    manifest.write_text(json.dumps({"layers": [layer]}))
    monkeypatch.setenv("OLLAMA_MODELS", str(place))
    monkeypatch.setenv("HOME", str(tmp_path))
    shown = data(qwendesk, "adopt")
    assert [(one["name"], one["origin"], one["known"]) for one in shown] == [("qwen3:8b", "Ollama", False)]
    assert [one["name"] for one in data(qwendesk, "adopt", "--all")] == ["qwen3:8b"]
    assert data(qwendesk, "show", "qwen3:8b")["origin"] == "Ollama"
    # Its name says which hash it should have, and it has another.
    assert qwendesk("verify", "qwen3:8b").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "nope"), 1, "no model named nope"),
        (("rm",), 2, "Name models"),
        (("rm", "seedling"), 1, "cannot be removed"),
        (("rm", "--undo"), 1, "trash is empty"),
        (("verify",), 2, "Name models"),
        (("adopt", "/nowhere/at/all"), 1, "cannot be read"),
    ],
)
def test_mistakes_are_told(qwendesk: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = qwendesk(*arguments)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_advice_needs_no_network_and_is_measured_once(qwendesk: Run, tmp_path: Path) -> None:
    done = qwendesk("advise", "--for", "code", "--lang", "zh", "--json")
    told = json.loads(done.stdout)
    assert told["machine"]["bandwidth"] > 0
    assert (done.returncode == 0) == bool(told["picks"])
    for one in told["picks"]:
        assert one["memory_bytes"] == sum(part["bytes"] for part in one["memory"])
        assert one["why"].startswith(one["model"])
    kept = tmp_path / "home" / "cache" / "bandwidth.json"
    before = kept.read_bytes()
    assert "qwendesk pull" in qwendesk("advise").stdout or not told["picks"]
    assert kept.read_bytes() == before


def test_the_family_as_a_table(qwendesk: Run) -> None:
    rows = data(qwendesk, "catalog")
    assert len(rows) == 42
    assert rows[0]["name"].startswith("Qwen3.8")
    assert all(row["sizes"] for row in data(qwendesk, "catalog", "--family", "qwen3.5"))
    assert "32K → 128K" in qwendesk("catalog").stdout
    unknown = qwendesk("catalog", "--family", "llama")
    assert (unknown.returncode, "no family named llama" in unknown.stderr) == (1, True)
