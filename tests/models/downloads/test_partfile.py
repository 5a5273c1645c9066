"""A part file after any crash: what is kept is right, what is missing is fetched, the end is whole."""

from __future__ import annotations

import hashlib
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk.api.sources import RemoteFile
from qwendesk.models.downloads.hashing import block_size
from qwendesk.models.downloads.pace import Stopped
from qwendesk.models.downloads.partfile import PartFile

BLOCK = 64 << 10
CONTENT = random.Random(3).randbytes(5 * BLOCK + 777)
FILE = RemoteFile("x.gguf", len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
GIT = RemoteFile(
    "x.txt", len(CONTENT), git_sha1=hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()
)


def opened(part: PartFile) -> int:
    return part.open(lambda: False, lambda good: None)


def fill(part: PartFile, end: int, step: int) -> None:
    while part.done < end:
        part.append(CONTENT[part.done : min(end, part.done + step)])


@settings(max_examples=150, deadline=None)
@given(
    file=st.sampled_from([FILE, GIT]),
    step=st.integers(1000, 2 * BLOCK),
    reached=st.integers(0, len(CONTENT)),
    kept=st.floats(0, 1),
    mapped=st.floats(0, 1),
    zeros=st.integers(0, 2 * BLOCK),
    junk=st.binary(max_size=80),
)
def test_after_any_crash(
    file: RemoteFile, step: int, reached: int, kept: float, mapped: float, zeros: int, junk: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "acme" / file.path
        with PartFile(target, file) as part:
            opened(part)
            fill(part, reached, step)
        bytes_there, known = (target.with_name(target.name + one) for one in (".part", ".part.map"))
        data = bytearray(bytes_there.read_bytes())
        del data[round(len(data) * kept) :]
        data[max(0, len(data) - zeros) :] = bytes(min(zeros, len(data)))
        bytes_there.write_bytes(data + junk)
        digests = known.read_bytes()
        known.write_bytes(digests[: round(len(digests) * mapped)] + junk)
        with PartFile(target, file) as part:
            opened(part)
            assert part.done <= reached
            assert part.done % BLOCK == 0
            assert bytes_there.read_bytes() == CONTENT[: part.done]
            fill(part, file.size, step)
            assert part.matches()
            part.finish()
        assert target.read_bytes() == CONTENT
        assert [one.name for one in target.parent.iterdir()] == [file.path]


def test_whole_blocks_are_kept(tmp_path: Path) -> None:
    with PartFile(tmp_path / "x", FILE) as part:
        opened(part)
        fill(part, 3 * BLOCK + 5, 10_000)
    with PartFile(tmp_path / "x", FILE) as part:
        assert opened(part) == 5
        assert part.done == 3 * BLOCK


def test_told_to_stop_while_it_checks_nothing_is_changed(tmp_path: Path) -> None:
    with PartFile(tmp_path / "x", FILE) as part:
        opened(part)
        fill(part, 3 * BLOCK, 10_000)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with PartFile(tmp_path / "x", FILE) as part, pytest.raises(Stopped):
        part.open(lambda: True, lambda good: None)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_a_part_of_another_file_is_not_used(tmp_path: Path) -> None:
    with PartFile(tmp_path / "x", FILE) as part:
        opened(part)
        fill(part, 3 * BLOCK, 10_000)
    other = RemoteFile("x.gguf", FILE.size, sha256="0" * 64)
    with PartFile(tmp_path / "x", other) as part:
        opened(part)
        assert part.done == 0


def test_nobody_else_writes_meanwhile(tmp_path: Path) -> None:
    with PartFile(tmp_path / "x", FILE), pytest.raises(Problem) as caught, PartFile(tmp_path / "x", FILE):
        pass
    assert caught.value.id == "download_elsewhere"


@pytest.mark.parametrize(
    ("size", "block"), [(0, 64 << 10), (1 << 20, 64 << 10), (2 * 10**9, 4 << 20), (10**11, 16 << 20)]
)
def test_block_sizes(size: int, block: int) -> None:
    assert block_size(size) == block
    assert size / block <= 6000
