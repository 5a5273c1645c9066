"""The engines of runtimes: what is installed, what is in use, what could be installed, with sizes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwendesk.runtimes.engines.overview import Engine
from qwendesk.ui.docks.enginecell import EngineRow, UnderWay, engine_cell, rows, summary
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import ROOMY, TIGHT
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import boxed, button, label, row
from qwendesk.words import _
from qwendesk.words.problems import Sentence


class EnginesView(QWidget):
    """`asked` with what to do ("install", "use", "remove", "cancel" …) and the EngineRow."""

    asked = Signal(str, object)
    refresh_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.summary = label("", "dim", wrap=True)
        self.list: RowList[EngineRow] = RowList(
            _("Engines"), lambda one: one.key, engine_cell, 1, bar=True, delete="remove"
        )
        self.list.done.connect(self.asked)
        self.pages = Pages(self.list)
        head = row(self.summary, button(_("Refresh"), "quiet", self.refresh_requested.emit), space=TIGHT)
        head.setStretch(0, 1)
        self._head = boxed(head)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOMY, TIGHT, ROOMY, TIGHT)
        layout.setSpacing(TIGHT)
        layout.addWidget(self._head)
        layout.addWidget(self.pages, 1)
        self.show_loading()

    def show_loading(self) -> None:
        self._head.hide()
        self.pages.show_loading(_("Looking at the engines…"))

    def show_error(self, sentence: Sentence) -> None:
        self._head.hide()
        self.pages.show_error(sentence, self.refresh_requested.emit)

    def show_engines(self, found: Sequence[Engine], going: UnderWay | None) -> None:
        """All of them; `going` is what this window installs now."""
        self.list.show_things(rows(found, going))
        self.summary.setText(summary(found))
        self._head.setVisible(bool(found))
        if found:
            self.pages.show_full()
        else:
            self.pages.show_empty(
                _("No engine can be installed from here"),
                _("No runtime names the packages that it needs. Runtimes are listed under Help, Plugins."),
            )

    def minimumSizeHint(self) -> QSize:
        # Wrapped text asks for the height it would have in the narrowest column; a dock may be lower.
        return QSize(200, 96)
