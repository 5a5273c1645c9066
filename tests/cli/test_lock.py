"""The lock at the command line: set, asked for, changed, taken away; nobody reads without the passphrase."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("sqlcipher3", reason="sqlcipher3 is not installed: no lock here")

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SECRET = "zanzibar"


def traces(home: Path) -> list[str]:
    files = [one for one in home.rglob("*") if one.is_file()]
    return [one.name for one in files if SECRET.encode() in one.read_bytes()]


@pytest.fixture
def home(tmp_path: Path, qwendesk: Run) -> Path:
    """A home in which something was said."""
    assert qwendesk("chat", "-p", f"My word is {SECRET}").returncode == 0
    folder = tmp_path / "home"
    (folder / "prompt-history").write_text(f"+{SECRET}\n")
    assert len(traces(folder)) >= 2
    return folder


def with_passphrase(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("QWENDESK_PASSPHRASE", text)


def test_locked_by_a_script_and_used_with_the_variable(
    home: Path, qwendesk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = qwendesk("lock", input="open sesame\n")
    assert done.returncode == 0, done.stderr
    assert "locked" in done.stderr
    assert traces(home) == []
    for command in (["conversations", "list"], ["list"], ["chat", "-p", "Hello"], ["lock", "--change"]):
        refused = qwendesk(*command)
        assert refused.returncode == 1
        assert "passphrase" in refused.stderr
        assert SECRET not in refused.stdout
    with_passphrase(monkeypatch, "wrong")
    assert "does not open" in qwendesk("conversations", "list").stderr
    with_passphrase(monkeypatch, "open sesame")
    assert SECRET in qwendesk("conversations", "search", SECRET).stdout
    assert qwendesk("chat", "-p", f"Again {SECRET}").returncode == 0
    assert qwendesk("conversations", "search", SECRET).stdout.count("Again") >= 1
    assert traces(home) == []


def test_changed_and_taken_away(home: Path, qwendesk: Run) -> None:
    assert qwendesk("lock", input="old\n").returncode == 0
    assert "does not open" in qwendesk("lock", "--change", input="wrong\nnew\n").stderr
    assert qwendesk("lock", "--change", input="old\nnew\n").returncode == 0
    assert qwendesk("unlock", "--for-good", input="old\n").returncode == 1
    assert traces(home) == []
    assert qwendesk("unlock", "--for-good", input="new\n").returncode == 0
    assert SECRET in qwendesk("conversations", "search", SECRET).stdout


def test_what_makes_no_sense_is_told(home: Path, qwendesk: Run) -> None:
    assert "not locked" in qwendesk("lock", "--change").stderr
    assert "not locked" in qwendesk("unlock").stderr
    assert "at least one character" in qwendesk("lock", input="\n").stderr
    assert traces(home) != []


def test_without_a_keyring_it_says_so(home: Path, qwendesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    qwendesk("lock", input="a\n")
    told = qwendesk("unlock", input="a\n")
    assert told.returncode == 1
    assert "keyring" in told.stderr
    assert "not in the keyring" in qwendesk("lock").stderr


def test_workers_do_not_get_the_passphrase(
    home: Path, qwendesk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qwendesk.runtimes.launch import Launch
    from qwendesk.runtimes.spawn import spawn

    with_passphrase(monkeypatch, "open sesame")
    child = spawn(Launch((sys.executable, "-c", "import os; print('QWENDESK_PASSPHRASE' in os.environ)")))
    out, _ = child.communicate()
    assert out.strip() == b"False"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_it_is_asked_for_without_echo(home: Path, qwendesk: Run) -> None:
    assert qwendesk("lock", input="open sesame\n").returncode == 0
    said = at_terminal(home, ["wrong", "open sesame"], "conversations", "search", SECRET)
    assert "does not open" in said
    assert SECRET in said
    assert "sesame" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_new_one_is_typed_twice_after_a_warning(home: Path) -> None:
    said = at_terminal(home, ["one", "other", "one", "one"], "lock")
    assert "cannot be recovered" in said
    assert "locked" in said
    assert traces(home) == []


def at_terminal(home: Path, typed: list[str], *arguments: str) -> str:
    """What a terminal shows while these lines are typed, one at each question."""
    import pty

    leader, follower = pty.openpty()
    environment = os.environ | {"QWENDESK_HOME": str(home), "QT_QPA_PLATFORM": "", "TERM": "dumb"}
    command = [sys.executable, "-m", "qwendesk", *arguments]
    child = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
    )
    os.close(follower)
    said, left = "", list(typed)
    while True:
        select.select([leader], [], [], 60)
        try:
            piece = os.read(leader, 4096).decode("utf-8", "replace")
        except OSError:  # the end, as Linux tells it
            break
        if not piece:
            break
        said += piece
        if left and said.rstrip("\r\n ").endswith(":") and piece.endswith(": "):
            os.write(leader, left.pop(0).encode() + b"\n")
    child.wait()
    os.close(leader)
    return said
