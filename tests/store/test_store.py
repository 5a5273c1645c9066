"""The database: migrations in order and once, a copy before each, several processes, damage told."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qwendesk.api.problem import Problem
from qwendesk.store import migrations
from qwendesk.store.connection import Store
from qwendesk.store.ledger import LedgerRows


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "home" / "qwendesk.db"


def problem(store: Store) -> Problem:
    with pytest.raises(Problem) as caught:
        store.rows("SELECT 1")
    store.close()
    return caught.value


def test_nothing_is_made_before_the_first_use(place: Path) -> None:
    Store(place).close()
    assert not place.parent.exists()


def test_a_new_database_has_every_table_and_no_copy(place: Path) -> None:
    with closing(Store(place)) as store:
        names = [row["name"] for row in store.rows("SELECT name FROM migrations ORDER BY name")]
    assert names == sorted(migrations._STEPS)
    assert not list(place.parent.glob("*.before-*"))


def test_a_database_whose_folder_cannot_be_written_is_read(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = (1.0, "h", "GET", "a", "w", "s", 1, 1, None, None, "")
    with closing(Store(place)) as store:
        LedgerRows(store).insert(row)
    before = place.read_bytes()
    monkeypatch.setattr("os.access", lambda *_: False)  # the superuser may write everywhere
    with closing(Store(place)) as store:
        assert [one["host"] for one in store.rows("SELECT host FROM ledger")] == ["h"]
        assert store.faults() == []
        with pytest.raises(Problem, match="store_read_only"):
            LedgerRows(store).insert(row)
        assert [one.name for one in place.parent.iterdir() if one.name.endswith(("-wal", "-shm"))] == []
    assert place.read_bytes() == before


def test_numbers_are_unique_and_in_order() -> None:
    names = list(migrations._STEPS)
    assert names == sorted(names)
    assert [name[:5] for name in names] == [f"m{n:04}" for n in range(1, len(names) + 1)]


def test_a_migration_comes_once_and_after_a_copy(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store(place)) as store:
        LedgerRows(store).insert((1.0, "h", "GET", "a", "w", "s", 1, 1, None, None, ""))

    def m9999_more(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE more (x INTEGER)")
        db.execute("DELETE FROM ledger")

    monkeypatch.setitem(migrations._STEPS, "m9999_more", m9999_more)
    for _ in range(2):
        with closing(Store(place)) as store:
            assert store.rows("SELECT * FROM more") == []
    (copy,) = place.parent.glob("*.before-*")
    assert copy.name == "qwendesk.db.before-m9999"
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT COUNT(*) FROM ledger").fetchone() == (1,)


def test_a_migration_that_fails_leaves_what_was(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(place).rows("SELECT 1")

    def m9999_bad(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (x INTEGER)")
        raise RuntimeError("bad")

    with monkeypatch.context() as patched:
        patched.setitem(migrations._STEPS, "m9999_bad", m9999_bad)
        with pytest.raises(RuntimeError):
            Store(place).rows("SELECT 1")
    with closing(Store(place)) as store:
        assert store.rows("SELECT name FROM sqlite_master WHERE name = 'half'") == []


def test_a_newer_database_is_not_touched(place: Path) -> None:
    with closing(Store(place)) as store, store.write() as db:
        db.execute("INSERT INTO migrations VALUES ('m9999_later')")
    assert problem(Store(place)).id == "store_newer"


def test_damage_is_told(place: Path) -> None:
    place.parent.mkdir()
    place.write_bytes(b"no database at all, but long enough to be looked at" * 50)
    assert problem(Store(place)).id == "store_broken"


def test_a_home_that_is_a_file_is_told(place: Path) -> None:
    place.parent.write_text("in the way", encoding="utf-8")
    assert problem(Store(place)).id == "store_unusable"


def fill(store: Store) -> None:
    with store.write() as db:
        db.execute("CREATE TABLE big AS SELECT zeroblob(10000000) AS x")


def begin_and_fail(store: Store) -> None:
    with store.write() as db:
        db.execute("UPDATE queue SET held = 'x'")
        raise ZeroDivisionError


def test_a_full_database_is_told(place: Path) -> None:
    with closing(Store(place)) as store:
        store.rows("PRAGMA max_page_count = 1")
        with pytest.raises(Problem) as caught:
            fill(store)
        assert caught.value.id == "store_full"
        store.rows("PRAGMA max_page_count = 1000000")
        assert LedgerRows(store).insert((1.0, "h", "GET", "a", "w", "s", 1, 1, None, None, "")) == 1


def test_a_transaction_is_whole_or_not_at_all(place: Path) -> None:
    with closing(Store(place)) as store:
        with pytest.raises(ZeroDivisionError):
            begin_and_fail(store)
        assert store.rows("SELECT held FROM queue")[0]["held"] is None


WRITER = """
import sys
from pathlib import Path
from qwendesk.store.connection import Store
from qwendesk.store.ledger import LedgerRows
rows = LedgerRows(Store(Path(sys.argv[1])))
for n in range(50):
    rows.insert((float(n), sys.argv[2], "GET", "a", "w", "s", 1, 1, None, None, ""))
"""


def test_several_processes_open_and_write_one_new_home(place: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(place), str(n)], env=dict(os.environ))
        for n in range(6)
    ]
    assert [one.wait() for one in writers] == [0] * 6
    with closing(Store(place)) as store:
        assert store.rows("SELECT COUNT(*) FROM ledger")[0][0] == 300
