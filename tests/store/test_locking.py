"""The lock: everything is there afterwards, nothing can be read without the passphrase, no step loses anything."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.history import History
from qwendesk.store import driver, migrations, sweeping
from qwendesk.store.attachments import AttachmentFiles, sealed, sealed_place, unsealed
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows
from qwendesk.store.ledger import LedgerRows
from qwendesk.store.locking import LockAdvanced, Locking

pytest.importorskip("sqlcipher3", reason="sqlcipher3 is not installed: no lock here")

SECRET = "zanzibar"
ATTACHED = f"[file: a.txt]\nThe {SECRET} plan.".encode()
ROWS = """SELECT m.answer, c.title, c.system, c.draft FROM messages m JOIN conversations c
    ON c.id = m.conversation ORDER BY m.id"""


class Home:
    """A home with a history in it, as the application has it."""

    def __init__(self, folder: Path, passphrase: str | None = None) -> None:
        self.folder = folder
        self.told: list[object] = []
        self.store = Store(folder / "qwendesk.db", lambda: passphrase)
        self.history = History(ConversationRows(self.store), folder / "attachments", lambda event: None)
        self.files = AttachmentFiles(folder / "attachments", self.store.attachment_key)
        plain = [folder / "prompt-history"]
        self.locking = Locking(self.store, folder / "attachments", plain, self.told.append)

    def fill(self) -> None:
        said = Conversation(f"You keep the {SECRET}.")
        attachment = self.history.attach("a.txt", "text", ATTACHED)
        asked = said.ask(f"What about {SECRET}?", attachments=(attachment,))
        self.history.writer.put(said.about, asked)
        self.history.writer.put_prompt(said.id, asked.id, SECRET)
        self.history.change(said.id, draft=f"And {SECRET}")
        self.history.index()
        (self.folder / "prompt-history").write_text(f"+{SECRET}\n")
        (self.folder / "attachments" / "21" / "213cyz.part").write_text(f"{SECRET}")
        self.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.folder / "qwendesk.db", self.folder / "qwendesk.db.before-m0002")

    def holds_everything(self) -> None:
        """Whatever was said is there, is found, and its attachment can be read."""
        (entry,) = self.history.entries()
        opened = self.history.open(entry.about.id)
        assert opened.system == f"You keep the {SECRET}."
        assert opened.about.draft == f"And {SECRET}"
        assert opened.messages()[1].content == f"{ATTACHED.decode()}\n\nWhat about {SECRET}?"
        assert self.history.prompt(opened.turns[0].id) == SECRET
        assert [one.conversation for one in self.history.search(SECRET)] == [entry.about.id]

    def close(self) -> None:
        self.history.close()
        self.store.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "home")
    made.fill()
    yield made
    made.close()


def again(home: Home, passphrase: str | None) -> Home:
    home.close()
    return Home(home.folder, passphrase)


def told(do: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        do()
    return caught.value.id


def names(folder: Path) -> list[str]:
    """What lies in the home, without SQLite's and the lock's own files."""
    found = (one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
    return sorted(one for one in found if not one.endswith(("-wal", "-shm", ".lock")))


def traces(folder: Path) -> list[str]:
    """Files with the secret in them, in any of its encodings."""
    forms = [SECRET.encode(), SECRET.encode("utf-16-le"), SECRET.upper().encode()]
    files = [one for one in folder.rglob("*") if one.is_file()]
    return [one.name for one in files if any(form in one.read_bytes() for form in forms)]


def test_locked_everything_is_there_and_nothing_can_be_read(home: Home) -> None:
    assert len(traces(home.folder)) >= 4
    home.locking.lock("open sesame")
    assert traces(home.folder) == []
    home.holds_everything()
    assert traces(home.folder) == []
    home = again(home, "open sesame")
    assert traces(home.folder) == []
    home.holds_everything()
    assert [one for one in names(home.folder) if "attachments" not in one] == ["qwendesk.db"]
    assert home.store.locked
    home.close()


def test_new_messages_and_attachments_are_encrypted_too(home: Home) -> None:
    home.locking.lock("open sesame")
    attachment = home.history.attach("b.txt", "text", f"more {SECRET}".encode())
    said = Conversation()
    home.history.writer.put(said.about, said.ask(f"New {SECRET}", attachments=(attachment,)))
    assert home.history.writer.flush()
    assert attachment.text() == f"more {SECRET}"
    assert traces(home.folder) == []
    home.history.remove([said.id])
    assert not attachment.path.exists()


def test_an_attachment_from_before_the_lock_is_still_read(home: Home) -> None:
    held = home.history.attach("a.txt", "text", ATTACHED)
    home.locking.lock("open sesame")
    assert held.read() == ATTACHED
    home.locking.unlock_for_good("open sesame")
    assert held.read() == ATTACHED


def test_unlocked_for_good_it_is_as_it_was(home: Home) -> None:
    def dump() -> list[str]:
        with closing(sqlite3.connect(home.folder / "qwendesk.db")) as db:
            return sorted(db.iterdump())

    home.history.close()
    before, files = dump(), [one for one in names(home.folder) if "." not in one and "history" not in one]
    home.locking.lock("open sesame")
    home.locking.unlock_for_good("open sesame")
    assert dump() == before
    assert [one for one in names(home.folder) if one != "qwendesk.db"] == files
    home = again(home, None)
    home.holds_everything()
    home.close()


def test_a_changed_passphrase_is_the_only_one(home: Home) -> None:
    home.locking.lock("old")
    assert told(lambda: home.locking.change("wrong", "new")) == "store_passphrase_wrong"
    home.holds_everything()
    home.locking.change("old", "new")
    home.holds_everything()
    home = again(home, "old")
    assert told(lambda: home.store.rows("SELECT 1")) == "store_passphrase_wrong"
    home.store.unlock("new")
    home.holds_everything()
    home.close()


def test_without_a_passphrase_or_with_a_wrong_one_nothing_opens(home: Home) -> None:
    home.locking.lock("open sesame")
    home = again(home, None)
    assert told(lambda: home.store.rows("SELECT 1")) == "store_locked"
    assert told(lambda: home.store.unlock("Open Sesame")) == "store_passphrase_wrong"
    assert told(lambda: home.store.unlock("\udcff")) == "store_passphrase_wrong"
    assert told(lambda: home.store.rows("SELECT 1")) == "store_locked"
    home.store.unlock("open sesame")
    home.holds_everything()
    home.close()


def test_without_sqlcipher_it_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.locking.lock("open sesame")
    home = again(home, "open sesame")
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    assert told(lambda: home.store.rows("SELECT 1")) == "store_locked_unsupported"
    home.close()


def test_what_makes_no_sense_is_told(home: Home) -> None:
    for unusable in ("", "a\nb", "a\0b", "\udcff"):
        assert told(lambda one=unusable: home.locking.lock(one)) == "passphrase_unusable"  # type: ignore[misc]
    assert told(lambda: home.locking.change("a", "b")) == "store_is_plain"
    assert told(lambda: home.locking.unlock_for_good("a")) == "store_is_plain"
    home.locking.lock("a")
    assert told(lambda: home.locking.lock("b")) == "store_is_locked"
    home.holds_everything()


def test_one_passphrase_whatever_the_keyboard_sends(home: Home) -> None:
    word = "q'u\"é ß 密码; x'00' 🙂"
    home.locking.lock(unicodedata.normalize("NFD", word))
    home = again(home, unicodedata.normalize("NFC", word))
    home.holds_everything()
    home.close()


def test_progress_is_told(home: Home) -> None:
    home.locking.lock("a")
    assert home.told == [
        LockAdvanced("copying"),
        LockAdvanced("checking"),
        LockAdvanced("attachments", 0, 1),
        LockAdvanced("sweeping", 0, 1),
        LockAdvanced("sweeping", 1, 1),
    ]


def test_what_fails_on_the_way_changes_nothing(home: Home) -> None:
    before = names(home.folder)

    def fail(event: object) -> None:
        if isinstance(event, LockAdvanced) and event.phase == "attachments":
            raise OSError(28, "No space left on device")

    failing = Locking(home.store, home.folder / "attachments", (), fail)
    assert told(lambda: failing.lock("a")) == "lock_failed"
    assert names(home.folder) == before
    home.holds_everything()
    home.locking.lock("a")
    before = names(home.folder)
    assert told(lambda: failing.unlock_for_good("a")) == "lock_failed"
    assert names(home.folder) == before
    assert traces(home.folder) == []
    home.holds_everything()


USER = """
import sys
from pathlib import Path
from qwendesk.store.connection import Store
store = Store(Path(sys.argv[1]), lambda: "a")
store.rows("SELECT * FROM queue")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("locked", [False, True])
def test_while_another_process_has_it_open_the_lock_stays_as_it_is(home: Home, locked: bool) -> None:
    if locked:
        home.locking.lock("a")
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(home.store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    )
    with user:
        assert user.stdout is not None
        assert user.stdout.readline().strip() == b"open"
        do = (lambda: home.locking.unlock_for_good("a")) if locked else (lambda: home.locking.lock("a"))
        assert told(do) == "store_in_use"
        home.holds_everything()
        user.communicate()
    do()
    home.holds_everything()


def test_a_file_that_was_replaced_is_not_written_to(home: Home) -> None:
    other = home.folder / "other.db"
    with closing(Store(other)) as made:
        made.rows("SELECT 1")
    home.history.close()
    home.store.rows("SELECT 1")
    other.replace(home.store.path)
    before = home.store.path.read_bytes()
    assert told(lambda: home.store.rows("SELECT 1")) == "store_moved"
    row = (1.0, "h", "GET", "a", "w", "s", 1, 1, None, None, "")
    assert told(lambda: LedgerRows(home.store).insert(row)) == "store_moved"
    home.store.close()
    assert home.store.path.read_bytes() == before


WRITER = """
import sys
from pathlib import Path
from qwendesk.store.connection import Store
from qwendesk.store.ledger import LedgerRows
rows = LedgerRows(Store(Path(sys.argv[1]), lambda: "a"))
for n in range(50):
    rows.insert((float(n), sys.argv[2], "GET", "a", "w", "s", 1, 1, None, None, ""))
"""


def test_several_processes_use_one_locked_home(home: Home) -> None:
    home.locking.lock("a")
    command = [sys.executable, "-c", WRITER, str(home.store.path)]
    writers = [subprocess.Popen([*command, str(n)], env=dict(os.environ)) for n in range(3)]
    assert [one.wait() for one in writers] == [0] * 3
    assert home.store.rows("SELECT count(*) FROM ledger")[0][0] == 150
    home.holds_everything()


def test_the_copy_before_a_migration_is_locked_as_well(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.locking.lock("a")
    home = again(home, "a")
    monkeypatch.setitem(migrations._STEPS, "m9999_more", lambda db: db.execute("CREATE TABLE more (x)"))
    home.store.rows("SELECT * FROM more")
    assert driver.opens(home.folder / "qwendesk.db.before-m9999", "a")
    assert traces(home.folder) == []
    home.close()


CHILD = """
import os, signal, sys
from pathlib import Path
from qwendesk.store.connection import Store
from qwendesk.store.locking import Locking
deed, home, fatal = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
seen = 0
def step(event):
    global seen
    seen += 1
    if seen == fatal:
        os.kill(os.getpid(), signal.SIGKILL) if hasattr(signal, "SIGKILL") else os._exit(1)
def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if (writes or event in ("os.rename", "os.link", "os.remove")) and str(home) in str(arguments[0]):
        step(event)
locking = Locking(Store(home / "qwendesk.db", lambda: "old"), home / "attachments", [home / "prompt-history"], step)
sys.addaudithook(watch)
{"lock": lambda: locking.lock("new"), "change": lambda: locking.change("old", "new"),
 "unlock": lambda: locking.unlock_for_good("old")}[deed]()
"""


def opened_after(folder: Path) -> tuple[Home, str]:
    """The home as the next start finds it, with the passphrase that opens it."""
    path = folder / "qwendesk.db"
    assert path.is_file()
    if not driver.is_locked(path):
        return Home(folder), ""
    passphrase = next(one for one in ("old", "new") if driver.opens(path, one))
    return Home(folder, passphrase), passphrase


@pytest.mark.parametrize(
    ("deed", "ends"), [("lock", {"", "new"}), ("change", {"old", "new"}), ("unlock", {"old", ""})]
)
@pytest.mark.timeout(300)
def test_killed_at_any_step_it_is_the_old_home_or_the_new_one(
    home: Home, tmp_path: Path, deed: str, ends: set[str]
) -> None:
    if deed != "lock":
        home.locking.lock("old")
    home.close()
    found: list[str] = []
    for fatal in range(1, 100):
        folder = tmp_path / "victim"
        shutil.copytree(home.folder, folder)
        command = [sys.executable, "-c", CHILD, deed, str(folder), str(fatal)]
        killed = subprocess.run(command, env=dict(os.environ), check=False).returncode
        survivor, passphrase = opened_after(folder)
        survivor.holds_everything()
        survivor.close()
        found.append(passphrase)
        assert [one for one in names(folder) if one.endswith((".new", ".old", ".change"))] == []
        assert len([one for one in names(folder) if "attachments" in one and ".part" not in one]) == 1
        if passphrase:
            assert set(traces(folder)) <= {"prompt-history"}
        shutil.rmtree(folder)
        if killed == 0:
            break
    assert killed == 0
    assert len(found) > 8
    assert set(found) == ends
    before, after = found.index(found[-1]), len(found)
    assert set(found[before:after]) == {found[-1]}


def test_a_note_that_names_strange_files_removes_none(home: Home) -> None:
    precious = home.folder.parent / "precious"
    precious.write_text("mine")
    home.close()
    for text in ('{"locks": false, "old": ["../precious"]}', "no json", '{"locks": 1}', "{}"):
        (home.folder / "qwendesk.db.change").write_text(text)
        sweeping.sweep(home.store.path, locked=False)
        assert precious.read_text() == "mine"
        assert not (home.folder / "qwendesk.db.change").exists()
    home = again(home, None)
    home.holds_everything()
    home.close()


def test_a_second_name_of_the_database_is_not_overwritten(home: Home) -> None:
    home.close()
    os.link(home.store.path, sweeping.old_file(home.store.path))
    sweeping.begin(home.store.path, sweeping.Change(locks=True))
    sweeping.sweep(home.store.path, locked=False)
    assert not sweeping.old_file(home.store.path).exists()
    home = again(home, None)
    home.holds_everything()
    home.close()


def test_sealed_files_of_another_home_are_left_alone(home: Home) -> None:
    strange = sealed_place(home.folder / "attachments", "0" * 64, b"k" * 32)
    strange.parent.mkdir(parents=True, exist_ok=True)
    strange.write_bytes(b"sealed elsewhere")
    home.locking.lock("a")
    home.locking.unlock_for_good("a")
    assert strange.read_bytes() == b"sealed elsewhere"
    home.holds_everything()


@given(content=st.binary(max_size=200), place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_sealed_it_comes_back_and_any_change_is_noticed(content: bytes, place: int, flip: int) -> None:
    key, sha256 = b"k" * 32, "ab" * 32
    name = sealed_place(Path(), sha256, key).name
    data = sealed(content, sha256, key)
    assert unsealed(data, name, key) == (sha256, content)
    changed = bytearray(data)
    changed[place % len(data)] ^= flip
    for bad in (bytes(changed), data[: place % len(data)], data + b"x"):
        with pytest.raises(OSError, match="changed"):
            unsealed(bad, name, key)


@settings(max_examples=30)
@given(data=st.binary(max_size=64) | st.binary(min_size=16, max_size=16).map(lambda one: one * 256))
def test_a_file_of_anything_is_one_problem_or_a_new_database(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "qwendesk.db"
    path.write_bytes(data)
    with closing(Store(path)) as store:
        if len(data) < 16:
            return  # SQLite takes it for a new one, or does not: nothing is lost
        assert told(lambda: store.rows("SELECT 1")) in ("store_broken", "store_locked")
        assert path.read_bytes() == data
