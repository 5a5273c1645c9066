"""What goes into the wheel: every resource that the application reads, and no more."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AT_HOME = {"catalog/qwen.yaml", "catalog/quants.yaml", "catalog/ship.py", "seedling/recipe"}


def test_every_resource_is_shipped_or_stays_at_home_on_purpose() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    shipped = build["targets"]["wheel"]["force-include"]
    assert all(to == f"qwendesk/{place}" for place, to in shipped.items())
    decided = {place.removeprefix("resources/") for place in shipped} | AT_HOME
    found = {
        one.relative_to(ROOT / "resources").as_posix()
        for folder in (ROOT / "resources").iterdir()
        for one in ([folder] if folder.name in decided else folder.iterdir())
        if one.name != "__pycache__"
    }
    assert found == decided
