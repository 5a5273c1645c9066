"""From a record to a line: one line, no escapes, no text that somebody typed."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.problem import Note, Problem
from qwendesk.system.log import keeper
from qwendesk.system.log.fingerprint import fingerprint
from qwendesk.system.log.keeper import Log
from qwendesk.system.log.line import Line, harmless, parse
from qwendesk.system.log.reading import Filter, read

MARK = "xyzzy-plugh"
log_of_ours = logging.getLogger("qwendesk.of_a_test")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "logs")
    yield made
    made.close()


def last(log: Log) -> Line:
    assert log.flush()
    return log.since()[1][-1]


def test_a_line_tells_when_how_serious_who_and_what(log: Log) -> None:
    log_of_ours.warning("Plugin %s has %d hooks", "fancy", 3)
    line = last(log)
    assert (line.level, line.logger, line.text) == (
        "warning",
        "qwendesk.of_a_test",
        "Plugin fancy has 3 hooks",
    )
    (written,) = log.file.read_text(encoding="utf-8").splitlines()
    assert written == str(line)
    again = parse(written)
    assert again is not None
    assert again[1:] == line[1:]
    assert abs(again.at - line.at) < 0.001
    stamp = written.split()[0]
    assert stamp[10] == "T"
    assert stamp[-6] in "+-", "the zone"


def test_what_was_said_is_one_line_that_drives_no_terminal(log: Log) -> None:
    log_of_ours.info("%s", "a\nb\r\x1b[31mred\x9b2J\u2028c\u202eevil\ud800")
    line = last(log)
    assert line.text == r"a\nb\r\x1b[31mred\x9b2J\u2028c\u202eevil\ud800"
    assert len(log.file.read_text(encoding="utf-8").splitlines()) == 1


@given(st.text())
def test_any_text_is_one_line_and_is_read_again(text: str) -> None:
    line = Line(1_700_000_000.125, "info", "qwendesk.x", 1, harmless(text))
    assert len(str(line).splitlines()) == 1
    assert parse(str(line)) == line


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    "error",
    [
        ValueError(MARK),
        Problem("template_failed", detail=MARK),
        KeyError(MARK),
        OSError(MARK),
        FileNotFoundError(2, "No such file or directory", MARK),
        sqlite3.OperationalError(f'fts5: syntax error near "{MARK}"'),
        UnicodeEncodeError("utf-8", MARK, 0, 1, MARK),
        type("Odd", (Exception,), {"__str__": lambda self: MARK})(),
        raised(RuntimeError("outer"), ValueError(MARK)),
    ],
)
def test_an_exception_is_logged_without_its_text(log: Log, error: BaseException) -> None:
    caught = raised(error, error.__cause__)
    log_of_ours.error("It failed: %s", error, exc_info=caught)
    log_of_ours.error("It failed: %s", [error, {"detail": MARK}, Note("x", {"text": MARK})])
    assert log.flush()
    told = log.file.read_text(encoding="utf-8")
    assert MARK not in told
    assert type(error).__name__ in told or "template_failed" in told
    assert "test_log.py" in told, "where it came from"


def test_the_reason_of_the_system_stays(log: Log) -> None:
    problem = Problem("file_unreadable", path="/x/y", detail="Permission denied", n=3)
    log_of_ours.warning("Not read: %s", problem)
    assert last(log).text == "Not read: file_unreadable(path='/x/y', detail='Permission denied', n=3)"
    log_of_ours.warning("Not read: %s", PermissionError(13, "Permission denied", "/x/y"))
    assert last(log).text == "Not read: PermissionError: [Errno 13] Permission denied"


def test_what_libraries_log_is_a_place_and_a_fingerprint(log: Log) -> None:
    # One that nobody silences: pypdf says nothing any more once a PDF file was read.
    logging.getLogger("some_library").warning("odd object in %s", MARK)
    assert "test_log.py:" in last(log).text
    assert MARK not in last(log).text


@pytest.mark.parametrize("broken", ["%d items", "%s %s"])
def test_a_record_that_cannot_be_made_costs_nothing(
    log: Log, broken: str, capfd: pytest.CaptureFixture[str]
) -> None:
    # Not through the logger: pytest's own handler does raise.
    log._door.handle(logging.LogRecord("qwendesk.x", logging.INFO, __file__, 1, broken, ("one",), None))
    assert "A line was lost" in last(log).text
    assert capfd.readouterr().err == ""


def test_tokens_never_arrive(log: Log) -> None:
    log.hide("correct horse battery")
    log_of_ours.info("%s", "hf_abcdefghijkl0123 and correct horse battery, Authorization: Bearer abc.def-123")
    assert last(log).text == "<token> and <token>, Authorization: Bearer <token>"


def test_a_fingerprint_tells_equal_texts_and_their_length_and_has_a_key_of_this_run() -> None:
    assert fingerprint("a") == fingerprint("a") != fingerprint("b")
    assert fingerprint("two words").endswith(" (9 characters)")
    code = "from qwendesk.system.log.fingerprint import fingerprint; print(fingerprint('a'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() != fingerprint("a")


def test_uncaught_exceptions_of_threads_are_logged(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ValueError(MARK)

    monkeypatch.setattr(log._uncaught, "_threads_before", lambda _given: None)
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    assert "ValueError" in last(log).text
    assert MARK not in last(log).text


def test_nothing_is_left_after_it_is_closed(tmp_path: Path) -> None:
    before = (list(logging.getLogger().handlers), sys.excepthook, threading.excepthook)
    Log(tmp_path / "logs").close()
    assert (list(logging.getLogger().handlers), sys.excepthook, threading.excepthook) == before
    assert not (tmp_path / "logs").exists(), "who says nothing leaves no file"


def test_lines_that_come_faster_than_the_disk_are_counted(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_WAITING", 0)
    log._file.acquire()
    try:
        for number in range(50):
            log_of_ours.info("line %d", number)
    finally:
        log._file.release()
    monkeypatch.undo()
    log_of_ours.info("the end")
    assert log.flush()
    texts = [line.text for line in log.since()[1]]
    lost = next(int(one.split()[0]) for one in texts if "came too fast" in one)
    assert lost + len(texts) == 52
    assert texts[-1] == "the end"


def test_lines_are_numbered_so_that_only_new_ones_are_asked_for(log: Log) -> None:
    log_of_ours.info("one")
    assert log.flush()
    number, _ = log.since()
    log_of_ours.info("two")
    assert log.flush()
    assert [line.text for line in log.since(number)[1]] == ["two"]
    assert log.since(number + 1) == (number + 1, [])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), 3),
        (Filter("warning"), 2),
        (Filter("error"), 1),
        (Filter(source="worker"), 1),
        (Filter(source="application"), 2),
        (Filter(source=7), 1),
        (Filter(words="DISK full"), 1),
        (Filter(words="full  disk"), 1),
        (Filter(words="nothing like it"), 0),
        (Filter(words="llamaserver"), 1),
    ],
)
def test_filters(wanted: Filter, found: int) -> None:
    lines = [
        Line(1, "info", "qwendesk.x", 1, "Worker 7 is ready"),
        Line(2, "warning", "qwendesk.x", 1, "the Disk is full"),
        Line(3, "error", "worker.llamaserver", 7, "no memory"),
    ]
    assert sum(wanted(line) for line in lines) == found


def test_processes_that_write_at_once_have_their_lines_whole_and_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    code = (
        "import sys, logging; from pathlib import Path; from qwendesk.system.log import file;"
        "file.ROTATED_BYTES = 20_000; from qwendesk.system.log.keeper import Log;"
        "log = Log(Path(sys.argv[1])); our = logging.getLogger('qwendesk.x');"
        "[our.info('%s line %d of this process', sys.argv[2], n) for n in range(600)]; log.close()"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), name]) for name in ("first", "second")
    ]
    assert [one.wait(60) for one in running] == [0, 0]
    lines = list(read(folder))
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    for name in ("first", "second"):
        numbers = [int(line.text.split()[2]) for line in lines if line.text.startswith(name)]
        assert numbers == list(range(numbers[0], 600)), "whole to the end; the oldest went by rotation"
        assert len(numbers) > 200
    assert len(list(folder.iterdir())) > 2, "they rotated"
