"""Words as the index splits them, in scripts that write them apart and in those that do not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.chat import wording

TEXTS = {
    1: "请检查这份合同的条款。",
    2: "The contract says: café, 100 %, naïve_names.",
    3: "계약서를 확인해 주세요",
    4: "契約書を確認してください",
    5: "GPT合同模板 v2",
    6: "同合",
}
Found = Callable[[str], list[int]]


@pytest.fixture
def found() -> Iterator[Found]:
    with sqlite3.connect(":memory:") as db:
        db.execute(
            "CREATE VIRTUAL TABLE words USING fts5 (text, content='', tokenize='unicode61', prefix='2 3')"
        )
        db.executemany(
            "INSERT INTO words (rowid, text) VALUES (?, ?)",
            [(id, wording.indexed(text)) for id, text in TEXTS.items()],
        )

        def ask(typed: str) -> list[int]:
            rows = db.execute("SELECT rowid FROM words WHERE words MATCH ?", (wording.match(typed),))
            return [id for (id,) in rows]

        yield ask
    db.close()


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("合同", [1, 5]),
        ("合同 条款", [1]),
        ("合", [1, 5, 6]),
        ("gpt合同", [5]),
        ("계약", [3]),
        ("확인해", [3]),
        ("契約書", [4]),
        ("ください", [4]),
        ("contract", [2]),
        ("contr", [2]),
        ("CAFE", [2]),
        ('"contract says"', [2]),
        ('"says contract"', []),
        ("naïve", [2]),
    ],
)
def test_what_is_found(found: Found, typed: str, ids: list[int]) -> None:
    assert found(typed) == ids


@pytest.mark.parametrize("typed", ["", "  ", '"', "***", "()", '""'])
def test_nothing_to_look_for(typed: str) -> None:
    assert wording.match(typed) == ""


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_expression(typed: str) -> None:
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content='')")
        expression = wording.match(typed)
        if expression:
            db.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,)).fetchall()
    db.close()


def test_an_excerpt_is_a_line_around_the_first_word() -> None:
    text = "x " * 100 + "the Contract\nsays " + "y " * 200
    cut = wording.excerpt(text, "contract")
    assert "the Contract says" in cut
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert len(cut) < 250
