"""Actions as data: menus, shortcuts and the command palette grow from one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """Something the user can do.

    Args:
        id: stable, as in "chat.new".
        title: as a menu shows it; menu: the title of its menu.
        shortcut: in Qt's portable spelling ("Ctrl" is the command key on macOS).
        enabled: asked whenever a menu or the palette opens, and before it runs.
        checked: for something that is on or off.
        group: actions of one menu with different groups are separated by a line.
    """

    id: str
    title: str
    menu: str
    run: Callable[[], None]
    shortcut: str = ""
    enabled: Callable[[], bool] = _always
    checked: Callable[[], bool] | None = None
    group: int = 0


class Actions(QObject):
    """The list and the QActions made from it."""

    def __init__(self, window: QMainWindow, actions: list[Action], menus: dict[str, QMenu]) -> None:
        super().__init__(window)
        self.all = tuple(actions)
        self._made = {one.id: self._make(window, one) for one in actions}
        for name, menu in menus.items():
            self._fill(menu, [one for one in actions if one.menu == name])

    def _make(self, window: QMainWindow, one: Action) -> QAction:
        made = QAction(one.title, window)
        made.setObjectName(one.id)
        made.setMenuRole(_ROLES.get(one.id, QAction.MenuRole.NoRole))
        if one.shortcut:
            made.setShortcut(QKeySequence(one.shortcut))
        made.setCheckable(one.checked is not None)
        made.triggered.connect(lambda: self.trigger(one.id))
        window.addAction(made)
        return made

    def _fill(self, menu: QMenu, actions: list[Action]) -> None:
        group = None
        for one in actions:
            if group is not None and one.group != group:
                menu.addSeparator()
            group = one.group
            menu.addAction(self._made[one.id])
        menu.aboutToShow.connect(self.refresh)

    def refresh(self) -> None:
        """Ask every action whether it can run and whether it is on."""
        for one in self.all:
            made = self._made[one.id]
            made.setEnabled(one.enabled())
            if one.checked is not None:
                made.setChecked(one.checked())

    def qaction(self, id: str) -> QAction:
        return self._made[id]

    def trigger(self, id: str) -> None:
        """Run an action, if it can run now."""
        one = next(action for action in self.all if action.id == id)
        if one.enabled():
            one.run()
        self.refresh()


_ROLES = {
    "file.quit": QAction.MenuRole.QuitRole,
    "help.about": QAction.MenuRole.AboutRole,
}
