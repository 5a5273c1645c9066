"""The window's look in force: which theme, its colours, and the palette and style sheet made from them.

`colours()` are those of the theme in force; `changed` is emitted once everything wears it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from qwendesk.ui.theme.sheet import sheet
from qwendesk.ui.theme.tokens import BODY, DARK, LIGHT, ROLES, TICK, Colours

FUSION = ("-style", "Fusion")
"""Arguments for QApplication: Fusion follows the palette everywhere. Asked for later, Qt makes two styles."""
if TYPE_CHECKING:
    from qwendesk.ui.slices import Slices

CHOICES = ("system", "dark", "light")
# What fontconfig answers where no desktop has set a font; Inter reads better where it is installed.
_NOBODYS_CHOICE = ("", "Sans", "Sans Serif", "DejaVu Sans", "Helvetica")
_CJK = ("Noto Sans CJK SC", "Noto Sans CJK KR", "PingFang SC", "Microsoft YaHei UI", "Malgun Gothic")
_MONO = (
    "JetBrains Mono",
    "SF Mono",
    "Menlo",
    "Cascadia Mono",
    "Consolas",
    "Noto Sans Mono",
    "DejaVu Sans Mono",
)


class Theme(QObject):
    """The theme of the application: "system" follows the desktop, "dark" and "light" stay."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = "system"
        self.colours = DARK
        self._app: QApplication | None = None
        self._slices: Slices | None = None

    @property
    def switching(self) -> bool:
        """Whether widgets are still being dressed anew."""
        return self._slices is not None and self._slices.busy

    def apply(self, app: QApplication, choice: str) -> None:
        """Dress the application; from now on the desktop's own changes are followed."""
        if self._app is None:
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
            app.setFont(body_font(app.font()))
            app.setStyleSheet(sheet())
        self._app = app
        self.choice = choice if choice in CHOICES else "system"
        self.colours = _wanted(self.choice)
        app.setPalette(palette(self.colours))

    def choose(self, choice: str) -> None:
        """Switch to "system", "dark" or "light"; anything else means "system"."""
        self.choice = choice if choice in CHOICES else "system"
        self._wear(_wanted(self.choice))

    def _on_scheme_changed(self) -> None:
        if self.choice == "system":
            self._wear(_wanted("system"))

    def _wear(self, colours: Colours) -> None:
        if self._app is None or colours is self.colours:
            return
        from qwendesk.ui.slices import Slices
        from qwendesk.ui.theme.dressing import dressing

        self.colours = colours
        self._app.setPalette(palette(colours))
        self._slices = self._slices or Slices(self)
        self._slices.stop()
        self._slices.begin(self, dressing(self.changed.emit))


theme = Theme()
changed = theme.changed


def colours() -> Colours:
    """The colours of the theme in force."""
    return theme.colours


def _wanted(choice: str) -> Colours:
    if choice == "system":
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return LIGHT if light else DARK
    return LIGHT if choice == "light" else DARK


def body_font(system: QFont) -> QFont:
    """The system's UI font at 13 px with tabular figures and CJK fall-backs."""
    font, own = QFont(system), system.family()
    families = ["Inter", "DejaVu Sans"] if own in _NOBODYS_CHOICE else [own]
    font.setFamilies([*families, *_CJK])
    font.setPixelSize(BODY)
    return tabular(font)


def tick_font(font: QFont) -> QFont:
    """The same font as it stands beside the axes of a chart."""
    small = tabular(font)
    small.setPixelSize(TICK)
    return small


def code_font(pixels: int = BODY) -> QFont:
    """The monospace of code and logs."""
    font = QFont()
    font.setFamilies([*_MONO, *_CJK])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPixelSize(pixels)
    return font


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, so that changing numbers do not dance."""
    figures = QFont(font)
    figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


def palette(colours: Colours) -> QPalette:
    """A theme as a palette: one role for each token, then what Qt's own drawing and plugins look for."""
    made = QPalette()
    role = QPalette.ColorRole
    for token, name in ROLES.items():
        made.setColor(role[name.title().replace("-", "")], QColor(getattr(colours, token)))
    for which, colour in {
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.Link: colours.accent,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
    }.items():
        made.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.border_strong))
    return made
