"""The documentation cannot rot: hooks and decisions are where it says."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from qwendesk.api import hookspecs

ROOT = Path(__file__).parents[2]


def test_every_hook_is_documented_with_its_signature() -> None:
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    hooks = [
        (n, f) for n, f in inspect.getmembers(hookspecs, inspect.isfunction) if n.startswith("register_")
    ]
    assert hooks
    for name, function in hooks:
        signature = str(inspect.signature(function)).replace("'", "")
        assert f"`{name}{signature}`" in guide


def test_the_example_of_the_guide_runs() -> None:
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", guide, re.DOTALL)
    assert code is not None
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(code.group(1), "plugins.md", "exec", dont_inherit=True), names)
    spec = names["register_runtimes"]()[0]  # type: ignore[operator]
    assert spec.id == "fancy"


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
