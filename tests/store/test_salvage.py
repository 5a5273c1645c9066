"""A damaged database: everything that can be read is saved, whatever page of it is broken."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from qwendesk.api.problem import Problem
from qwendesk.chat.history import History
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows
from qwendesk.store.salvage import salvage

PAGE = 4096
CHATS, MESSAGES = 60, 4


@pytest.fixture
def filled(tmp_path: Path) -> bytes:
    """The bytes of a database with chats in it, closed and without a journal."""
    store = Store(tmp_path / "filled.db")
    with store.write() as db:
        for chat in range(1, CHATS + 1):
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, '', '', 0, 0, NULL, 1.0, 2.0, '', 'm', NULL, NULL, '')",
                (chat, f"Chat {chat}"),
            )
            for at in range(MESSAGES):
                id, role = chat * 100 + at, "user" if at % 2 == 0 else "assistant"
                db.execute(
                    "INSERT INTO messages VALUES (?, ?, ?, ?, ?, '', 'done', 'm', 1.5, '', 1, '{}')",
                    (id, chat, id - 1 if at else None, role, f"Words {id} " + "and more of them " * 10),
                )
    store.close()
    return (tmp_path / "filled.db").read_bytes()


@pytest.fixture
def damaged(tmp_path: Path, filled: bytes) -> Callable[[int], Store]:
    """A copy in which one page holds nonsense."""

    def make(page: int) -> Store:
        path = tmp_path / f"page-{page}" / "qwendesk.db"
        path.parent.mkdir()
        data = bytearray(filled)
        data[page * PAGE : (page + 1) * PAGE] = b"\xa5" * PAGE
        path.write_bytes(data)
        return Store(path)

    return make


def test_nothing_is_lost_of_a_database_that_is_whole(tmp_path: Path, filled: bytes) -> None:
    path = tmp_path / "whole" / "qwendesk.db"
    path.parent.mkdir()
    path.write_bytes(filled)
    store = Store(path)
    assert store.faults() == []
    saved = salvage(store)
    assert saved.rows == CHATS * (1 + MESSAGES)
    assert saved.aside.read_bytes() == filled
    assert len(store.rows("SELECT 1 FROM messages")) == CHATS * MESSAGES
    assert store.faults() == []
    store.close()


def test_whatever_page_is_broken_the_rest_is_saved(damaged: Callable[[int], Store], filled: bytes) -> None:
    """Each page in turn: the new database is in order, and most messages are there unless SQLite's own
    table of tables is hit, without which nothing can be found."""
    for page in range(1, len(filled) // PAGE):
        store = damaged(page)
        salvage(store)
        assert store.faults() == [], page
        messages = store.rows("SELECT conversation, parent FROM messages")
        chats = {row["id"] for row in store.rows("SELECT id FROM conversations")}
        assert {row["conversation"] for row in messages} <= chats, page
        store.close()


def test_a_chat_whose_row_is_lost_is_made_again_of_its_messages(
    damaged: Callable[[int], Store], filled: bytes
) -> None:
    found = []
    for page in range(1, len(filled) // PAGE):
        store = damaged(page)
        try:
            chats = store.rows("SELECT 1 FROM conversations")
        except Problem:
            chats = []
        salvage(store)
        titles = {row["title"] for row in store.rows("SELECT title FROM conversations")}
        if not chats and any(one.startswith("Words ") for one in titles):
            found.append(page)
            history = History(ConversationRows(store), store.path.parent / "attachments", lambda _event: None)
            shown = history.entries()
            assert len(shown) == len(titles) == CHATS
            assert len(history.open(shown[0].about.id).turns) == MESSAGES
            history.close()
        store.close()
    assert found, "no page is the root of the table of chats"


def test_a_file_of_nonsense_makes_way_for_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "qwendesk.db"
    path.write_bytes(b"\x07" * 10_000)
    store = Store(path)
    with pytest.raises(Problem, match="store_broken"):
        store.rows("SELECT 1")
    saved = salvage(store)
    assert saved.rows == 0
    assert saved.aside.read_bytes() == b"\x07" * 10_000
    assert store.rows("SELECT count(*) FROM messages")[0][0] == 0
    store.close()


def test_one_that_is_encrypted_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "qwendesk.db"
    sealed = random.Random(1).randbytes(PAGE * 3)
    path.write_bytes(sealed)
    store = Store(path)
    with pytest.raises(Problem, match="store_is_locked"):
        salvage(store)
    assert path.read_bytes() == sealed


@pytest.mark.parametrize("page", [b"\x81" * PAGE, b"Some text. " * 372 + b"abcd"])
def test_whole_pages_of_anything_else_are_damage_and_no_lock(tmp_path: Path, page: bytes) -> None:
    path = tmp_path / "qwendesk.db"
    path.write_bytes(page * 3)
    store = Store(path)
    with pytest.raises(Problem, match="store_broken"):
        store.rows("SELECT 1")
    assert salvage(store).aside.read_bytes() == page * 3
    store.close()


def test_foreign_bytes_at_the_beginning_are_no_lock(tmp_path: Path, filled: bytes) -> None:
    path = tmp_path / "qwendesk.db"
    path.write_bytes(random.Random(1).randbytes(100) + filled[100:])
    assert len(filled) % PAGE == 0
    store = Store(path)
    assert not store.locked
    with pytest.raises(Problem, match="store_broken"):
        store.rows("SELECT 1")
    salvage(store)
    assert store.rows("SELECT count(*) FROM messages")[0][0] == 0
    store.close()


def test_faults_are_found_that_a_look_does_not_meet(tmp_path: Path, filled: bytes) -> None:
    """A page that is another one's: SQLite reads it without complaint."""
    seen = 0
    for page in range(16, len(filled) // PAGE - 1):
        path = tmp_path / str(page) / "qwendesk.db"
        path.parent.mkdir()
        path.write_bytes(
            filled[: page * PAGE]
            + filled[(page + 1) * PAGE : (page + 2) * PAGE]
            + filled[(page + 1) * PAGE :]
        )
        store = Store(path)
        with contextlib.suppress(Problem):
            assert store.rows("SELECT 1 FROM migrations")
            seen += bool(store.faults())
        store.close()
    assert seen
