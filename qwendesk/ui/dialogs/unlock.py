"""The passphrase of a locked home, asked for before there is anything else to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.theme.tokens import GAP
from qwendesk.ui.widgets.parts import button, label
from qwendesk.ui.widgets.secret import SecretField
from qwendesk.words import _
from qwendesk.words.problems import Sentence


class UnlockDialog(Dialog):
    """`unlock_requested` with what was typed. Closing it means to quit: without its history nothing opens."""

    unlock_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_("The history is locked"), parent)
        self.add_text(_("Its passphrase opens conversations, attachments, the library and downloads."), "dim")
        self.passphrase = SecretField(_("Passphrase"))
        self.remember = QCheckBox(_("Remember it in the keyring of the system"))
        self.told = label("", "small", wrap=True, selectable=True)
        self.told.setMinimumWidth(self.minimumWidth() - 2 * GAP)
        self.told.setProperty("state", "bad")
        self.told.setAccessibleName(_("What was wrong"))
        self.unlock = button(_("Unlock"), "primary", self._on_unlock)
        self.unlock.setDefault(True)
        for one in (self.passphrase, self.remember, self.told):
            self.body.addWidget(one)
        self.body.addStretch(1)
        self.add_buttons(button(_("Quit"), "", self.reject), self.unlock)
        self.passphrase.changed.connect(self._refresh)
        self._busy = False
        self._refresh()
        self.told.hide()
        self.passphrase.edit.setFocus()

    def show_busy(self) -> None:
        """The passphrase is tried."""
        self._busy = True
        self.told.hide()
        self._refresh()

    def show_problem(self, sentence: Sentence) -> None:
        """It did not open; the next one can be typed at once."""
        self._busy = False
        self.told.setText(str(sentence))
        self.told.show()
        self._refresh()
        self.passphrase.edit.setFocus()
        self.passphrase.edit.selectAll()

    def _refresh(self) -> None:
        self.passphrase.setEnabled(not self._busy)
        self.unlock.setEnabled(not self._busy and bool(self.passphrase.text))
        self.unlock.setText(_("Unlocking…") if self._busy else _("Unlock"))

    def _on_unlock(self) -> None:
        if not self._busy and self.passphrase.text:
            self.unlock_requested.emit(self.passphrase.text)
