"""What may help after a failure, on the command line: flags and commands on standard error."""

from __future__ import annotations

import json
from pathlib import Path

from fakes.long_context import missing_tensor, unknown_architecture

from .conftest import Run


def test_a_broken_file_is_told_with_the_command_that_checks_it(qwendesk: Run, tmp_path: Path) -> None:
    model = missing_tensor(tmp_path)
    done = qwendesk("chat", str(model.path), "-p", "Hello", "--no-save", "--runtime", "llamaserver")
    assert done.returncode == 1
    assert "damaged or incomplete" in done.stderr
    assert f"qwendesk verify {model.path}" in done.stderr
    assert qwendesk("verify", str(model.path)).returncode == 0


def test_an_architecture_that_is_too_new_is_told(qwendesk: Run, tmp_path: Path) -> None:
    model = unknown_architecture(tmp_path)
    done = qwendesk("chat", str(model.path), "-p", "Hello", "--no-save", "--runtime", "llamaserver")
    assert done.returncode == 1
    assert "older than this model" in done.stderr
    assert "qzzzz" in done.stderr


def test_doctor_tests_every_model_on_request(qwendesk: Run) -> None:
    done = qwendesk("doctor", "--models", "--json")
    checks = {one["id"]: one for one in json.loads(done.stdout)["checks"]}
    assert checks["says.seedling"]["status"] == "ok"
    assert "works with" in checks["says.seedling:F16"]["sentence"]
    assert checks["model-files.seedling"]["status"] == "ok"
