"""The font of formulas: STIX Two Math, and the system's own font for the wide characters that it lacks."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Any
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element  # made here, never parsed

from ziafont.fonttypes import BBox
from ziafont.glyph import SimpleGlyph
from ziafont.svgpath import fmt
from ziamath.mathfont import MathFont

_ASCENT, _DESCENT = 0.88, 0.12
"""Of an em: where East Asian fonts put their square."""


class Unknown(Exception):
    """A character that has no glyph and no width to rely on."""


class TooMuch(Exception):
    """A formula that would take too long."""


class FormulaFont(MathFont):
    """Raises Unknown instead of drawing an empty box, TooMuch once the formula's `allowance` is spent."""

    allowance = 0

    def spend(self) -> None:
        """One step of the work that a formula takes: a glyph looked up, or a row laid out."""
        self.allowance -= 1
        if self.allowance < 0:
            raise TooMuch

    def glyph(self, char: str) -> SimpleGlyph:
        self.spend()
        if self.glyphindex(char) or char.isspace():
            return super().glyph(char)
        if east_asian_width(char) in ("W", "F"):
            return _Wide(char, self)
        raise Unknown(char)


class _Wide(SimpleGlyph):
    """A square of one em, written as text: the renderer picks a font that has it."""

    def __init__(self, char: str, font: MathFont) -> None:
        self._em = font.info.layout.unitsperem
        super().__init__(0, (), BBox(0, self._em, -_DESCENT * self._em, _ASCENT * self._em), font)
        self._char = char

    def place(self, x: float, y: float, point_size: float) -> Any:
        made = Element("text", {"x": fmt(x), "y": fmt(y), "font-size": fmt(point_size), "font-weight": "400"})
        made.text = self._char
        return made

    def advance(self, nextchr: SimpleGlyph | None = None) -> int:
        return int(self._em)


def formula_font(basesize: float) -> FormulaFont:
    """Read from ziamath's own files."""
    with as_file(files("ziamath.fonts") / "STIXTwoMath-Regular.ttf") as path:
        return FormulaFont(path, basesize)
