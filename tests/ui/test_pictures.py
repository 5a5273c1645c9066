"""Images as a model takes them: whatever comes, upright, not too large, in a format that engines read."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage

from fakes.png import noise_png
from qwendesk.api.problem import Problem
from qwendesk.chat.imagefile import MOST_BYTES
from qwendesk.chat.pictures import media_type
from qwendesk.ui.pictures import LONGEST, encoded, picture_from, picture_of, small_picture, whole_picture


def plain(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    return image


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP"])
def test_what_fits_stays_as_it_is(form: str) -> None:
    data = encoded(plain(100, 50), form)
    picture = picture_of("x", data)
    assert picture.data == data
    assert (picture.width, picture.height) == (100, 50)
    assert (picture.small.width(), picture.small.height()) == (100, 50)


def test_webp_becomes_what_engines_read() -> None:
    picture = picture_of("x", encoded(plain(100, 50), "WEBP"))
    assert media_type(picture.data) == "image/png"
    colour = whole_picture("x", picture.data).pixelColor(1, 1)
    assert max(abs(a - b) for a, b in zip(colour.getRgb(), QColor("#336699").getRgb(), strict=True)) < 8


@pytest.mark.parametrize(("form", "kept"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_what_is_large_gets_smaller(form: str, kept: str) -> None:
    picture = picture_of("x", encoded(plain(3000, 1500), form))
    assert (picture.width, picture.height) == (LONGEST, LONGEST // 2)
    assert media_type(picture.data) == kept
    assert max(picture.small.width(), picture.small.height()) == 320
    assert whole_picture("x", picture.data).width() == LONGEST
    assert small_picture("x", picture.data).width() == 320
    pasted = picture_from(plain(100, 4096))
    assert (pasted.width, pasted.height) == (50, LONGEST)
    assert media_type(pasted.data) == "image/png"


def test_a_photo_taken_sideways_stands_upright() -> None:
    jpeg = encoded(plain(80, 40), "JPEG")
    turned = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    exif = b"Exif\0\0" + turned
    data = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    picture = picture_of("x", data)
    assert (picture.width, picture.height) == (40, 80)
    assert picture.data != data


def test_bombs_and_what_is_too_large() -> None:
    head = noise_png(0, 2, 2).replace(struct.pack(">II", 2, 2), struct.pack(">II", 60_000, 60_000))
    with pytest.raises(Problem, match="picture_unreadable"):
        picture_of("x", head)
    with pytest.raises(Problem, match="picture_too_large"):
        picture_of("x", noise_png(0) + bytes(MOST_BYTES))
    with pytest.raises(Problem, match="picture_unreadable"):
        picture_of("x", b"II*\0 a TIFF")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["PNG", "JPEG", "BMP", "WEBP"]))
    whole = bytearray(encoded(plain(40, 30), form))
    for at in data.draw(st.lists(st.integers(12, len(whole) - 1), max_size=6)):
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(12, len(whole)))
    try:
        picture = picture_of("x", bytes(whole[:cut]))
    except Problem:
        return
    assert 0 < max(picture.width, picture.height) <= LONGEST
