"""The token for a hub: where it is, a way to put it into the system's keyring, and one to take it out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from qwendesk.api.sources import SourceSpec
from qwendesk.system.secrets import Place
from qwendesk.ui.theme.tokens import TIGHT
from qwendesk.ui.widgets.parts import button, label, look_again, row
from qwendesk.words import _
from qwendesk.words.problems import Sentence


class TokenRow(QWidget):
    """`kept` with what was typed, `forgotten` when it is to go. What is kept is never shown."""

    kept = Signal(str)
    forgotten = Signal()

    def __init__(self, hub: SourceSpec) -> None:
        super().__init__()
        self.hub = hub
        self.edit = _Secret(echoMode=QLineEdit.EchoMode.Password)
        self.edit.setAccessibleName(_("Token for {hub}").format(hub=hub.title))
        self.edit.setPlaceholderText(_("Only for repositories that ask for an account"))
        self.state = label(_("Looking into the keyring…"), "small", wrap=True)
        self.keep = button(_("Keep"), "", self._on_keep, _("Puts it into the keyring of the system."))
        self.forget = button(_("Forget"), "", self.forgotten.emit, _("Takes it out of the keyring."))
        self.edit.textChanged.connect(lambda _text: self._tell())
        self.edit.returnPressed.connect(self._on_keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(TIGHT)
        layout.addWidget(label(_("Token"), "small"))
        layout.addLayout(row(self.edit, self.keep, self.forget))
        layout.addWidget(self.state)
        self.forget.setEnabled(False)
        self._tell()

    def show_place(self, place: Place) -> None:
        """Where the token is now."""
        told = {
            "environment": _("{variable} is set: its token holds for this run.").format(
                variable=self.hub.token
            ),
            "keyring": _("A token is in the keyring."),
            "nowhere": _("No token is kept. Public models need none."),
        }
        self._show(told[place], "")
        self.edit.clear()
        self.forget.setEnabled(place == "keyring")

    def show_problem(self, sentence: Sentence) -> None:
        self._show(str(sentence), "bad")

    def _show(self, text: str, state: str) -> None:
        self.state.setText(text)
        look_again(self.state, "state", state)

    def _on_keep(self) -> None:
        if self.typed:
            self.kept.emit(self.typed)

    @property
    def typed(self) -> str:
        """What is in the field and not kept yet."""
        return self.edit.text().strip()

    def _tell(self) -> None:
        self.keep.setEnabled(bool(self.typed))


class _Secret(QLineEdit):
    """Return keeps the token and does not press the dialog's button."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
