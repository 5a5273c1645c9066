"""Recordings on the command line, through a worker, the renderer and a tiny model that hears."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("soundfile")

from cli.conftest import Run
from fakes.recordings import recording, silence
from fakes.tiny_audio_safetensors import write_audio_folder

OPTIONS = ("-o", "slots=1", "--ctx", "2048", "-o", "threads=1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_audio_folder(tmp_path_factory.mktemp("audio"))


def ask(qwendesk: Run, folder: Path, *more: str) -> int:
    done = qwendesk("chat", str(folder), "-p", "what is it?", "--max-tokens", "4", "--json", *OPTIONS, *more)
    assert done.returncode == 0, done.stderr
    count: int = json.loads(done.stdout)["usage"]["prompt_tokens"]
    return count


def test_a_recording_is_more_tokens_than_its_place(qwendesk: Run, folder: Path, tmp_path: Path) -> None:
    short, long = tmp_path / "short.flac", tmp_path / "long"
    short.write_bytes(recording(0, 1.0, "flac"))
    long.write_bytes(recording(0, 3.0, "vorbis"))
    nothing = ask(qwendesk, folder)
    one = ask(qwendesk, folder, "--audio", str(short))
    assert one > nothing + 25
    assert ask(qwendesk, folder, "--attach", str(short), "--no-save") == one
    assert ask(qwendesk, folder, "--attach", str(short), "--audio", str(long)) > one + 75


def test_a_model_that_cannot_hear_says_so(qwendesk: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    path.write_bytes(recording(0, 1.0, "mp3"))
    for flag in ("--audio", "--attach"):
        done = qwendesk("chat", "-p", "what is it?", flag, str(path))
        assert done.returncode == 1
        assert "cannot hear recordings" in done.stderr


def test_what_cannot_be_heard(qwendesk: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no recording")
    (tmp_path / "broken.wav").write_bytes(recording(0)[:30])
    (tmp_path / "long.flac").write_bytes(silence(3 * 3600))
    said = {
        "none.wav": "none.wav cannot be read",
        "text.wav": "text.wav is no WAV, FLAC, OGG or MP3 file",
        "broken.wav": "A recording cannot be read",
        "long.flac": "A recording takes 10,800 seconds, and this model hears 30 of one at most.",
    }
    for name, words in said.items():
        done = qwendesk("chat", str(folder), "-p", "what is it?", *OPTIONS, "--audio", str(tmp_path / name))
        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    assert qwendesk("chat", "--audio", str(tmp_path / "text.wav")).returncode == 2
