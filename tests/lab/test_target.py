"""The file that a job makes: whole in its place, or not there at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from filelock import FileLock

from qwendesk.api.problem import Problem
from qwendesk.lab.target import Target


def test_what_is_finished_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "m.gguf"
    with Target(path) as target:
        assert target.part.parent == path.parent
        target.part.write_bytes(b"whole")
        assert not path.exists()
        target.finish()
    assert path.read_bytes() == b"whole"
    assert [one.name for one in path.parent.iterdir()] == ["m.gguf"]


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Target(tmp_path / "new" / "m.gguf") as target:  # noqa: PT012
        target.part.write_bytes(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_is_written_now_is_not(tmp_path: Path) -> None:
    left, written = tmp_path / ".a.gguf.qwendesk-part", tmp_path / ".b.gguf.qwendesk-part"
    others = tmp_path / "c.gguf.part"
    for one in (left, written, others):
        one.write_bytes(b"half")
        one.with_name(one.name + ".lock").touch()
    with FileLock(f"{written}.lock"), Target(tmp_path / "m.gguf"):
        assert not left.exists()
        assert written.exists()
        with pytest.raises(Problem, match="target_elsewhere"), Target(tmp_path / "b.gguf"):
            pass
        assert written.exists()
    assert others.exists()


def test_one_s_own_leftover_is_no_obstacle(tmp_path: Path) -> None:
    part = tmp_path / ".m.gguf.qwendesk-part"
    part.symlink_to(tmp_path / "somebody's file")
    (tmp_path / "somebody's file").write_bytes(b"theirs")
    with Target(tmp_path / "m.gguf") as target:
        assert not target.part.exists()
        target.part.write_bytes(b"mine")
        target.finish()
    assert (tmp_path / "somebody's file").read_bytes() == b"theirs"


def test_a_file_that_is_there_is_replaced_only_where_that_is_wished(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"old")
    with pytest.raises(Problem, match="target_exists"), Target(path):
        pass
    with Target(path, overwrite=True) as target:
        target.part.write_bytes(b"new")
        assert path.read_bytes() == b"old"
        target.finish()
    assert path.read_bytes() == b"new"
    with pytest.raises(Problem, match="target_exists"), Target(tmp_path, overwrite=True):
        pass


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    with pytest.raises(Problem, match="target_exists"), Target(path) as target:  # noqa: PT012
        target.part.write_bytes(b"new")
        path.write_bytes(b"theirs")
        target.finish()
    assert path.read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="target_unwritable"), Target(tmp_path / "file" / "m.gguf"):
        pass


def test_a_disk_that_is_full_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(Problem, match="disk_full"), Target(tmp_path / "m.gguf") as target:  # noqa: PT012
        target.part.write_bytes(b"new")
        monkeypatch.setattr(os, "fsync", full)
        target.finish()
    assert list(tmp_path.iterdir()) == []
