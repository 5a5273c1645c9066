"""The Makefile, the README and the packaging say the same things."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_make_has_every_door() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "lint", "bench", "soak", "screenshots"} <= targets


def test_constraints_name_no_address() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "torch==2.13.0" in text
    assert "://" not in text


def test_every_plugin_is_registered_and_packed() -> None:
    folders = {one.name for one in (ROOT / "plugins").iterdir() if (one / "__init__.py").is_file()}
    points = set(PROJECT["project"]["entry-points"]["qwendesk"].values())
    packed = {Path(one).name for one in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    assert folders == points == packed - {"qwendesk"}


def test_readme_commands_exist() -> None:
    from click import Context

    from qwendesk.cli.main import group

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"bin/qwendesk (\w+)", text))
    assert used <= set(group.list_commands(Context(group)))
