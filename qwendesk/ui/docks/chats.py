"""The conversations that were held: found by any word in them, opened, put in order, thrown away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from qwendesk.chat.history import Entry, Hit
from qwendesk.ui.docks.chatcell import chat_cell
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, row
from qwendesk.ui.widgets.search import search_field
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_TYPING_MS = 200
ALL, ARCHIVE, TRASH = "", "\0archive", "\0trash"
"""What the filter may be beside the name of a folder."""


class ChatsView(QWidget):
    """`asked` with what to do and an Entry or a Hit; `searched` with words, empty for the list again."""

    asked = Signal(str, object)
    searched = Signal(str)
    new_requested = Signal()
    refresh_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[Entry] = ()
        self.field = search_field(_("Search in all chats"))
        self.field.setPlaceholderText(_("Search in all chats"))
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(lambda: self.searched.emit(self.words))
        self.field.textChanged.connect(lambda _text: self._typing.start())
        self.place = QComboBox()
        self.place.setAccessibleName(_("Folder"))
        calm(self.place)
        self.place.currentIndexChanged.connect(lambda _at: self._show())
        self.list: RowList[Entry | Hit] = RowList(_("Chats"), _key, chat_cell, 1, delete="delete")
        self.list.done.connect(self.asked)
        self.list.clicked.connect(lambda _index: self._open_current())
        self.pages = Pages(self.list)
        new = button(_("New chat"), "", self.new_requested.emit)
        foot = row(self.place, new)
        foot.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, ROOMY)
        layout.setSpacing(SPACE)
        layout.addWidget(self.field)
        layout.addWidget(self.pages, 1)
        layout.addLayout(foot)
        self._show_places(())
        self.pages.show_loading(_("Reading the chats…"))

    @property
    def words(self) -> str:
        return self.field.text().strip()

    def _open_current(self) -> None:
        if (current := self.list.current) is not None and not _is_trashed(current):
            self.asked.emit("open", current)

    def mark(self, conversation: int) -> None:
        """Select the conversation in front."""
        self.list.mark(conversation)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """All of them; which are seen, the filter says."""
        self._entries = entries
        self._show_places(sorted({one.about.folder for one in entries if one.about.folder}))
        self._show()

    def _show_places(self, folders: Sequence[str]) -> None:
        wanted = [(_("All chats"), ALL), *((one, one) for one in folders)]
        wanted += [(_("Archive"), ARCHIVE), (_("Trash"), TRASH)]
        if [self.place.itemData(at) for at in range(self.place.count())] == [data for _title, data in wanted]:
            return
        kept, before = self.place.currentData(), self.place.blockSignals(True)
        self.place.clear()
        for title, data in wanted:
            self.place.addItem(title, data)
        self.place.setCurrentIndex(max(0, self.place.findData(kept)))
        self.place.blockSignals(before)

    def _show(self) -> None:
        if self.words:
            return
        place = self.place.currentData() or ALL
        found = sorted(
            (one for one in self._entries if _belongs(one, place)), key=lambda one: not one.about.pinned
        )
        self.list.show_things(found)
        if found:
            self.pages.show_full()
        elif place == TRASH:
            self.pages.show_empty(_("The trash is empty"), _("What is deleted stays here for 30 days."))
        elif place == ARCHIVE:
            self.pages.show_empty(_("Nothing is archived"), _("The menu of a chat can put it here."))
        else:
            self.pages.show_empty(_("No chats yet"), _("What you talk about is kept on this computer."))

    def show_hits(self, words: str, hits: Sequence[Hit]) -> None:
        """What was found, unless other words are typed by now."""
        if words != self.words:
            return
        if not words:
            self._show()
            return
        self.list.show_things(list(hits))
        if hits:
            self.pages.show_full()
        else:
            self.pages.show_empty(
                _("Nothing was found"), _("No message has all these words."), _("Show all"), self.field.clear
            )

    def show_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence, self.refresh_requested.emit)


def _key(one: Entry | Hit) -> int:
    return one.message if isinstance(one, Hit) else one.about.id


def _is_trashed(one: Entry | Hit) -> bool:
    return isinstance(one, Entry) and one.about.trashed is not None


def _belongs(entry: Entry, place: str) -> bool:
    about = entry.about
    if place == TRASH or about.trashed is not None:
        return place == TRASH and about.trashed is not None
    if place == ARCHIVE or about.archived:
        return place == ARCHIVE and about.archived
    return place in (ALL, about.folder)
