"""Files that a view offers to save: asked for without holding anything up, written elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from qwendesk.api.problem import Problem
from qwendesk.system.settings import write_atomically
from qwendesk.ui.background import Background
from qwendesk.ui.theme.style import colours
from qwendesk.ui.widgets.notice import Notices
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word

_TOPIC = "saved"
Writer = Callable[[Path], None]


class Saving(QObject):
    """What is written is what was there when it was asked for, however long choosing a name takes."""

    def __init__(self, parent: QWidget, background: Background, notices: Notices) -> None:
        super().__init__(parent)
        self._parent, self._background, self._notices = parent, background, notices

    def save_picture(self, name: str, widget: QWidget) -> None:
        """What a widget shows now, as PNG."""
        image = picture(widget)
        self._ask(name, "png", _("Pictures (*.png)"), partial(_write_picture, image))

    def save_values(self, name: str, text: str) -> None:
        """Comma-separated values."""
        self._ask(name, "csv", _("Comma-separated values (*.csv)"), partial(_write_values, text))

    def save_text(self, name: str, ending: str, filter: str, text: str) -> None:
        """A report, as it is."""
        self._ask(name, ending, filter, partial(_write_text, text))

    def _ask(self, name: str, ending: str, filter: str, write: Writer) -> None:
        dialog = QFileDialog(self._parent, _("Save as"), f"{name}.{ending}", filter)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.fileSelected.connect(lambda path: self.write(Path(path), write))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, path: Path, write: Writer) -> None:
        """Write it elsewhere; a line says what came of it."""
        done = Sentence(_("Saved as {path}.").format(path=path))
        self._background.run(
            partial(write, path),
            lambda _none: self._notices.show_line(_TOPIC, done),
            lambda problem: self._notices.show_line(_TOPIC, word(problem.note())),
        )


def picture(widget: QWidget) -> QImage:
    """The widget on the panel's colour, as sharp as the screen it is on."""
    ratio = widget.devicePixelRatioF()
    pixels = QPixmap(widget.size() * ratio)
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(QColor(colours().panel))
    widget.render(pixels)
    return pixels.toImage()


def _write_picture(image: QImage, path: Path) -> None:
    """Raises `picture_not_saved`."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, which it refuses
    _write(path, bytes(buffer.data().data()), "picture_not_saved")


def _write_values(text: str, path: Path) -> None:
    """Raises `values_not_saved`."""
    _write(path, text.encode(), "values_not_saved")


def _write_text(text: str, path: Path) -> None:
    """Raises `report_not_written`."""
    _write(path, text.encode(), "report_not_written")


def _write(path: Path, data: bytes, problem: str) -> None:
    try:
        write_atomically(path, data)
    except OSError as error:
        raise Problem(problem, path=str(path), detail=error.strerror or str(error)) from error
