"""The designed states of a view: empty, loading, error, and full."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from qwendesk.ui.theme.tokens import GAP, SPACE
from qwendesk.ui.widgets.parts import button, label
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_BAR = 160


class Pages(QStackedWidget):
    """Shows either `full` or a page that says, in a line or two, why there is nothing and what to do."""

    def __init__(self, full: QWidget) -> None:
        super().__init__()
        self.full = full
        self._title = label("", "strong", wrap=True)
        self._hint = label("", "dim", wrap=True)
        self._button = button(_("Try again"))
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.setFixedWidth(_BAR)
        self._busy.setAccessibleName(_("Under way"))
        self._act: Callable[[], None] = lambda: None
        self._button.clicked.connect(lambda _checked: self._act())
        self.addWidget(full)
        self.addWidget(_centred(self._title, self._hint, self._busy, self._button))

    @property
    def shown(self) -> str:
        """The state's first line, or an empty text while the full view shows."""
        return "" if self.currentIndex() == 0 else self._title.text()

    def put(self, full: QWidget) -> None:
        """Another full view, made later than the pages."""
        before, self.full = self.full, full
        self.insertWidget(0, full)
        self.removeWidget(before)
        before.deleteLater()

    def show_full(self) -> None:
        self.setCurrentIndex(0)

    def show_empty(
        self, title: str, hint: str, action: str = "", act: Callable[[], None] | None = None
    ) -> None:
        self._show(title, hint, action, act)

    def show_loading(self, title: str, cancel: Callable[[], None] | None = None) -> None:
        self._show(title, "", _("Cancel") if cancel else "", cancel)
        self._busy.show()

    def show_error(self, sentence: Sentence, again: Callable[[], None] | None = None) -> None:
        self._show(sentence.what, sentence.next, _("Try again") if again else "", again)

    def _show(self, title: str, hint: str, action: str, act: Callable[[], None] | None) -> None:
        self._busy.hide()
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        if action:
            self._button.setText(action)
            self._button.setAccessibleName(action)
        self._button.setVisible(act is not None)
        self._act = act or (lambda: None)
        self.setCurrentIndex(1)

    def minimumSizeHint(self) -> QSize:
        # Wrapped text asks for the height it would have in the narrowest column; a dock may be lower.
        return QSize(96, 72)


def _centred(title: QLabel, hint: QLabel, busy: QProgressBar, act: QPushButton) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(GAP, SPACE, GAP, SPACE)
    layout.setSpacing(SPACE)
    for text in (title, hint):
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch(1)
    layout.addWidget(title)
    layout.addWidget(hint)
    layout.addWidget(busy, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addWidget(act, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch(2)
    return page
