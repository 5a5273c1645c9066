"""Image files told from words, by their content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fakes.png import noise_png
from qwendesk.api.problem import Problem
from qwendesk.chat.imagefile import MOST_BYTES, read_image


def written(folder: Path, data: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(data)
    return path


def test_an_image_by_any_name(tmp_path: Path) -> None:
    assert read_image(written(tmp_path, noise_png(0)), "x.txt") == noise_png(0)


@pytest.mark.parametrize("data", [b"BMW, 3\nAudi, 4\n", b"GIF89a is a format.", b"", b"%PDF-1.4", b"plain"])
def test_words_are_no_image(tmp_path: Path, data: bytes) -> None:
    assert read_image(written(tmp_path, data), "x.bmp") is None


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "none", "a\0b"):
        assert read_image(tmp_path / name, name) is None
    assert read_image(tmp_path, "folder") is None


def test_too_large(tmp_path: Path) -> None:
    path = written(tmp_path, noise_png(0))
    os.truncate(path, MOST_BYTES + 1)
    with pytest.raises(Problem, match="picture_too_large"):
        read_image(path, "x.png")
