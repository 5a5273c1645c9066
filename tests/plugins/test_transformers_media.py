"""Prompts with media in them, cell by cell; and encoded images, whatever their bytes are."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

pytest.importorskip("torch")

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fakes.png import noise_png, white_png
from qwendesk.api.problem import Problem
from qwendesk_transformers.engine.imagefile import decoded
from qwendesk_transformers.engine.media import Medium, number, piece, placed
from qwendesk_transformers.engine.spans import Span, position, whole

PAD = 900


def medium(id: int, cells: int, places: int) -> Medium:
    return Medium(-id, PAD, cells, places, dict)


PROMPTS = st.lists(
    st.one_of(
        st.integers(0, 800), st.builds(medium, st.integers(1, 3), st.integers(1, 20), st.integers(1, 9))
    ),
    min_size=1,
    max_size=40,
)


@given(PROMPTS, st.integers(1, 16))
def test_pieces_cover_a_prompt_and_cut_no_medium(parts: list[int | Medium], chunk: int) -> None:
    media = [one for one in parts if isinstance(one, Medium)]
    prompt = placed([PAD if isinstance(one, Medium) else one for one in parts], {PAD: media})
    assert len(prompt.cells) == sum(one.cells if isinstance(one, Medium) else 1 for one in parts)
    spans: list[Span] = []
    at = 0
    while at < len(prompt.cells):
        end, found = piece(prompt, at, chunk)
        inside = list(prompt.cells[at:end])
        if found is None:
            assert 0 < len(inside) <= chunk
            assert all(one >= 0 for one in inside)
        else:
            assert inside == [found.id] * found.cells
            spans.append(Span(at, found.cells, found.places))
        at = end
        assert whole(at, spans) == at
    assert len(spans) == len(media)
    places = sum(one.places if isinstance(one, Medium) else 1 for one in parts)
    assert position(len(prompt.cells), spans) == places


def test_positions_and_cells() -> None:
    spans = (Span(3, 10, 4), Span(20, 6, 3))
    assert [position(cell, spans) for cell in (0, 3, 13, 20, 26, 30)] == [0, 3, 7, 14, 17, 21]
    assert [whole(count, spans) for count in (2, 3, 4, 12, 13, 21, 26)] == [2, 3, 3, 3, 13, 20, 26]


def test_a_number_is_that_of_the_bytes() -> None:
    assert number(b"one") == number(b"one") != number(b"two")
    assert number(b"one") < 0


def encoded(form: str, mode: str = "RGB", size: tuple[int, int] = (9, 7)) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, 1 if mode in ("L", "P", "1") else None).save(buffer, form)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_formats_that_people_have(form: str) -> None:
    assert (decoded(encoded(form)).mode, decoded(encoded(form)).size) == ("RGB", (9, 7))


@pytest.mark.parametrize("form", ["PPM", "ICO", "PCX", "TGA", "EPS"])
def test_formats_that_nobody_needs(form: str) -> None:
    with pytest.raises(Problem, match="image_unreadable"):
        decoded(encoded(form, size=(32, 32)))


def test_what_is_transparent_stands_on_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (3, 3), (200, 0, 0, 0)).save(buffer, "PNG")
    assert decoded(buffer.getvalue()).getpixel((1, 1)) == (255, 255, 255)


def test_a_photo_is_turned_upright() -> None:
    buffer = io.BytesIO()
    picture = Image.new("RGB", (8, 4))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(buffer, "JPEG", exif=exif)
    assert decoded(buffer.getvalue()).size == (4, 8)


def test_a_hundred_megapixels_are_refused_undecoded() -> None:
    with pytest.raises(Problem, match="image_too_large"):
        decoded(white_png(10_000, 10_000)[:200])


VALID = [noise_png(0, 20, 20), *(encoded(one) for one in ("JPEG", "WEBP", "GIF", "BMP", "TIFF"))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VALID), st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=6)), max_size=5))
def test_any_bytes_are_an_image_or_a_problem(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    for at, new in changes:
        data = data[:at] + new + data[at + len(new) :]
    with contextlib.suppress(Problem):
        assert decoded(data).mode == "RGB"


def test_a_file_that_is_no_image() -> None:
    with pytest.raises(Problem, match="image_unreadable"):
        decoded(Path(__file__).read_bytes())
