"""Below the library's list: what can be done with the selected model, and what else is known of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QProgressBar, QWidget

from qwendesk.models.entry import LibraryEntry
from qwendesk.ui.docks.librarycell import facts
from qwendesk.ui.theme.tokens import SPACE, TIGHT
from qwendesk.ui.widgets.fold import Fold
from qwendesk.ui.widgets.parts import boxed, button, column, label, row
from qwendesk.words import _, figures


class ModelCard(QWidget):
    """`asked` with "talk", "verify", "remove" or "folder"; `described` with tags and notes as typed."""

    asked = Signal(str)
    cancel_requested = Signal()
    described = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._entry: LibraryEntry | None = None
        self.talk = button(_("Talk"), "primary", lambda: self.asked.emit("talk"))
        self.verify = button(
            _("Verify"), "", lambda: self.asked.emit("verify"), _("Read all of it and compare its hash.")
        )
        self.remove = button(_("Remove"), "", lambda: self.asked.emit("remove"), _("This can be undone."))
        self._buttons = boxed(row(self.verify, self.remove, 1, self.talk))
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(_("Verifying"))
        self._how_far = label("", "small")
        cancel = button(_("Cancel"), "", self.cancel_requested.emit)
        self._busy = boxed(column(row(self._how_far, 1, cancel), self._bar))
        self.tags = QLineEdit(placeholderText=_("Tags, separated by commas"))
        self.tags.setAccessibleName(_("Tags"))
        self.notes = QLineEdit(placeholderText=_("A note for yourself"))
        self.notes.setAccessibleName(_("Note"))
        for field in (self.tags, self.notes):
            field.editingFinished.connect(self._on_edited)
        self._facts = QGridLayout(table := QWidget())
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setVerticalSpacing(TIGHT)
        self._facts.setColumnStretch(1, 1)
        more = boxed(column(table, self.tags, self.notes, space=SPACE))
        self.fold = Fold(_("About this model"), more)
        self.setLayout(
            column(self._buttons, self._busy, self.fold, space=SPACE, margins=(TIGHT, 0, TIGHT, 0))
        )
        self.show_entry(None)
        self.show_verifying(None)

    def show_entry(self, entry: LibraryEntry | None) -> None:
        """The selected model; without one there is nothing to see."""
        self.setVisible(entry is not None)
        before, self._entry = self._entry, entry
        if entry is None:
            return
        usable = entry.state == "ok"
        self.talk.setEnabled(usable)
        self.verify.setVisible(not entry.model.bundled)
        self.verify.setEnabled(usable)
        self.remove.setVisible(not entry.model.bundled)
        self.remove.setEnabled(not entry.away)
        self.tags.setVisible(not entry.model.bundled)
        self.notes.setVisible(not entry.model.bundled)
        if before is None or before.model.path != entry.model.path or not self._typing:
            self.tags.setText(", ".join(entry.remark.tags))
            self.notes.setText(entry.remark.notes)
        self._show_facts(entry)

    @property
    def _typing(self) -> bool:
        return self.tags.hasFocus() or self.notes.hasFocus()

    def show_verifying(self, done: tuple[int, int] | None) -> None:
        """Bytes read of all, or None where nothing is being verified."""
        self._busy.setVisible(done is not None)
        self._buttons.setVisible(done is None)
        if done is not None:
            read, size = done
            self._bar.setValue(1000 * read // size if size else 0)
            text = _("Verifying: {done} of {size}").format(done=figures.size(read), size=figures.size(size))
            self._how_far.setText(text if size else _("Verifying…"))

    def _show_facts(self, entry: LibraryEntry) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for line, (name, value) in enumerate(facts(entry)):
            self._facts.addWidget(label(name, "small"), line, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value, wrap=True, selectable=True)
            shown.setAccessibleName(f"{name}: {value}")
            shown.setToolTip(value)
            shown.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._facts.addWidget(shown, line, 1)

    def _on_edited(self) -> None:
        entry = self._entry
        typed = (self.tags.text(), self.notes.text())
        if entry is not None and typed != (", ".join(entry.remark.tags), entry.remark.notes):
            self.described.emit(*typed)
