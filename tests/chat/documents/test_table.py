"""Tables stay as they stand in their file; large ones keep their first rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.problem import Note, Problem
from qwendesk.chat.documents import read_document_bytes
from qwendesk.chat.documents.limits import MOST_ROWS


def test_a_table_is_left_as_it_stands() -> None:
    text = 'name;note\nMüller;"two\nlines; one field"\n\nJäger;\n'
    document = read_document_bytes("a.csv", text.encode())
    assert document.pages[0].text == text
    assert document.whole


def test_rows_beyond_the_limit_are_counted() -> None:
    rows = ["id,text", *(f'{at},"line\nbreak"' for at in range(MOST_ROWS + 41))]
    document = read_document_bytes("a.csv", "\n".join(rows).encode())
    assert document.pages[0].text == "\n".join(rows[:MOST_ROWS]) + "\n"
    assert document.notes == (Note("document_rows_cut", {"name": "a.csv", "kept": MOST_ROWS, "left": 42}),)
    assert not document.whole


def test_a_quote_that_never_ends_does_not_swallow_the_table() -> None:
    text = 'a,b\n1,"2\n' + "3,4\n" * 60_000
    document = read_document_bytes("a.csv", text.encode())
    assert document.pages[0].text.count("\n") == MOST_ROWS
    assert document.notes[0].arguments["left"] == 60_002 - MOST_ROWS


def test_a_long_table_can_be_stopped() -> None:
    answers = iter([False, False])
    with pytest.raises(Problem, match="document_stopped"):
        read_document_bytes("a.csv", b"1,2\n" * 5000, lambda: next(answers, True))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.text("ab ,;|\t\"'\n", max_size=8), min_size=1, max_size=5), max_size=9),
    st.sampled_from(",;\t|"),
)
def test_every_table_that_is_not_cut_is_whole(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    document = read_document_bytes("a.csv", out.getvalue().encode())
    assert document.pages[0].text.strip() == out.getvalue().strip()
