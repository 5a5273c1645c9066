"""`qwendesk tokenize` and `qwendesk render` with the real Seedling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qwendesk.api.pieces import Piece, Rendered
from qwendesk.cli import pieces

from .conftest import Run

TEXT = "<|im_start|>Hello 안녕 🌱\n"
PROMPT = "<|im_start|>user\nHi 🌱<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
SERVER = ("--runtime", "llamaserver")


def spelt(tokens: list[dict[str, Any]]) -> bytes:
    return b"".join(
        bytes.fromhex(one["bytes"]) if one["text"] is None else one["text"].encode() for one in tokens
    )


def test_tokens_as_data(qwendesk: Run, seedling: Path) -> None:
    done = qwendesk("tokenize", "seedling", TEXT, "--json", *SERVER)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert list(data) == ["model", "runtime", "count", "tokens"]
    assert data["model"] == {"path": str(seedling)}
    assert data["runtime"]["id"] == "llamaserver"
    assert data["count"] == len(data["tokens"])
    assert [one["text"] for one in data["tokens"] if one["special"]] == ["<|im_start|>"]
    assert any(one["text"] is None for one in data["tokens"])
    assert spelt(data["tokens"]) == TEXT.encode()


def test_special_tokens_as_text(qwendesk: Run) -> None:
    data = json.loads(qwendesk("tokenize", "seedling", TEXT, "--json", "--no-special", *SERVER).stdout)
    assert not any(one["special"] for one in data["tokens"])
    assert spelt(data["tokens"]) == TEXT.encode()


def test_tokens_as_lines(qwendesk: Run) -> None:
    done = qwendesk("tokenize", "seedling", *SERVER, input="<|im_end|>a\r\nb")
    first, *lines = done.stdout.splitlines()
    assert first == f"{len(lines)} tokens"
    assert len({line.index("  ") if line[0] != " " else None for line in lines} - {None}) == 1
    assert lines[0].endswith("  <|im_end|>")
    assert '"\\r' in done.stdout, "standard input is taken to the letter"


def test_the_prompt_to_the_letter(qwendesk: Run) -> None:
    done = qwendesk("render", "seedling", "-p", "Hi 🌱", "--no-think", *SERVER)
    assert (done.returncode, done.stdout) == (0, PROMPT)
    assert "no thinking" in done.stderr
    data = json.loads(qwendesk("render", "seedling", "-p", "Hi 🌱", "--no-think", "--json", *SERVER).stdout)
    assert list(data) == ["model", "runtime", "prompt", "tokens", "count", "thinking"]
    assert (data["prompt"], data["thinking"]) == (PROMPT, "closed")
    assert spelt(data["tokens"]) == PROMPT.encode()
    assert data["count"] == len(data["tokens"])


def test_a_conversation_and_tools_from_files(qwendesk: Run, tmp_path: Path) -> None:
    talk, tools = tmp_path / "talk.json", tmp_path / "tools.json"
    call = {"id": "1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    talk.write_text(
        json.dumps(
            [
                {"role": "user", "content": "Add."},
                {"role": "assistant", "content": None, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "1", "content": "2"},
            ]
        ),
        encoding="utf-8",
    )
    tools.write_text(json.dumps([{"name": "add", "description": "Adds."}]), encoding="utf-8")
    done = qwendesk(
        "render", "seedling", "--messages", str(talk), "--tools", str(tools), "--system", "Be brief.", *SERVER
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("<|im_start|>system\nBe brief.")
    assert '"Adds."' in done.stdout
    assert '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>' in done.stdout
    assert "<tool_response>\n2\n</tool_response>" in done.stdout


def test_a_prompt_longer_than_the_context_is_rendered(qwendesk: Run) -> None:
    done = qwendesk("render", "seedling", "--json", *SERVER, input="word " * 3000)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["count"] > 3000


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("tokenize",), 2, "MODEL"),
        (("tokenize", "no-such-model", "x"), 1, "no-such-model"),
        (("tokenize", "seedling", "x", "--runtime", "nope"), 2, "nope"),
        (("render", "seedling", "-p", "x", "--messages", "y"), 2, "together"),
        (("render", "seedling"), 2, "nothing to render"),
        (("render", "seedling", "--messages", "none.json"), 1, "none.json"),
        (("render", "seedling", "--messages", "."), 1, "cannot be read"),
        (("render", "seedling", "--messages", "broken.json"), 1, "not valid JSON"),
        (("render", "seedling", "--messages", "wrong.json"), 1, "$[0].role"),
        (("render", "seedling", "-p", "x", "--tools", "wrong.json"), 1, "$[0]"),
        (("render", "seedling", "-p", "x", "--tools", "broken.json"), 1, "not valid JSON"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    qwendesk: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "wrong.json").write_text('[{"role": "robot"}]', encoding="utf-8")
    done = qwendesk(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_on_a_terminal_special_tokens_stand_out_and_nothing_drives_it(tmp_path: Path) -> None:
    import pty

    master, slave = pty.openpty()
    command = ["--home", str(tmp_path), "render", "seedling", "-p", "a\x1b[2Jb", *SERVER]
    with subprocess.Popen(
        [sys.executable, "-m", "qwendesk", *command], stdin=slave, stdout=slave, stderr=subprocess.DEVNULL
    ) as process:
        os.close(slave)
        shown = b""
        try:
            while data := os.read(master, 65536):
                shown += data
        except OSError:
            pass  # Linux's way to say that the other end is closed
        process.wait(60)
    os.close(master)
    assert b"\x1b[36m\x1b[1m<|im_start|>\x1b[0muser" in shown
    assert b"a\\x1b[2Jb" in shown


def test_lines_are_harmless_and_mark_what_is_special() -> None:
    lines = list(
        pieces.listed([Piece(7, b"a\x1b\n\xc2\x9b"), Piece(1234, b"<x\x1b>", True), Piece(8, b"\xe4\xb8")])
    )
    assert lines[0] == '   7  "a\\u001b\\n\\x9b"'
    assert "<x\\x1b>" in lines[1]
    assert lines[2] == "   8  e4 b8"


def test_a_tokenizer_that_changes_the_text_is_shown_as_the_text() -> None:
    assert pieces.painted(Rendered("a\x1b", (Piece(1, b"b", True),), "absent")) == "a\\x1b"
