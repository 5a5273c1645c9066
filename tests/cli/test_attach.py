"""`qwendesk chat --attach`: documents as text, images as images, kept or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from fakes.png import noise_png

GREEDY = ("--max-tokens", "4", "--no-think", "--json")


def kept(tmp_path: Path) -> list[Path]:
    return [one for one in (tmp_path / "home" / "attachments").rglob("*") if one.is_file()]


def prompt_tokens(qwendesk: Run, *more: str) -> int:
    done = qwendesk("chat", "-p", "What opens?", *GREEDY, *more)
    assert done.returncode == 0, done.stderr
    count: int = json.loads(done.stdout)["usage"]["prompt_tokens"]
    return count


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("The harbour opens at nine.")
    return path


def test_a_document_is_sent_the_same_kept_or_not(qwendesk: Run, tmp_path: Path, note: Path) -> None:
    alone = prompt_tokens(qwendesk, "--no-save")
    inside = prompt_tokens(qwendesk, "--no-save", "--attach", str(note))
    assert not kept(tmp_path)
    assert inside > alone + 10
    assert prompt_tokens(qwendesk, "--attach", str(note)) == inside
    (content,) = kept(tmp_path)
    assert content.read_text() == "[file: note.txt]\nThe harbour opens at nine.\n[end of note.txt]"


def test_several_and_what_is_to_be_known_of_them(qwendesk: Run, tmp_path: Path, note: Path) -> None:
    latin = tmp_path / "b.csv"
    latin.write_bytes("Stadt,n\nMünchen,1\nZürich,2\nKöln,3\n".encode("latin-1"))
    done = qwendesk("chat", "-p", "?", *GREEDY, "--attach", str(note), "--attach", str(latin))
    assert done.returncode == 0, done.stderr
    assert "b.csv does not tell how its letters are encoded" in done.stderr
    assert len(kept(tmp_path)) == 2


def test_what_cannot_be_attached(qwendesk: Run, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"PK\x03\x04nothing")
    for path, said in ((archive, "a.zip is not a kind of file"), (tmp_path / "none.txt", "none.txt")):
        done = qwendesk("chat", "-p", "?", "--attach", str(path))
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert qwendesk("chat", "--attach", str(archive)).returncode == 2


def test_an_image_goes_as_an_image(qwendesk: Run, tmp_path: Path) -> None:
    photo = tmp_path / "photo"
    photo.write_bytes(noise_png(0))
    done = qwendesk("chat", "-p", "?", "--attach", str(photo))
    assert done.returncode == 1
    assert "cannot see images" in done.stderr


def test_an_image_through_a_model_that_sees(qwendesk: Run, tmp_path: Path, note: Path) -> None:
    pytest.importorskip("llama_cpp")
    from fakes.vision_gguf import write_vision

    files = write_vision(tmp_path, "qwen3-vl")
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise_png(0, 112, 112))
    options = ("-o", f"mmproj={files.projector}", "-o", "slots=1", "--ctx", "1024", "-o", "threads=1")
    counts = []
    for more in ((), ("--attach", str(photo)), ("--attach", str(photo), "--no-save")):
        counts.append(prompt_tokens(qwendesk, str(files.model), *options, *more))
    assert [count - counts[0] for count in counts] == [0, 18, 18]


def test_a_home_that_cannot_be_written(qwendesk: Run, tmp_path: Path, note: Path) -> None:
    (tmp_path / "home").write_text("a file stands where the folder should be")
    done = qwendesk("chat", "-p", "What opens?", *GREEDY, "--attach", str(note))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["usage"]["prompt_tokens"] > 20
