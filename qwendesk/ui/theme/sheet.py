"""The application's style sheet. It never changes: it names palette roles, and a theme is a palette.

Widgets say what they are through a `look` property ("primary", "flat", "card", "dim" …). `@dim@` is a
token, written as the palette role that carries it; a number is a size. Where a style sheet
is replaced, Qt dresses every widget once for each of its ancestors: a tenth of a second, all in one step.
"""

from __future__ import annotations

from qwendesk.api.problem import Problem
from qwendesk.system.paths import resources
from qwendesk.ui.theme.tokens import (
    BODY,
    CARD_RADIUS,
    FIELD_RADIUS,
    FIGURE,
    ROLES,
    ROOMY,
    SMALL,
    SPACE,
    TIGHT,
    TITLE,
    WIDE,
)


def sheet() -> str:
    """The whole style sheet. Icons are one mid grey that reads on both themes."""
    values: dict[str, str | int] = {name: f"palette({role})" for name, role in ROLES.items()}
    values |= {
        "icons": _icons(),
        "body": BODY,
        "small": SMALL,
        "title": TITLE,
        "figure": FIGURE,
        "field": FIELD_RADIUS,
        "card": CARD_RADIUS,
        "tight": TIGHT,
        "space": SPACE,
        "roomy": ROOMY,
        "wide": WIDE,
    }
    text = "".join(_RULES)
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def _icons() -> str:
    try:
        return (resources() / "icons").as_posix()
    except Problem:
        return ""


_WORDS = """
QLabel { background: transparent; }
QLabel[look="dim"] { color: @dim@; }
QLabel[look="faint"] { color: @faint@; font-size: @small@px; }
QLabel[look="small"] { color: @dim@; font-size: @small@px; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="title"] { font-size: @title@px; font-weight: 600; }
QLabel[look="hover"] { background: @raised@; color: @text@; border: 1px solid @border_strong@;
    border-radius: 4px; padding: 1px 5px; font-size: @small@px; }
QLabel[look="figure"] { font-size: @figure@px; font-weight: 600; }
QLabel[look="heading"] { color: @dim@; font-size: 11px; font-weight: 600; }
QLabel[state="good"] { color: @good@; }
QLabel[state="warn"] { color: @warn@; }
QLabel[state="bad"] { color: @bad@; }
"""

_SURFACES = """
QMainWindow, QDialog, QMessageBox { background: @panel@; }
QMainWindow::separator { background: @line@; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent@; }
QDialog[look="picker"] { background: @panel@; border: 1px solid @border_strong@; }
QFrame[look="card"] { background: @raised@; border: 1px solid @line@; border-radius: @card@px; }
QFrame[look="notice"] { background: @soft@; border: none; border-bottom: 1px solid @line@; }
QFrame[look="rule"] { background: @line@; border: none; max-height: 1px; min-height: 1px; }
QScrollArea, QScrollArea > QWidget > QWidget[look="page"] { background: transparent; border: none; }
QStatusBar { background: @panel@; border-top: 1px solid @line@; min-height: 26px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @dim@; font-size: @small@px; }
QStatusBar QLabel[look="strong"] { color: @text@; }
QToolTip { background: @raised@; color: @text@; border: 1px solid @border_strong@; padding: 6px 8px;
    font-size: @small@px; }
"""

_FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox {
    background: @background@; color: @text@; border: 1px solid @border_strong@; border-radius: @field@px;
    padding: 5px 8px; min-height: 18px; selection-background-color: @button@; selection-color: @on_button@; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border: 2px solid @accent@; padding: 4px 7px; }
QLineEdit[wrong="yes"] { border: 2px solid @bad@; padding: 4px 7px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: @faint@; border-color: @line@; background: @panel@; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; padding: 0; background: transparent;
    min-height: 0; }
QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit:focus { border: none; padding: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url(@icons@/chevron-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised@; border: 1px solid @border_strong@; padding: 4px;
    outline: none; selection-background-color: @soft@; selection-color: @text@; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:disabled { color: @faint@; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: @background@; color: @text@; border: none;
    selection-background-color: @button@; selection-color: @on_button@; }
QPlainTextEdit[look="field"] { border: 1px solid @border_strong@; border-radius: @field@px;
    padding: 3px 4px; }
QPlainTextEdit[look="field"]:focus { border: 2px solid @accent@; padding: 2px 3px; }
QSlider { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line@; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent@; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    background: @accent@; }
QSlider::handle:horizontal:focus { background: @text@; border: 3px solid @accent@; width: 8px; height: 8px; }
QSlider[unset="yes"]::handle:horizontal { background: @panel@; border: 2px solid @border_strong@;
    width: 10px; height: 10px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 16px; height: 16px; border-radius: 4px; border: 1px solid @border_strong@;
    background: @background@; }
QCheckBox::indicator:checked { background: @button@; border-color: @button@;
    image: url(@icons@/check.svg); }
QListView::indicator { width: 14px; height: 14px; border-radius: 4px; border: 1px solid @border_strong@;
    background: @background@; }
QListView::indicator:checked { background: @button@; border-color: @button@; image: url(@icons@/check.svg); }
QCheckBox::indicator:focus { border: 2px solid @accent@; width: 14px; height: 14px; }
QCheckBox::indicator:checked:focus { border: 2px solid @text@; }
QProgressBar { background: @line@; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent@; border-radius: 3px; }
"""

_BUTTONS = """
QPushButton, QToolButton { background: @raised@; color: @text@; border: 1px solid @line@;
    border-radius: @field@px; padding: 5px 12px; min-height: 16px; }
QPushButton:hover, QToolButton:hover { border-color: @border_strong@; }
QPushButton:pressed, QToolButton:pressed { background: @soft@; }
QPushButton:disabled, QToolButton:disabled { color: @faint@; background: @panel@; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent@; padding: 4px 11px; }
QPushButton[look="primary"] { background: @button@; color: @on_button@; border: 1px solid @button@;
    font-weight: 600; }
QPushButton[look="primary"]:hover { border-color: @text@; }
QPushButton[look="primary"]:focus { border: 2px solid @text@; }
QPushButton[look="primary"]:disabled { background: @line@; color: @dim@; border-color: @line@; }
QPushButton[look="flat"], QToolButton[look="flat"] { background: transparent; border: 1px solid transparent;
    color: @dim@; padding: 5px 8px; }
QPushButton[look="flat"]:hover, QToolButton[look="flat"]:hover { background: @raised@; color: @text@; }
QPushButton[look="flat"]:focus, QToolButton[look="flat"]:focus {
    border: 2px solid @accent@; padding: 4px 7px; }
QPushButton[look="link"], QToolButton[look="link"] { background: transparent; border: 1px solid transparent;
    color: @accent@; padding: 0 3px; font-size: @small@px; min-height: 0; }
QPushButton[look="link"]:hover, QToolButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus, QToolButton[look="link"]:focus { border: 1px solid @accent@; }
QPushButton[look="statuslink"] { background: transparent; border: 1px solid transparent; color: @dim@;
    padding: 0 4px; font-size: @small@px; min-height: 0; }
QPushButton[look="statuslink"][state="warn"] { color: @warn@; }
QPushButton[look="statuslink"][state="bad"] { color: @bad@; }
QPushButton[look="statuslink"]:hover { color: @text@; text-decoration: underline; }
QPushButton[look="statuslink"]:focus { border: 1px solid @accent@; padding: 0 4px; }
QToolButton[look="fold"] { background: transparent; border: 1px solid transparent; color: @dim@;
    padding: 2px 4px 2px 0; }
QToolButton[look="fold"]:hover { color: @text@; }
QToolButton[look="fold"]:focus { border: 1px solid @accent@; }
QToolButton[look="icon"] { background: transparent; border: 1px solid transparent; padding: 1px;
    border-radius: 4px; min-height: 0; }
QToolButton[look="icon"]:hover { background: @raised@; }
QToolButton[look="icon"]:focus { border: 1px solid @accent@; }
QToolButton::menu-indicator { image: none; }
"""

_DOCKS = """
QDockWidget { color: @text@; border: none; }
QDockWidget > QWidget { background: @panel@; }
QWidget[look="docktitle"] { background: @panel@; }
QLabel[look="docktitle"] { color: @text@; font-weight: 600; padding: 8px 12px 7px 12px;
    border-bottom: 2px solid @accent@; }
QTabBar { background: @panel@; qproperty-drawBase: 0; border: none; }
QTabBar::tab { background: @panel@; color: @dim@; border: none; border-bottom: 2px solid transparent;
    padding: 8px 12px 7px 12px; }
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; border-bottom: 2px solid @accent@; }
QTabBar::tab:focus { color: @accent@; }
QTabBar QToolButton { border: none; border-radius: 0; background: @panel@; padding: 0; }
"""

_LISTS = """
QListView, QTreeView, QTableView { background: transparent; border: none; outline: none; }
QListView[look="field"] { background: @background@; border: 1px solid @border_strong@;
    border-radius: @field@px; padding: 3px; }
QListView[look="field"]:focus { border: 2px solid @accent@; padding: 2px; }
QListView::item { padding: 6px 12px; border-radius: @field@px; border: 1px solid transparent; }
QListView[look="field"]::item { padding: 2px 5px; }
QListView::item:hover { background: @raised@; }
QListView::item:selected { background: @soft@; color: @text@; }
QListView::item:selected:focus { border-color: @accent@; }
QTreeView { show-decoration-selected: 0; selection-background-color: @soft@; selection-color: @text@; }
QTreeView::item { height: 26px; border: none; padding: 0 5px; }
QTreeView::item:hover { background: @raised@; }
QTreeView::item:selected { background: @soft@; color: @text@; }
QTableView { selection-background-color: @soft@; selection-color: @text@; }
QTableView::item { padding: 0 5px; border: none; }
QTableView::item:hover { background: @raised@; }
QTableView::item:selected { background: @soft@; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: @panel@; color: @dim@; border: none; border-bottom: 1px solid @line@;
    padding: 4px 8px; font-size: @small@px; font-weight: 600; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line@; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: @border_strong@; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenuBar { background: @panel@; color: @dim@; border-bottom: 1px solid @line@; padding: 2px 6px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @raised@; color: @text@; }
QMenu { background: @raised@; color: @text@; border: 1px solid @border_strong@; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 28px; border-radius: 4px; }
QMenu::item:selected { background: @soft@; }
QMenu::item:disabled { color: @faint@; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 8px; }
QMenu::indicator { width: 12px; height: 12px; left: 8px; }
QMenu::indicator:checked { image: url(@icons@/tick.svg); }
"""

_CHAT = """
QTextBrowser[look="reading"] { background: transparent; border: none; padding: 0; }
QPlainTextEdit[look="composer"] { background: transparent; border: none; padding: 0;
    placeholder-text-color: @faint@; }
QPushButton[look="outline"] { border: 1px solid @border_strong@; }
QPushButton[look="outline"]:focus { border: 2px solid @accent@; }
QPushButton[look="quiet"] { background: transparent; border: 1px solid transparent; color: @dim@;
    padding: 3px 8px; font-size: @small@px; }
QPushButton[look="quiet"]:hover { color: @text@; background: @raised@; border-color: @line@; }
QPushButton[look="quiet"]:focus { border: 2px solid @accent@; padding: 2px 7px; }
QPushButton[look="example"] { background: transparent; border: 1px solid @border_strong@;
    border-radius: @field@px; color: @text@; padding: 8px 16px; text-align: left; }
QPushButton[look="example"]:hover { background: @soft@; border-color: @accent@; }
QPushButton[look="example"]:focus { border: 2px solid @accent@; padding: 7px 15px; }
QPushButton[look="example"]:disabled { color: @faint@; border-color: @line@; }
"""

_RULES = (_WORDS, _SURFACES, _FIELDS, _BUTTONS, _DOCKS, _LISTS, _CHAT)
