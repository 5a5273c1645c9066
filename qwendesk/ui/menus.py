"""The menu bar. Its titles are there from the first frame; what stands in the menus follows."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow, QMenu

from qwendesk.words import _

MENUS: tuple[tuple[str, str], ...] = (
    ("file", _("&File")),
    ("chat", _("&Chat")),
    ("model", _("&Model")),
    ("view", _("&View")),
    ("help", _("&Help")),
)


def menus(window: QMainWindow) -> dict[str, QMenu]:
    """Empty menus in the window's bar, by name."""
    made = {name: QMenu(title, window) for name, title in MENUS}
    for (_name, title), menu in zip(MENUS, made.values(), strict=True):
        menu.setAccessibleName(title.replace("&", ""))
        window.menuBar().addMenu(menu)
    return made
