"""A dock: a title that looks like the tab it would be, and a body that is made after the first paint."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from qwendesk.ui.docks.holder import Holder
from qwendesk.ui.widgets.glyph import CLOSE, FLOAT, GlyphButton
from qwendesk.ui.widgets.parts import boxed, label, row
from qwendesk.words import _

_LEAST = 8
"""A title is cut before the dock becomes wider for it."""


class Dock(QDockWidget):
    """Named by id for the saved layout; `default_area` is where "Reset layout" puts it."""

    def __init__(self, id: str, title: str, area: Qt.DockWidgetArea, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.id = id
        self.default_area = area
        self.setObjectName(f"dock.{id}")
        self.setAccessibleName(title)
        self._title = _Title(self)
        self.setTitleBarWidget(self._title)
        waiting = label(_("Loading…"), "dim")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._holder = Holder(waiting)
        self.setWidget(self._holder)

    @property
    def body(self) -> QWidget:
        """What the dock shows."""
        return self._holder.body

    def set_body(self, body: QWidget) -> None:
        """Replace what the dock shows."""
        self._holder.put(body)

    def show_title(self, wanted: bool) -> None:
        """A title of its own, or none where a tab says it already."""
        self._title.show_parts(wanted)

    def focus_body(self) -> None:
        """Bring it to the front and put the keyboard into it."""
        self.show()
        self.raise_()
        body = self.body
        body.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if body.focusWidget() is None or not body.hasFocus():
            _first_field(body).setFocus(Qt.FocusReason.ShortcutFocusReason)


def _first_field(body: QWidget) -> QWidget:
    for child in body.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled():
            return child
    return body


class _Title(QWidget):
    """The dock's name with the accent line of a selected tab; float and close on the right.

    It stays and changes its height: another title bar would lay out the whole window at once. How high it is
    says its layout and no method here: Qt asks for that a thousand times whenever the window is laid out, and
    each time the interpreter would have to be waited for.
    """

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self.setProperty("look", "docktitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._dock = dock
        self._parts: QWidget | None = None
        self._place = row()
        self.setLayout(self._place)

    def show_parts(self, wanted: bool) -> None:
        """Its full height, or none."""
        if wanted is (self._parts is not None and not self._parts.isHidden()):
            return
        if self._parts is None:
            self._parts = self._made()
            self._place.addWidget(self._parts)
        self._parts.setVisible(wanted)

    def _made(self) -> QWidget:
        dock, title = self._dock, self._dock.windowTitle()
        float_ = GlyphButton(FLOAT, _("Float {dock}").format(dock=title))
        float_.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        close = GlyphButton(CLOSE, _("Hide {dock}").format(dock=title))
        close.clicked.connect(dock.close)
        name = label(title, "docktitle")
        name.setMinimumWidth(_LEAST)
        return boxed(row(name, 1, float_, close, space=2, margins=(0, 0, 6, 0)))
