"""The log file against disks that are full, read-only or gone, and against growing for ever."""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from qwendesk.system.log import file as module
from qwendesk.system.log.file import AGAIN_S, LogFile, files, prune
from qwendesk.system.log.keeper import Log
from qwendesk.system.log.line import Line
from qwendesk.system.log.reading import read

ours = logging.getLogger("qwendesk.of_a_test")


class FullDisk:
    """Wraps an open file: writing fails from some byte on, until there is room again."""

    def __init__(self, inner: Any, left: list[int]) -> None:
        self._inner, self._left = inner, left

    def write(self, text: str) -> int:
        fits = text[: self._left[0]]
        self._left[0] -= len(fits)
        self._inner.write(fits)
        if len(fits) < len(text):
            self._inner.flush()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def record(text: str) -> logging.LogRecord:
    made = logging.LogRecord("qwendesk.x", logging.INFO, "", 0, text, None, None)
    made.line = Line(1_700_000_000, "info", "qwendesk.x", 1, text)
    return made


def test_a_full_disk_costs_lines_but_no_exception_and_no_torn_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    left, now, failures = [150], [0.0], list[OSError]()
    handler = LogFile(tmp_path / "logs", failures.append, lambda: now[0])
    really = LogFile._open
    monkeypatch.setattr(LogFile, "_open", lambda self: FullDisk(really(self), left))
    for number in range(5):
        handler.handle(record(f"line {number} before there was no room"))
    assert [one.errno for one in failures] == [errno.ENOSPC]
    left[0] = 10_000
    handler.handle(record("too soon to be tried again"))
    now[0] = AGAIN_S + 1
    handler.handle(record("room again"))
    handler.handle(record("and on"))
    handler.close()
    assert [line.text for line in read(tmp_path / "logs")] == [
        "line 0 before there was no room",
        "line 1 before ther",
        "room again",
        "and on",
    ]
    assert capfd.readouterr().err == ""


def test_failing_again_is_told_again_only_after_it_worked(tmp_path: Path) -> None:
    now, failures = [0.0], list[OSError]()
    (tmp_path / "logs").write_text("a file in the way", encoding="utf-8")
    handler = LogFile(tmp_path / "logs", failures.append, lambda: now[0])
    for _ in range(3):
        handler.handle(record("no folder"))
        now[0] += AGAIN_S + 1
    assert len(failures) == 1
    (tmp_path / "logs").unlink()
    handler.handle(record("a folder"))
    handler.close()
    assert [line.text for line in read(tmp_path / "logs")] == ["a folder"]


def _in_the_way(home: Path) -> None:
    home.write_text("", encoding="utf-8")


def _read_only(home: Path) -> None:
    home.mkdir()
    home.chmod(0o500)


@pytest.mark.parametrize("spoil", [_in_the_way, _read_only])
def test_without_a_folder_lines_are_in_memory_and_nobody_is_bothered(
    tmp_path: Path, spoil: Callable[[Path], None], capfd: pytest.CaptureFixture[str]
) -> None:
    if spoil is _read_only and (sys.platform == "win32" or os.geteuid() == 0):
        pytest.skip("root may write everywhere")
    spoil(tmp_path / "home")
    log = Log(tmp_path / "home" / "logs")
    ours.info("one")
    assert log.flush()
    ours.info("two")
    assert log.flush()
    texts = [line.text for line in log.since()[1]]
    assert [one for one in texts if one in ("one", "two")] == ["one", "two"]
    assert sum("kept in memory only" in one for one in texts) == 1
    assert log.trouble is not None
    assert log.trouble.id == "log_not_written"
    log.close()
    assert capfd.readouterr().err == ""


def test_who_logs_does_not_wait_for_a_disk_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, goes_on = threading.Event(), threading.Event()

    def opened(self: LogFile) -> Any:
        hangs.set()
        goes_on.wait(30)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(LogFile, "_open", opened)
    monkeypatch.setattr("qwendesk.system.log.keeper._PATIENCE_S", 0.01)
    log = Log(tmp_path / "logs")
    ours.info("the first")
    assert hangs.wait(10)
    ours.info("the second")  # would wait here for the handler's lock, were it taken on this thread
    assert not log.flush()
    log.close()
    assert not goes_on.is_set()
    goes_on.set()


def test_a_file_rotates_and_its_oldest_lines_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROTATED_BYTES", 500)
    handler = LogFile(tmp_path / "logs", lambda _error: None)
    for number in range(60):
        handler.handle(record(f"line {number}"))
    handler.close()
    found = files(tmp_path / "logs")
    assert len(found) == 3
    assert all(one.stat().st_size <= 500 for one in found)
    numbers = [int(line.text.split()[1]) for line in read(tmp_path / "logs")]
    assert numbers == list(range(numbers[0], 60))


def old(folder: Path, number: int, size: int, pid: int, days: float = 0) -> Path:
    folder.mkdir(exist_ok=True)
    made = folder / f"20260101-0000{number:02d}-{pid}-ab12.log"
    made.write_bytes(b"x" * size)
    then = time.time() - days * 86400
    os.utime(made, (then, then))
    return made


def nobody() -> int:
    return next(pid for pid in range(30_000, 1 << 22) if not psutil.pid_exists(pid))


def test_old_files_go_but_not_those_of_processes_that_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, gone = tmp_path / "logs", nobody()
    lives = old(folder, 0, 400, os.getpid(), days=99)
    ancient, big = old(folder, 1, 1, gone, days=99), old(folder, 2, 400, gone)
    kept, strange = old(folder, 3, 400, gone), folder / "notes.log"
    strange.write_text("somebody else's", encoding="utf-8")
    monkeypatch.setattr(module, "KEPT_BYTES", 900)
    prune(folder)
    assert set(folder.iterdir()) == {lives, kept, strange}
    assert not ancient.exists()
    assert not big.exists()
    monkeypatch.setattr(module, "KEPT_FILES", 1)
    prune(folder)
    assert set(folder.iterdir()) == {lives, strange}


def test_what_is_no_line_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    whole = Line(1_700_000_000, "info", "qwendesk.x", 5, "whole")
    file = old(folder, 0, 0, nobody())
    file.write_bytes(f"{str(whole)[:30]}\n\n{whole}\nnonsense \xff\n".encode("latin-1"))
    (folder / file.name.replace("ab12", "cd34")).mkdir()
    assert [line.text for line in read(folder)] == ["whole"]
    assert list(read(tmp_path / "nowhere")) == []
