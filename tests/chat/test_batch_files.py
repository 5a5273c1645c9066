"""The files of a batch, and its figures: whatever a line holds, wherever a file was cut, however slow it goes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.messages import ToolCall
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.batch.lines import Line, Lines
from qwendesk.chat.batch.part import Part
from qwendesk.chat.batch.progress import Pace, Progress
from qwendesk.chat.batch.record import Record, record, written
from qwendesk.chat.batch.row import Row, Terms, read
from qwendesk.models.model import Model
from qwendesk.words import batch as words
from qwendesk.words.problems import word

TERMS = Terms(Model("m", "M", Path("m.gguf"), "gguf", "", 0))
NAMES = ("id", "prompt", "messages", "system", "tools", "stop", "json_schema", "think", "seed", "top_k")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=12), JSON, max_size=6)


def worded(note: Note) -> str:
    return str(word(note))


def must_hold(row: Row) -> None:
    """It is a request or an error, and an error can be written on one line and read again."""
    assert (row.request is None) != (row.problem is None)
    if row.problem is not None:
        made = record(row, row.problem, worded)
        assert made.line.count(b"\n") == 1
        assert json.loads(made.line)["row"] == row.number
        said = written(made.line)
        assert said is not None
        assert said.error is not None


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_a_request_or_an_error(data: bytes, text: bool) -> None:
    terms = Terms(TERMS.model, text=text)
    must_hold(read(Line(3, data), terms, "in"))


@given(ROWS)
def test_any_object_is_a_request_or_an_error(said: dict[str, Any]) -> None:
    must_hold(read(Line(1, json.dumps(said).encode("utf-8", "replace")), TERMS, "in"))


def answer(text: str) -> Finished:
    calls = (ToolCall("look", {"at": text}),)
    usage, timings = Usage(1, 0, 2), Timings(0.1, None, 3.0)
    return Finished("stop", "", text, calls, usage, timings, Sampling(seed=1), (Note("template_missing"),))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_answer_is_one_line(text: str) -> None:
    made = record(Row(5, "x", None), answer(text), worded)
    assert made.line.count(b"\n") == 1
    said = json.loads(made.line)
    assert (said["row"], said["id"], said["text"]) == (5, "x", text)
    assert said["notes"][0].startswith("This file has no chat template")
    assert said["tool_calls"][0]["arguments"] == {"at": text}


RECORDS = [
    record(Row(n, None, None), answer("ä\n" * n) if n % 3 else Note("prompt_empty"), worded)
    for n in range(1, 8)
]


@settings(max_examples=60)
@given(st.integers(0, sum(len(one.line) for one in RECORDS)), st.binary(max_size=3))
def test_wherever_it_was_cut_the_whole_lines_before_are_kept(at: int, torn: bytes) -> None:
    whole = b"".join(one.line for one in RECORDS)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.write_bytes(b"{}\n" * len(RECORDS))
        begun(source, target, RECORDS[:1])
        Path(folder, "out.part").write_bytes(whole[:at] + torn.replace(b"\n", b""))
        with Lines(source) as lines, Part(target) as part:
            part.open({"input": "same"}, restart=False)
            done, failed = part.resume(lines)
            assert done == whole[:at].count(b"\n")
            assert failed == sum(one.problem is not None for one in RECORDS[:done])
            assert part.path.read_bytes() == b"".join(one.line for one in RECORDS[:done])
            for one in RECORDS[done:]:
                part.append(one.line)
            part.finish()
        assert target.read_bytes() == whole
        assert sorted(one.name for one in Path(folder).iterdir()) == ["in", "out"]


def begun(source: Path, target: Path, records: list[Record]) -> None:
    with Lines(source) as lines, Part(target) as part:
        part.open({"input": "same"}, restart=False)
        part.resume(lines)
        for one in records:
            part.append(one.line)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_a_full_disk_is_told_and_no_half_line_stays(tmp_path: Path) -> None:
    import resource

    (tmp_path / "in").write_bytes(b"{}\n" * 7)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Lines(tmp_path / "in") as lines, Part(tmp_path / "out") as part:
        part.open({"input": "same"}, restart=False)
        part.resume(lines)
        part.append(RECORDS[0].line)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(RECORDS[0].line) + 20, before[1]))
        try:
            with pytest.raises(Problem, match="disk_full"):
                part.append(RECORDS[1].line)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / "out.part").read_bytes() == RECORDS[0].line


def test_lines_are_hashed_to_the_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(b"a\n\n" + os.urandom(99).replace(b"\n", b"") + b"\nz")
    with Lines(path) as lines:
        assert [one.number for one in lines] == [1, 3, 4]
        import hashlib

        assert lines.hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rates_are_those_of_the_last_half_minute() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.rates(50, 0) == (None, None)
    for second in range(1, 61):
        clock.now += 1
        pace.rates(50 + second, 10 * second)
    for second in range(1, 41):
        clock.now += 1
        told = pace.rates(110 + 4 * second, 600 + 80 * second)
    assert [round(one or 0, 6) for one in told] == [4, 80]


def test_slow_rows_are_measured_over_more_than_that_and_a_standstill_shows() -> None:
    clock = Clock()
    pace = Pace(clock)
    for row in range(12):
        told = pace.rates(row, 100 * row)
        clock.now += 60
    assert [round(one or 0, 6) for one in told] == [round(1 / 60, 6), round(100 / 60, 6)]
    clock.now += 480
    rate, _tokens = pace.rates(11, 1100)
    assert rate is not None
    assert rate < 1 / 100


def test_what_people_read_of_it() -> None:
    now = Progress("asking", 450, 2, 1000, 3.14, 120.0, 175.2)
    assert words.rows(now) == "450 of 1,000 rows, 2 failed"
    assert words.pace(now) == ["3.1 rows/s", "120.0 tok/s", "3 min left"]
    assert words.pace(Progress("asking", 1, 0, 9, 0.05)) == ["3.0 rows/min"]
    assert [words.duration(one) for one in (12, 100, 18_600)] == ["12 s", "2 min", "5 h 10 min"]
    ended = words.ended(Progress("complete", 10, 1, 10, row=7, problem=Note("prompt_empty")), Path("out"))
    assert str(ended).startswith("9 rows are answered: out. 1 row failed and has its error there. The last")
    assert "Row 7: There is nothing to send" in str(ended)
    assert str(words.ended(Progress("complete", 10, 0, 10), Path("out"))) == "10 rows are answered: out"
