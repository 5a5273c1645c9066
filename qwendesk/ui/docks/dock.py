"""A dock: a title that looks like the tab it would be, and a body that is made after the first paint."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from qwendesk.ui.widgets.glyph import CLOSE, FLOAT, GlyphButton
from qwendesk.ui.widgets.parts import label, row
from qwendesk.words import _


class Dock(QDockWidget):
    """Named by id for the saved layout; `default_area` is where "Reset layout" puts it."""

    def __init__(self, id: str, title: str, area: Qt.DockWidgetArea, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.id = id
        self.default_area = area
        self.setObjectName(f"dock.{id}")
        self.setAccessibleName(title)
        self._has_title: bool | None = None
        waiting = label(_("Loading…"), "dim")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(waiting)

    def set_body(self, body: QWidget) -> None:
        """Replace what the dock shows."""
        before = self.widget()
        self.setWidget(body)
        if before is not None:
            before.deleteLater()

    def show_title(self, wanted: bool) -> None:
        """A title of its own, or none where a tab says it already."""
        if wanted is self._has_title:
            return
        self._has_title = wanted
        before = self.titleBarWidget()
        self.setTitleBarWidget(_Title(self) if wanted else QWidget(self))
        if before is not None:
            before.deleteLater()

    def focus_body(self) -> None:
        """Bring it to the front and put the keyboard into it."""
        self.show()
        self.raise_()
        body = self.widget()
        body.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if body.focusWidget() is None or not body.hasFocus():
            _first_field(body).setFocus(Qt.FocusReason.ShortcutFocusReason)


def _first_field(body: QWidget) -> QWidget:
    for child in body.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled():
            return child
    return body


class _Title(QWidget):
    """The dock's name with the accent line of a selected tab; float and close on the right."""

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self.setProperty("look", "docktitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name = label(dock.windowTitle(), "docktitle")
        self._float = GlyphButton(FLOAT, _("Float {dock}").format(dock=dock.windowTitle()))
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        close = GlyphButton(CLOSE, _("Hide {dock}").format(dock=dock.windowTitle()))
        close.clicked.connect(dock.close)
        self.setLayout(row(name, 1, self._float, close, space=2, margins=(0, 0, 6, 0)))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())
