"""What is in an attachment: its text as the model reads it, the image, or how long a recording takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from qwendesk.api.problem import Problem
from qwendesk.chat.audiofile import seconds_of
from qwendesk.chat.turn import Attachment
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.pictures import whole_picture
from qwendesk.ui.theme.style import code_font
from qwendesk.ui.theme.tokens import SMALL
from qwendesk.ui.widgets.parts import button, label
from qwendesk.words import _
from qwendesk.words.figures import length, size, tokens
from qwendesk.words.problems import word

T = TypeVar("T")
PART = 100_000
"""Characters that are laid out at once; the next ones come as the reader gets there."""
LONGEST_LINE = 4_000
_WIDTH, _HEIGHT = 720, 520


class AttachedDialog(Dialog):
    """Reads the content in the background."""

    def __init__(self, attachment: Attachment, background: Background, parent: QWidget) -> None:
        super().__init__(attachment.name, parent, width=_WIDTH)
        self._attachment = attachment
        self._rest = self.whole = ""
        self.about = label(_about(attachment), "dim", selectable=True)
        self.body.addWidget(self.about)
        self.text = QPlainTextEdit(readOnly=True)
        self.picture = _Picture()
        self.copy = button(_("Copy"), "", self._on_copied)
        self.copy.setAutoDefault(False)
        if attachment.kind == "text":
            self._begin_text(background)
        elif attachment.kind == "audio":
            self._begin_audio(background)
        else:
            self._begin_picture(background)

    def _begin_text(self, background: Background) -> None:
        self.text.setAccessibleName(_("Content of {name}").format(name=self._attachment.name))
        self.text.setFont(code_font(SMALL))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(_HEIGHT)
        self.text.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.body.addWidget(self.text, 1)
        self.copy.setEnabled(False)
        self.add_buttons(self.copy, self.close_button(_("Close")))
        self._task = background.run(_or_gone(self._attachment.text), self._on_text, self._on_problem)

    def _begin_picture(self, background: Background) -> None:
        self.picture.setAccessibleName(self._attachment.name)
        self.body.addWidget(self.picture, 1)
        self.add_buttons(self.close_button(_("Close")))
        attachment = self._attachment
        read = _or_gone(lambda: whole_picture(attachment.name, attachment.read()))
        self._task = background.run(read, self.picture.show_image, self._on_problem)

    def _begin_audio(self, background: Background) -> None:
        self.add_buttons(self.close_button(_("Close")))
        read = _or_gone(lambda: seconds_of(self._attachment.read()))
        self._task = background.run(read, self._on_length, self._on_problem)

    def _on_length(self, seconds: float) -> None:
        if seconds:
            self.about.setText(f"{self.about.text()} · {length(seconds)}")

    def _on_text(self, text: str) -> None:
        self.whole = self._rest = text
        self.copy.setEnabled(True)
        self._add_part()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _add_part(self) -> None:
        part, self._rest = self._rest[:PART], self._rest[PART:]
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(_folded(part))

    def _on_scrolled(self, value: int) -> None:
        bar = self.text.verticalScrollBar()
        if self._rest and value >= bar.maximum() - bar.pageStep():
            self._add_part()

    def _on_problem(self, problem: Problem) -> None:
        self.about.setText(str(word(problem.note())))
        self.about.setWordWrap(True)

    def _on_copied(self) -> None:
        QGuiApplication.clipboard().setText(self.whole)

    def done(self, result: int) -> None:
        self._task.cancel()
        super().done(result)


class _Picture(QWidget):
    """As large as there is room, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.setMinimumHeight(_HEIGHT)

    def show_image(self, image: QImage) -> None:
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image.isNull():
            return
        size, room = self.image.size() / self.devicePixelRatioF(), self.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect((room.width() - size.width()) // 2, (room.height() - size.height()) // 2, 0, 0)
        place.setSize(size)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self.image)


def _or_gone(read: Callable[[], T]) -> Callable[[], T]:
    """The same, with a sentence for a file that is not there any more."""

    def reading() -> T:
        try:
            return read()
        except OSError as error:
            path, detail = str(error.filename or ""), error.strerror or ""
            raise Problem("attachment_gone", path=path, detail=detail) from error

    return reading


def _about(attachment: Attachment) -> str:
    kind = _("As the model reads it") if attachment.kind == "text" else _("As it is sent to the model")
    counted = tokens(attachment.tokens) if attachment.tokens is not None else ""
    return " · ".join(one for one in (kind, size(attachment.size), counted) if one)


def _folded(text: str) -> str:
    """Lines broken where they are so long that laying them out would take seconds."""
    lines = text.split("\n")
    if max(map(len, lines)) <= LONGEST_LINE:
        return text
    return "\n".join(
        line[at : at + LONGEST_LINE] for line in lines for at in range(0, max(1, len(line)), LONGEST_LINE)
    )
