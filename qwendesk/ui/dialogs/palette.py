"""The command palette: every action by a few typed letters, its shortcut beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from qwendesk.ui.actions import Action, Actions
from qwendesk.ui.dialogs.picker import Entry, Picker
from qwendesk.ui.menus import MENUS
from qwendesk.words import _


def palette(actions: Actions, parent: QWidget) -> Picker:
    """A picker over all actions."""
    entries = [_entry(one, actions) for one in actions.all]
    return Picker(_("Command palette"), _("Type what you want to do"), entries, parent)


def _entry(one: Action, actions: Actions) -> Entry:
    menu = dict(MENUS)[one.menu].replace("&", "")
    title = f"{menu}: {one.title.replace('&', '').rstrip('…')}"
    shortcut = QKeySequence(one.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return Entry(one.id, title, partial(actions.trigger, one.id), shortcut, one.enabled())
