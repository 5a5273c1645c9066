"""Recordings told from words, films and pictures by their content; how long they take, from their headers."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.png import noise_png
from qwendesk.api.problem import Problem
from qwendesk.chat.audiofile import MOST_BYTES, audio_type, read_audio, seconds_of


def wav(seconds: float = 2.0, rate: int = 8000) -> bytes:
    body = bytes(int(seconds * rate))
    form = struct.pack("<HHIIHH", 1, 1, rate, rate, 1, 8)
    parts = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form
    parts += b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(parts)) + parts


def written(folder: Path, data: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(data)
    return path


def test_a_recording_by_any_name(tmp_path: Path) -> None:
    assert read_audio(written(tmp_path, wav()), "x.txt") == wav()
    assert seconds_of(wav()) == 2.0


@pytest.mark.parametrize("form", ["wav", "float", "flac", "vorbis", "opus", "mp3"])
def test_what_people_have(form: str) -> None:
    pytest.importorskip("soundfile")
    from fakes.recordings import recording

    data = recording(0, 3.0, form, 48_000, 2)
    kind = {"float": "wav", "vorbis": "ogg", "opus": "ogg"}.get(form, form)
    assert audio_type(data) == audio_type(data[:64]) == kind
    assert abs(seconds_of(data) - 3) < 0.3, "encoders put a little silence around it"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain",
        b"ID3 is a format of tags.",
        "Ordnung".encode("utf-16"),
        "ÿûber".encode("latin-1"),
        b"RIFF\0\0\0\0WEBP",
        b"OggS" + bytes(24) + b"\x80theora" + bytes(40),
        noise_png(0),
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_recording(tmp_path: Path, data: bytes) -> None:
    assert read_audio(written(tmp_path, data), "x.mp3") is None


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "none", "a\0b"):
        assert read_audio(tmp_path / name, name) is None
    assert read_audio(tmp_path, "folder") is None


def test_too_large(tmp_path: Path) -> None:
    path = written(tmp_path, wav())
    os.truncate(path, 3 * 3600 * 44_100 * 4)
    with pytest.raises(Problem) as caught:
        read_audio(path, "x.wav")
    assert caught.value.id == "recording_too_large"
    assert caught.value.arguments == {"name": "x.wav", "size": 1_905_120_000, "most": MOST_BYTES}


STARTS = [
    b"RIFF\0\0\0\0WAVE",
    b"fLaC",
    b"OggS\0\2",
    b"ID3\4\0\0\0\0\0\x20",
    b"\xff\xfb\x90\x44",
    wav(0.1),
    b"",
]


@settings(max_examples=400)
@given(st.sampled_from(STARTS), st.binary(max_size=600))
def test_any_bytes_have_a_length_or_none(start: bytes, rest: bytes) -> None:
    audio_type(start + rest)
    assert 0 <= seconds_of(start + rest) < float("inf")
