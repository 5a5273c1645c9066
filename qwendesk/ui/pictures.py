"""Images as a model takes them: decoded once to see that they can be, smaller where they are large.

For a background thread: decoding takes longer than a frame.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from qwendesk.api.problem import Problem
from qwendesk.chat.imagefile import check_size
from qwendesk.chat.pictures import media_type

LONGEST, SMALL = 2048, 320
"""Pixels of the longer side: as it is sent, and as it is shown beside words."""
_MOST_PIXELS = 200_000_000
_AS_THEY_ARE = ("image/png", "image/jpeg", "image/gif", "image/bmp")
"""What every engine reads; WebP is not among them."""
_QUALITY = 90
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image, its size in pixels, and a small copy to show."""

    data: bytes
    width: int
    height: int
    small: QImage


def picture_of(name: str, data: bytes) -> Picture:
    """A PNG, JPEG, WebP, GIF or BMP file, upright and at most 2048 pixels long.

    Raises:
        Problem: `picture_too_large` (name, size, most); `picture_unreadable` (name, detail).
    """
    kind = media_type(data)
    check_size(name, len(data))
    if kind is None:
        raise Problem("picture_unreadable", name=name, detail="PNG, JPEG, WebP, GIF, BMP")
    image, changed = _decoded(name, data, LONGEST)
    if changed or kind not in _AS_THEY_ARE:
        data = encoded(image, "JPEG" if kind == "image/jpeg" else "PNG")
    return Picture(data, image.width(), image.height(), smaller(image))


def picture_from(image: QImage) -> Picture:
    """One from the clipboard."""
    fitting = image
    if max(image.width(), image.height()) > LONGEST:
        fitting = image.scaled(LONGEST, LONGEST, _KEEP, Qt.TransformationMode.SmoothTransformation)
    return Picture(encoded(fitting, "PNG"), fitting.width(), fitting.height(), smaller(fitting))


def small_picture(name: str, data: bytes) -> QImage:
    """A copy at most 320 pixels long. Raises Problem `picture_unreadable`."""
    return _decoded(name, data, SMALL)[0]


def whole_picture(name: str, data: bytes) -> QImage:
    """As it is sent. Raises Problem `picture_unreadable`."""
    return _decoded(name, data, LONGEST)[0]


def smaller(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= SMALL:
        return image.copy()
    return image.scaled(SMALL, SMALL, _KEEP, Qt.TransformationMode.SmoothTransformation)


def encoded(image: QImage, form: str) -> bytes:
    """The image as a file of this format."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, form, _QUALITY if form == "JPEG" else -1)  # type: ignore[call-overload]
    buffer.close()
    return bytes(held.data())


def _decoded(name: str, data: bytes, longest: int) -> tuple[QImage, bool]:
    """The image, and whether it is another one than the file's: smaller, or turned upright."""
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and size.width() * size.height() > _MOST_PIXELS:
        raise Problem("picture_unreadable", name=name, detail=f"{size.width():,} × {size.height():,}")
    turned = reader.transformation() != QImageIOHandler.Transformation.TransformationNone
    scaled = size.isValid() and max(size.width(), size.height()) > longest
    if scaled:
        reader.setScaledSize(size.scaled(longest, longest, _KEEP).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        raise Problem("picture_unreadable", name=name, detail=reader.errorString())
    if max(image.width(), image.height()) > longest:
        image = image.scaled(longest, longest, _KEEP, Qt.TransformationMode.SmoothTransformation)
        scaled = True
    return image, scaled or turned
