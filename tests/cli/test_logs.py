"""`qwendesk logs` after one answer of Seedling in a real worker."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Run


def test_an_answer_leaves_lines_that_can_be_filtered(qwendesk: Run) -> None:
    nothing = qwendesk("logs")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "No such line" in nothing.stderr

    assert qwendesk("chat", "seedling", "-p", "What is 23 + 45?", "--runtime", "llamaserver").returncode == 0
    shown = qwendesk("logs").stdout.splitlines()
    assert any("is ready after" in line for line in shown)
    assert not any("23 + 45" in line for line in shown)
    assert qwendesk("logs", "--last", "2").stdout.splitlines() == shown[-2:]
    (asked,) = qwendesk("logs", "--grep", "ASKED with").stdout.splitlines()
    assert "sha256:" in asked

    native = json.loads(qwendesk("logs", "--source", "worker", "--json").stdout)
    assert native
    assert {one["logger"] for one in native} == {"worker.llamaserver"}
    own = json.loads(qwendesk("logs", "--source", "application", "--json").stdout)
    assert len(native) + len(own) == len(shown)
    pid = native[0]["process"]
    assert json.loads(qwendesk("logs", "--source", str(pid), "--json").stdout) == native
    serious = json.loads(qwendesk("logs", "--level", "warning", "--json").stdout)
    assert {one["level"] for one in serious} <= {"warning", "error"}
    assert len(serious) < len(shown)


def test_wrong_usage(qwendesk: Run) -> None:
    wrong = qwendesk("logs", "--source", "everybody")
    assert wrong.returncode == 2
    assert "neither application" in wrong.stderr
    assert qwendesk("logs", "--level", "grave").returncode == 2


def test_a_home_that_is_a_file_costs_the_log_and_nothing_else(qwendesk: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way", encoding="utf-8")
    done = qwendesk("chat", "-p", "What is 23 + 45?", "--no-think")
    assert done.returncode == 0
    assert "log" not in done.stderr
    assert qwendesk("logs").returncode == 0
