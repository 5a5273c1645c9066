"""Tools, a schema and room in a full context, on the command line, with the bundled model."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Run

PLAIN = ("--no-think", "--temperature", "0", "--no-save")


def test_a_schema_shapes_the_answer(qwendesk: Run, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(
        json.dumps({"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}),
        encoding="utf-8",
    )
    done = qwendesk("chat", "-p", "What is 23 + 45?", *PLAIN, "--json-schema", str(schema))
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout)["sum"], int)
    schema.write_text("[", encoding="utf-8")
    wrong = qwendesk("chat", "-p", "What is 23 + 45?", *PLAIN, "--json-schema", str(schema))
    assert wrong.returncode == 1
    assert "schema.json" in wrong.stderr


def test_a_tool_is_offered_and_the_answer_comes(qwendesk: Run) -> None:
    done = qwendesk("chat", "-p", "What is 23 + 45?", *PLAIN, "--tool", "calculator", "--allow-tools")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert qwendesk("chat", "-p", "x", "--tool", "nothing").returncode == 2


def test_room_is_made_in_a_small_context(qwendesk: Run) -> None:
    story = "Tell the story of the small seed."
    for _ in range(2):
        told = (
            qwendesk("chat", "-p", story, "--no-think", "--temperature", "0", "--ctx", "512", "--continue")
            if _
            else (qwendesk("chat", "-p", story, "--no-think", "--temperature", "0", "--ctx", "512"))
        )
        assert told.returncode == 0, told.stderr
    long = "My name is Anna. " * 40
    full = qwendesk("chat", "-p", long, "--no-think", "--ctx", "512", "--continue")
    assert "512" in full.stderr
    made = qwendesk("chat", "-p", long, "--no-think", "--ctx", "512", "--continue", "--make-room", "skip")
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip()
