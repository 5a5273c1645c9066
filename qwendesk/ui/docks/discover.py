"""Discover: models that could be fetched, on this side of any request until the hub is asked."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from qwendesk.models.discovery import Find, Offer, Shown
from qwendesk.ui.docks.discovercell import find_cell
from qwendesk.ui.docks.offers import OffersView
from qwendesk.ui.docks.wishform import WishForm
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.glyph import FLOAT, GlyphButton
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, label, row
from qwendesk.words import _, ngettext
from qwendesk.words.problems import Sentence

_BESIDE = 700
"""From this width on the list and the model stand side by side."""


class DiscoverView(QWidget):
    """`opened` with a Find whose files shall be seen. The rest is asked for by the signals of its parts."""

    opened = Signal(object)
    catalogue_requested = Signal()
    cancel_requested = Signal()
    large_requested = Signal()

    def __init__(self, form: WishForm, offers: OffersView) -> None:
        super().__init__()
        self.form, self.offers = form, offers
        self.origin = label("", "faint", wrap=True)
        self.back = button(
            _("Catalogue"), "link", self.catalogue_requested.emit, _("The built-in catalogue again.")
        )
        self.large = GlyphButton(FLOAT, _("Discover in a large window"))
        self.large.clicked.connect(self.large_requested)
        self.list: RowList[Shown] = RowList(
            _("Models to discover"), lambda shown: (shown.find.source, shown.find.repo), find_cell, 2
        )
        self.list.done.connect(lambda _id, shown: self._open(shown.find))
        self.list.clicked.connect(lambda _index: self._open_current())
        self.pages = Pages(self.list)
        self.offers.back_requested.connect(self.show_list)
        told = row(self.origin, self.back, self.large)
        told.setStretch(0, 1)
        self._left, self._right = QWidget(), QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(SPACE)
        left.addWidget(self.form)
        left.addLayout(told)
        left.addWidget(self.pages, 1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.offers)
        both = QHBoxLayout(self)
        both.setContentsMargins(SPACE, SPACE, SPACE, ROOMY)
        both.setSpacing(WIDE)
        both.addWidget(self._left, 1)
        both.addWidget(self._right, 1)
        self._in_model = False
        self._arrange()
        self.show_loading(_("Reading the catalogue…"))

    def _open_current(self) -> None:
        if (shown := self.list.current) is not None:
            self._open(shown.find)

    def _open(self, find: Find) -> None:
        self.opened.emit(find)

    def show_loading(self, words: str) -> None:
        self.show_list()
        self.pages.show_loading(words)

    def show_searching(self, hub: str) -> None:
        self.show_list()
        self.pages.show_loading(_("Asking {hub}…").format(hub=hub), self.cancel_requested.emit)

    def show_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence, self.form.search_requested.emit)

    def show_found(self, found: list[Shown], hub: str, *, more: bool = False) -> None:
        """Models; `hub` named them, or is empty for the catalogue. `more`: the hub has further ones."""
        self.back.setVisible(bool(hub))
        self.origin.setText(_origin(len(found), hub, more))
        self.list.show_things(found)
        if found:
            self.pages.show_full()
        elif hub:
            self.pages.show_empty(
                _("Nothing was found"),
                _("Try fewer or other words, or take a filter away."),
                _("Back to the catalogue"),
                self.catalogue_requested.emit,
            )
        else:
            self.pages.show_empty(
                _("Nothing in the catalogue matches"),
                _("The hub knows far more models. Asking it sends your words there."),
                _("Take the filters away"),
                self.form.clear,
            )

    def show_find(self, find: Find, offers: list[Offer]) -> None:
        """One model and its files."""
        self.offers.show_find(find, offers)
        self._in_model = True
        self._arrange()
        self.offers.list.setFocus()

    def show_list(self) -> None:
        """All models again."""
        was = self._in_model
        self._in_model = False
        self._arrange()
        if was:
            self.list.setFocus()

    def _arrange(self) -> None:
        beside = self.width() >= _BESIDE
        self._left.setVisible(beside or not self._in_model)
        self._right.setVisible(self._in_model)
        self.offers.back.setVisible(not beside)
        self.large.setVisible(not beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _origin(count: int, hub: str, more: bool) -> str:
    if not hub:
        words = ngettext(
            "{n} model of the built-in catalogue. Nothing was sent.",
            "{n} models of the built-in catalogue. Nothing was sent.",
            count,
        )
        return words.format(n=count)
    if more:
        return _("The first {n} from {hub}. More words find less.").format(n=count, hub=hub)
    return ngettext("{n} model from {hub}", "{n} models from {hub}", count).format(n=count, hub=hub)
