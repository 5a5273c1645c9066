"""One model in Discover: what it is good for, its files with their fit, and its card as plain text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from qwendesk.models.discovery import Find, Offer, usual
from qwendesk.ui.docks.discovercell import facts, offer_cell
from qwendesk.ui.lists.cell import Cell
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.ui.widgets.fold import Fold
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, column, label, row
from qwendesk.words import _
from qwendesk.words.problems import Sentence


class OffersView(QWidget):
    """`asked` with "pull", "talk" or "downloads" and the offer; files and card are asked for by signals."""

    asked = Signal(str, object)
    files_requested = Signal()
    card_requested = Signal()
    cancel_requested = Signal()
    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.subject: Find | None = None
        self._states: dict[str, str] = {}
        self._usual: Offer | None = None
        self.back = button(_("‹ All models"), "link", self.back_requested.emit)
        self.title = label("", "title", wrap=True, selectable=True)
        self.facts = label("", "small", wrap=True)
        self.good_for = label("", "dim", wrap=True)
        self.origin = label("", "faint", wrap=True)
        self.more = button(_("Ask for all files"), "link", self.files_requested.emit)
        self.list: RowList[Offer] = RowList(_("Files"), lambda offer: offer.name, self._cell, 1)
        self.list.done.connect(self.asked)
        self.pages = Pages(self.list)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(_("Model card"))
        self.card = Pages(self.text)
        self.card.setMinimumHeight(160)
        self.fold = Fold(_("Model card"), self.card)
        self.fold.opened.connect(self._on_card_opened)
        self._has_card = False
        top = column(row(self.back, 1), self.title, self.facts, self.good_for, space=SPACE // 2)
        told = row(self.origin, self.more)
        told.setStretch(0, 1)
        layout = column(top, told, space=SPACE)
        layout.addWidget(self.pages, 2)
        layout.addWidget(self.fold)
        self.fold.turned.connect(lambda is_open: layout.setStretchFactor(self.fold, int(is_open)))
        self.setLayout(layout)

    def _cell(self, offer: Offer) -> Cell:
        return offer_cell(offer, self._usual, self._states.get(offer.name, ""))

    def show_find(self, find: Find, offers: list[Offer]) -> None:
        """A model with what the catalogue knows of its files."""
        self.subject = find
        self.title.setText(find.title)
        self.facts.setText(" · ".join(facts(find)))
        best = "; ".join(find.family.best_for) if find.family is not None else ""
        self.good_for.setText(_("Good for: {what}").format(what=best) if best else "")
        self.good_for.setVisible(bool(best))
        self._has_card = False
        self.fold.close_body()
        self.more.setVisible(True)
        self.origin.setText(_("From the catalogue"))
        self._show_offers(offers)

    def show_listed(self, offers: list[Offer], hub: str) -> None:
        """What the hub listed."""
        self.more.setVisible(False)
        self.origin.setText(_("From {hub}").format(hub=hub))
        self._show_offers(offers)

    def _show_offers(self, offers: list[Offer]) -> None:
        fitting = [one for one in offers if one.prospect is None or one.prospect.verdict in ("fits", "tight")]
        self._usual = usual(fitting)
        self.list.rows.reword()
        self.list.show_things(offers)
        if self._usual is not None:
            self.list.mark(self._usual.name)
            self.list.scrollTo(self.list.currentIndex(), RowList.ScrollHint.PositionAtCenter)
        if offers:
            self.pages.show_full()
        else:
            self.pages.show_empty(
                _("No file is known"),
                _("The hub may have files that a runtime here can load."),
                _("Ask the hub for all files") if not self.more.isHidden() else "",
                self.files_requested.emit if not self.more.isHidden() else None,
            )

    def show_states(self, states: dict[str, str]) -> None:
        """By name: "here" for what is in the library, "coming" for what is being fetched."""
        if states != self._states:
            self._states = states
            self.list.rows.reword()

    def show_files_loading(self, hub: str) -> None:
        self.pages.show_loading(_("Asking {hub} for the files…").format(hub=hub), self.cancel_requested.emit)

    def show_files_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence, self.files_requested.emit)

    def _on_card_opened(self) -> None:
        if not self._has_card:
            self.card_requested.emit()

    def show_card_loading(self, hub: str) -> None:
        self.card.show_loading(_("Asking {hub} for the card…").format(hub=hub))

    def show_card(self, text: str) -> None:
        self._has_card = True
        self.text.setPlainText(text)
        if text:
            self.card.show_full()
        else:
            self.card.show_empty(_("The card is empty"), _("Its makers have written nothing."))

    def show_card_error(self, sentence: Sentence) -> None:
        self.card.show_error(sentence, self.card_requested.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_requested.emit()
        else:
            super().keyPressEvent(event)
