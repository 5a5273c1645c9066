"""`qwendesk conversations`, and chats that go on, with the real Seedling in real processes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes.png import noise_png

from .conftest import Run

FLAGS = ("--no-think", "--temperature", "0")


def said(qwendesk: Run, question: str, *flags: str) -> str:
    done = qwendesk("chat", "-p", question, *FLAGS, *flags)
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(qwendesk: Run, *flags: str) -> list[dict[str, Any]]:
    done = qwendesk("conversations", "list", "--json", *flags)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def run(qwendesk: Run, *arguments: str) -> str:
    done = qwendesk("conversations", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_chat_goes_on_in_another_process(qwendesk: Run) -> None:
    said(qwendesk, "My name is Anna.")
    said(qwendesk, "What is the capital of France?")
    assert "Anna" in said(qwendesk, "What is my name?", "--continue", "My name")
    assert "Anna" not in said(qwendesk, "What is my name?", "--no-save")
    last, other = listed(qwendesk)
    assert (last["title"], last["messages"]) == ("My name is Anna.", 4)
    assert (other["messages"], other["model"]) == (2, "seedling")
    assert "Anna" in said(qwendesk, "What is my name?", "--continue")
    assert "Anna" in said(qwendesk, "What is my name?", "--continue", last["id"], "--no-save")
    assert listed(qwendesk)[0]["messages"] == 6
    done = qwendesk("chat", "-p", "x", "--continue", "nobody said this")
    assert (done.returncode, "nobody said this" in done.stderr) == (1, True)


def test_listed_shown_searched_renamed_and_thrown_away(qwendesk: Run) -> None:
    said(qwendesk, "My name is Anna.", "--system", "Be kind.")
    shown = run(qwendesk, "show", "last")
    assert "You" in shown
    assert "Be kind." in shown
    assert "Anna" in shown
    assert json.loads(run(qwendesk, "show", "last", "--json"))["format"] == "qwendesk-conversation"
    assert "<|im_start|>user\nMy name is Anna.<|im_end|>" in run(qwendesk, "show", "last", "--prompt")
    assert "My name is Anna." in run(qwendesk, "search", "anna")
    hit = json.loads(run(qwendesk, "search", "name", "ann", "--json"))[0]
    assert hit["conversation"] == listed(qwendesk)[0]["id"]
    assert run(qwendesk, "search", "nowhere") == ""
    run(qwendesk, "rename", "My name", "Who  I am")
    assert "Who I am" in run(qwendesk, "list")
    assert qwendesk("conversations", "rm", "Who", "misspelt").returncode == 1
    assert len(listed(qwendesk)) == 1
    run(qwendesk, "rm", "who")
    assert listed(qwendesk) == []
    assert listed(qwendesk, "--trash")[0]["title"] == "Who I am"
    run(qwendesk, "restore", "who")
    assert listed(qwendesk, "--trash", "--folder", "x") == []
    run(qwendesk, "rm", "last")
    run(qwendesk, "rm", "--forever", "who")
    assert listed(qwendesk) + listed(qwendesk, "--trash") == []
    assert qwendesk("conversations", "show", "last").returncode == 1


def test_exported_and_taken_in_again(qwendesk: Run, tmp_path: Path) -> None:
    said(qwendesk, "My name is Anna.")
    assert run(qwendesk, "export", "last").startswith("# My name is Anna.\n")
    assert "<details>" not in run(qwendesk, "export", "last", "--format", "html")
    file = tmp_path / "talk.json"
    run(qwendesk, "export", "last", str(file))
    run(qwendesk, "export", "--all", str(tmp_path / "all"))
    (written,) = (tmp_path / "all").iterdir()
    assert written.name.startswith("My-name-is-Anna-")
    assert written.suffix == ".md"
    again = qwendesk("conversations", "import", str(file))
    assert (again.returncode, "1 was here already" in again.stderr) == (0, True)
    run(qwendesk, "rm", "--forever", "last")
    run(qwendesk, "import", str(file))
    assert run(qwendesk, "export", "last", "--format", "json") == file.read_text(encoding="utf-8")
    assert "Anna" in said(qwendesk, "What is my name?", "--continue")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("export", "last", "--format", "docx"), 1, "md, html, json, txt"),
        (("export",), 2, "--all"),
        (("export", "last", "TEXT/x.md"), 1, "could not be written"),
        (("import", "/nonexistent/x.json"), 1, "/nonexistent"),
        (("import", "TEXT"), 1, "holds no conversation"),
        (("restore", "last"), 1, "There is no conversation"),
        (("show", "last", "--prompt"), 1, "No prompt"),
    ],
)
def test_what_goes_wrong(
    qwendesk: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    talk, text = tmp_path / "talk.json", tmp_path / "text.json"
    talk.write_text(json.dumps([{"role": "user", "content": "Hi"}]))
    text.write_text('{"theme": "dark"}')
    taken = qwendesk("conversations", "import", str(text), str(talk))
    assert (taken.returncode, "holds no conversation" in taken.stderr) == (1, True)
    assert "1 conversation taken in" in taken.stderr
    done = qwendesk("conversations", *(one.replace("TEXT", str(text)) for one in arguments))
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_image_is_kept_with_the_conversation(qwendesk: Run, tmp_path: Path) -> None:
    image = tmp_path / "photo.png"
    image.write_bytes(noise_png(0, 8, 8))
    done = qwendesk("chat", "-p", "What is it?", "--image", str(image))
    assert (done.returncode, "cannot see" in done.stderr) == (1, True)
    document = json.loads(run(qwendesk, "show", "last", "--json"))
    assert document["messages"][0]["attachments"][0]["name"] == "photo.png"
    assert 'src="data:image/png;base64,' in run(qwendesk, "export", "last", "--format", "html")


def test_a_home_that_cannot_be_written_does_not_stop_the_chat(qwendesk: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    image = tmp_path / "photo.png"
    image.write_bytes(noise_png(0, 8, 8))
    home = str(tmp_path / "file" / "home")
    done = qwendesk("--home", home, "chat", "-p", "What is 23 + 45?", *FLAGS)
    assert (done.returncode, "68" in done.stdout) == (0, True)
    assert done.stderr.count("The conversation is not saved:") == 1
    done = qwendesk("--home", home, "chat", "-p", "What is 23 + 45?", *FLAGS, "--no-save")
    assert "not saved" not in done.stderr
    done = qwendesk("--home", home, "chat", "-p", "What?", "--image", str(image))
    assert "cannot see" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_the_terminal_shows_where_it_goes_on(qwendesk: Run, tmp_path: Path) -> None:
    from .test_terminal import Terminal

    said(qwendesk, "My name is Anna.")
    terminal = Terminal(tmp_path / "home", "--continue")
    try:
        terminal.wait_for("Going on with")
        terminal.wait_for("> My name is Anna.")
        terminal.ask("What is my name?\r")
        terminal.wait_for("Your name is Anna")
        terminal.wait_for("to first token")
        terminal.ask("\x04")
        assert terminal.process.wait(20) == 0
    finally:
        terminal.close()
    assert listed(qwendesk)[0]["messages"] == 4


def test_put_in_order(qwendesk: Run) -> None:
    said(qwendesk, "My name is Anna.")
    run(qwendesk, "set", "last", "--archive", "--folder", "Work")
    assert not listed(qwendesk)
    assert [one["title"] for one in listed(qwendesk, "--archived", "--folder", "Work")] == [
        "My name is Anna."
    ]
    run(qwendesk, "set", "last", "--unarchive", "--pin", "--folder", "")
    assert len(listed(qwendesk)) == 1
    assert qwendesk("conversations", "set", "last").returncode == 2


def test_a_reply_is_made_again_and_compared(qwendesk: Run) -> None:
    done = qwendesk("chat", "-p", "What is 23 + 45?", "--think", "--temperature", "0.8")
    assert done.returncode == 0, done.stderr
    again = qwendesk("conversations", "repeat", "last")
    assert again.returncode == 0, again.stderr
    assert again.stdout.strip() == done.stdout.strip()
    assert "same text" in again.stderr
    assert listed(qwendesk)[0]["messages"] == 3
