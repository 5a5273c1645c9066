"""Who can see a dock: the tab in front, not what stands there for a moment while docks are moved."""

from __future__ import annotations

from collections.abc import Callable

from qwendesk.ui.docks.sight import Sight
from ui.conftest import Opened

Opens = Callable[..., Opened]


def test_a_reset_shows_nobody_what_lies_behind(open_window: Opens) -> None:
    opened = open_window()
    opened.until_open()
    window = opened.window
    window.docks["network"].focus_body()
    behind, before = Sight(window.docks["discover"]), Sight(window.docks["network"])
    heard: list[tuple[str, bool]] = []
    behind.changed.connect(lambda on: heard.append(("discover", on)))
    before.changed.connect(lambda on: heard.append(("network", on)))
    assert (behind.on, before.on) == (False, True)
    window.reset_layout()
    opened.until(lambda: not window.slices.busy and not before.on)
    assert heard == [("network", False)]
    window.docks["discover"].focus_body()
    opened.until(lambda: behind.on)
