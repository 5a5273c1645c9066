"""The contrasts that LOOK promises, and following the system."""

from __future__ import annotations

import itertools
import re

import pytest
import shiboken6
from PySide6.QtGui import QColor, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from qwendesk.ui.theme.dressing import dressing
from qwendesk.ui.theme.sheet import sheet
from qwendesk.ui.theme.style import changed, colours, palette, theme
from qwendesk.ui.theme.tokens import DARK, LIGHT, ROLES, Colours

READ = ("text", "dim", "faint", "accent", "good", "warn", "bad")
ON = ("background", "panel", "raised", "soft")
THEMES = pytest.mark.parametrize("theme_colours", [DARK, LIGHT], ids=["dark", "light"])


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = QColor(colour).getRgbF()[:3]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@THEMES
@pytest.mark.parametrize(("text", "ground"), [*itertools.product(READ, ON)])
def test_text_reads(theme_colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(theme_colours, text), getattr(theme_colours, ground)) >= 4.5


@THEMES
def test_white_reads_on_the_button(theme_colours: Colours) -> None:
    assert contrast(theme_colours.on_button, theme_colours.button) >= 4.5


@THEMES
@pytest.mark.parametrize(("edge", "ground"), [*itertools.product(("button", "border_strong"), ON[:3])])
def test_edges_are_seen(theme_colours: Colours, edge: str, ground: str) -> None:
    assert contrast(getattr(theme_colours, edge), getattr(theme_colours, ground)) >= 3


def test_the_sheet_has_no_gaps() -> None:
    assert "@" not in sheet()


def test_the_sheet_names_no_colour_of_its_own() -> None:
    assert not re.search(r"#[0-9a-f]{3,8}\b", sheet())


@THEMES
def test_every_token_has_a_role_of_its_own(theme_colours: Colours) -> None:
    assert set(ROLES) == set(Colours._fields)
    assert len(set(ROLES.values())) == len(ROLES)
    made = palette(theme_colours)
    for token, role in ROLES.items():
        colour = made.color(QPalette.ColorRole[role.title().replace("-", "")])
        assert colour == QColor(getattr(theme_colours, token)), token


def test_switching_tells_everybody(dressed: QApplication, qtbot: QtBot) -> None:
    told = []
    changed.connect(lambda: told.append(colours()))
    theme.choose("light")
    qtbot.waitUntil(lambda: bool(told))
    assert told == [LIGHT]
    assert dressed.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.panel)
    theme.choose("dark")
    assert colours() is DARK


def test_a_window_is_never_painted_in_two_themes(qtbot: QtBot, dressed: QApplication) -> None:
    window, told = QWidget(), []
    qtbot.addWidget(window)
    window.show()
    work = dressing(lambda: told.append(window.updatesEnabled()))
    next(work)
    assert not window.updatesEnabled()
    for _part in work:
        pass
    assert told == [False]
    assert window.updatesEnabled()


class Painted(QWidget):
    """Notes for each painting whether its window may be seen to change."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.painted: list[bool] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.append(self.window().updatesEnabled())


def test_another_theme_is_painted_unseen_before_it_shows(qtbot: QtBot, dressed: QApplication) -> None:
    window = QWidget()
    inside = Painted(window)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: bool(inside.painted))
    inside.painted.clear()
    work = dressing(inside.update)
    next(work)
    inside.update()
    qtbot.wait(10)
    assert inside.painted == []
    for _part in work:
        pass
    assert inside.painted == [False, True]


def test_a_switch_that_is_broken_off_leaves_the_window_alive(qtbot: QtBot, dressed: QApplication) -> None:
    window, gone = QWidget(), QWidget()
    qtbot.addWidget(window)
    window.show()
    gone.show()
    work = dressing(lambda: None)
    next(work)
    shiboken6.delete(gone)
    work.close()
    assert window.updatesEnabled()


def test_nonsense_means_system(dressed: QApplication) -> None:
    theme.choose("neon")
    assert theme.choice == "system"
    theme.choose("dark")
