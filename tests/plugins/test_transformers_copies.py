"""Quantized copies: whole or not at all, and nothing of the user's is touched beside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from qwendesk.api.problem import Problem
from qwendesk_transformers.engine import copies

FILES = ["config.json", "weights"]


class Writes:
    """A model or a tokenizer that writes one file."""

    def __init__(self, name: str, error: Exception | None = None) -> None:
        self._name, self._error = name, error

    def save_pretrained(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / self._name).write_text("x")
        if self._error is not None:
            raise self._error


def save(target: Path, error: Exception | None = None) -> None:
    copies.save(Writes("weights"), Writes("config.json", error), str(target.parent), str(target))


def test_a_copy_lies_where_it_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "new" / "copy"
    save(target)
    assert sorted(one.name for one in target.iterdir()) == FILES
    assert [one.name for one in target.parent.iterdir()] == ["copy"]
    (target / "weights").write_text("mine")
    save(target)
    assert (target / "weights").read_text() == "mine"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("broken")])
def test_one_that_fails_leaves_nothing(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(Problem) as caught:
        save(tmp_path / "copy", error)
    assert caught.value.id == "copy_failed"
    assert list(tmp_path.iterdir()) == []


def test_folders_with_names_alike_are_the_users(tmp_path: Path) -> None:
    mine = [tmp_path / "copy.part", tmp_path / ".qwendesk-copy-mine"]
    for one in mine:
        one.mkdir()
        (one / "thesis.txt").write_text("years of work")
    save(tmp_path / "copy")
    assert all((one / "thesis.txt").is_file() for one in mine)


def test_what_a_killed_process_left_is_swept_away_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    """The child holds its lock while we save, and dies without cleaning up."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom qwendesk_transformers.engine import copies\n"
        "with copies._unfinished(Path(sys.argv[1])) as part:\n"
        "    part.mkdir()\n    print(part, flush=True)\n    sys.stdin.readline()\n    os._exit(9)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    part = Path(child.stdout.readline().strip())
    assert part.is_dir()
    save(tmp_path / "first")
    assert part.is_dir()
    child.communicate("\n", timeout=60)
    assert part.is_dir()
    save(tmp_path / "second")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["first", "second"]
