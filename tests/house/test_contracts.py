"""The house as DESIGN says: who may import whom, and words for everything that can go wrong."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from qwendesk.words.table import SENTENCES

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "qwendesk").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])


def test_import_contracts_hold() -> None:
    # In a process of its own: it silences the loggers of the one that it runs in.
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def reports() -> Iterator[tuple[Path, str, set[str]]]:
    """Every Problem("id", ...) and Note("id", {...}) in the sources, with its argument names."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("Problem", "Note")
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield path, first.value, arguments(node)


def arguments(node: ast.Call) -> set[str]:
    names = {one.arg for one in node.keywords if one.arg}
    for one in node.args[1:]:
        if isinstance(one, ast.Dict):
            names |= {key.value for key in one.keys if isinstance(key, ast.Constant)}
    return names


def test_every_problem_has_a_sentence() -> None:
    missing = {f"{path.name}: {id}" for path, id, _ in reports() if id not in SENTENCES}
    assert not missing


def test_sentences_name_only_arguments_that_exist() -> None:
    wrong = []
    for path, id, given in reports():
        wanted = {
            name for text in SENTENCES.get(id, ()) for _, name, _, _ in string.Formatter().parse(text) if name
        }
        if not wanted <= given:
            wrong.append(f"{path.name}: {id} lacks {wanted - given}")
    assert not wrong


def test_sentences_are_sentences() -> None:
    for what, next_step in SENTENCES.values():
        assert re.match(r"[A-Z{“(]", what), what
        assert re.search(r"[.}”]$", what), what
        assert not next_step or re.search(r"[.}]$", next_step), next_step
