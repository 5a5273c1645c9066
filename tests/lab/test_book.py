"""What the lab measured is kept, joined by later rows, and found again by what was measured of what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qwendesk.api.problem import Note
from qwendesk.lab.book import Book
from qwendesk.lab.measured import Row, Subject
from qwendesk.store.connection import Store
from qwendesk.store.lab import LabRows
from qwendesk.system.passphrase import Passphrase
from qwendesk.system.paths import Paths

SUBJECT = Subject("seedling:Q8_0", "a" * 64, "Q8_0", 3_000_000, "llamacpp", "0.3.36", {"threads": 2})
ROW = Row("quality", SUBJECT, {"text": "b" * 64, "window": 512}, "a computer", 1.0, {"perplexity": 4.5})


@pytest.fixture
def rows(paths: Paths) -> LabRows:
    paths.prepare()
    return LabRows(Store(paths.database, Passphrase(paths.home, paths.passphrase)))


def test_a_row_is_found_by_what_was_measured_of_what(rows: LabRows) -> None:
    book = Book(rows, "a computer")
    book.keep(ROW)
    assert book.find("quality", SUBJECT, ROW.settings) == ROW
    renamed = replace(SUBJECT, name="another:name")
    assert book.find("quality", renamed, dict(reversed(list(ROW.settings.items())))) == ROW
    for other in (
        replace(SUBJECT, engine="0.4"),
        replace(SUBJECT, sha256="c" * 64),
        replace(SUBJECT, options={}),
    ):
        assert book.find("quality", other, ROW.settings) is None
    assert book.find("speed", SUBJECT, ROW.settings) is None
    assert Book(rows, "another computer").find("quality", SUBJECT, ROW.settings) is None
    assert Book(rows, "another computer").all() == [ROW]


def test_a_later_row_takes_the_place_of_an_earlier_one(rows: LabRows) -> None:
    book = Book(rows, "a computer")
    failed = replace(ROW, result={}, problem=Note("score_too_short", {"tokens": 3, "window": 512}))
    book.keep(failed)
    assert book.all() == [failed]
    assert book.find("quality", SUBJECT, ROW.settings) is None
    book.keep(ROW)
    assert book.all() == [ROW]
    book.forget([ROW])
    assert book.all() == []


def test_what_another_version_wrote_is_left_out(rows: LabRows) -> None:
    rows.keep(("k", "quality", "s", "m", '{"name": "x"}', "{}", 1.0, "{}", ""))
    rows.keep(("l", "quality", "s", "m", "no json", "{}", 1.0, "{}", ""))
    assert Book(rows, "m").all() == []
