"""The lock of the history: set it, give it another passphrase, take it away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QProgressBar, QWidget

from qwendesk.store.locking import LockAdvanced
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.theme.tokens import GAP, SPACE
from qwendesk.ui.widgets.parts import boxed, button, column, label, look_again
from qwendesk.ui.widgets.secret import SecretField
from qwendesk.words import _
from qwendesk.words import locking as words
from qwendesk.words.problems import Sentence


class LockDialog(Dialog):
    """Signals with passphrases: the new one; the old and the new; the old one. Stays open while it works."""

    lock_requested = Signal(str)
    change_requested = Signal(str, str)
    remove_requested = Signal(str)

    def __init__(self, parent: QWidget, locked: bool) -> None:
        super().__init__(_("Lock the history"), parent, width=520)
        self.about = self.add_text("", "dim")
        self.old = SecretField(_("Passphrase"))
        self.new = SecretField(_("New passphrase"))
        self.again = SecretField(_("New passphrase, once more"))
        self.remember = QCheckBox(_("Remember it in the keyring of the system"))
        self.warning = label(words.warning(), "strong", wrap=True, selectable=True)
        self.form = boxed(column(self.old, self.new, self.again, self.remember, self.warning, space=SPACE))
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(_("How far it is"))
        self.told = label("", "small", wrap=True, selectable=True)
        for text in (self.warning, self.told):
            text.setMinimumWidth(self.minimumWidth() - 2 * GAP)
        for one in (self.form, self.bar, self.told):
            self.body.addWidget(one)
        self.body.addStretch(1)
        self.close_it = self.close_button(_("Close"))
        self.remove = button(_("Remove the lock"), "", self._on_remove)
        self.remove.setToolTip(_("Decrypts everything: it lies in the home folder as it is then."))
        self.change = button(_("Change the passphrase"), "primary", self._on_change)
        self.lock = button(_("Lock"), "primary", self._on_lock)
        self.add_buttons(self.close_it, self.remove, self.change, self.lock)
        for field in (self.old, self.new, self.again):
            field.changed.connect(self._refresh)
        self.busy = False
        self._show_form(locked)

    def show_unsupported(self, sentence: Sentence) -> None:
        """Nothing can be done here, for this reason."""
        self.form.setEnabled(False)
        self.lock.hide()
        self._tell(str(sentence), "warn")

    def show_progress(self, event: LockAdvanced) -> None:
        """It works, and is that far."""
        self._set_busy(True)
        self.bar.setRange(0, event.total)
        self.bar.setValue(event.done)
        self._tell(words.advance(event), "")

    def show_done(self, locked: bool) -> None:
        """It is so from now on."""
        self._set_busy(False)
        self._show_form(locked)
        told = _("The history is locked.") if locked else _("The history has no lock any more.")
        self._tell(told, "good")

    def show_problem(self, sentence: Sentence) -> None:
        """It stays as it was; what was typed stays, too."""
        self._set_busy(False)
        self._tell(str(sentence), "bad")

    def reject(self) -> None:
        """While it works the dialog stays."""
        if not self.busy:
            super().reject()

    def _show_form(self, locked: bool) -> None:
        self.about.setText(words.about(locked))
        for field in (self.old, self.new, self.again):
            field.clear()
        (self.change if locked else self.lock).setDefault(True)
        for one in (self.old, self.change, self.remove):
            one.setVisible(locked)
        self.lock.setVisible(not locked)
        self.bar.hide()
        self.told.hide()
        self._refresh()

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.form.setEnabled(not busy)
        self.bar.setVisible(busy)
        self._refresh()

    def _tell(self, text: str, state: str) -> None:
        self.told.setText(text)
        self.told.show()
        look_again(self.told, "state", state)

    def _refresh(self) -> None:
        twice = bool(self.new.text) and self.new.text == self.again.text
        look_again(self.again.edit, "wrong", "yes" if self.again.text and not twice else "")
        self.lock.setEnabled(twice and not self.busy)
        self.change.setEnabled(twice and bool(self.old.text) and not self.busy)
        self.remove.setEnabled(bool(self.old.text) and not self.busy)
        self.close_it.setEnabled(not self.busy)

    def _on_lock(self) -> None:
        self.lock_requested.emit(self.new.text)

    def _on_change(self) -> None:
        self.change_requested.emit(self.old.text, self.new.text)

    def _on_remove(self) -> None:
        self.remove_requested.emit(self.old.text)
