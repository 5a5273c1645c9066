r"""LaTeX to a drawing, with ziamath: pure Python, no TeX, no web view. For a background thread.

A formula comes from a model and may be a bomb: brackets in brackets double the work with each level. So
the work is counted in glyphs and rows, and what takes too many stays source, on any machine the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring  # written, never parsed

from qwendesk.ui.chat.latex import Formula, tidy

if TYPE_CHECKING:
    from ziamath.zmath import Math

EM = 15
"""Pixels; STIX is a little smaller than the letters around it."""
ALLOWANCE = 10_000
"""Glyphs and rows; a derivation of ten lines takes less than a tenth of it."""
WIDEST, LARGEST = 4000, 1_500_000
"""Pixels, and square pixels."""
LONGEST_SVG = 400_000
"""Characters; the window reads and paints so many in 10 ms."""
_SHAPES = frozenset({"svg", "g", "path", "rect", "ellipse", "text"})
_FONT = "qwendesk"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Black shapes as SVG. Width, and height above and below the base line, in pixels at an em of EM."""

    svg: bytes
    width: float
    ascent: float
    descent: float


def typeset(formula: Formula) -> Drawing | None:
    """None where it cannot be drawn: a mistake, characters without a glyph, too much of everything."""
    library = _library()
    try:
        made = library(formula)
        box, shapes = made.node.bbox, made.svgxml()
    except Exception:  # whatever a pure function raises about a model's words: they are shown instead
        return None
    if any(shape.tag not in _SHAPES for shape in shapes.iter()):
        return None
    return _drawing(shapes, box.xmax - box.xmin, box.ymax, -box.ymin)


def _drawing(shapes: Element, width: float, ascent: float, descent: float) -> Drawing | None:
    svg = tostring(shapes)
    sane = 0 < width <= WIDEST and abs(ascent) <= WIDEST and abs(descent) <= WIDEST
    if not sane or not 0 < width * (ascent + descent) <= LARGEST or len(svg) > LONGEST_SVG:
        return None
    return Drawing(svg, width + 2, ascent + 1, descent + 1)  # ziamath's margin is a pixel


@cache
def _library() -> _Library:
    return _Library()


class _Library:
    """ziamath, told once how to draw."""

    def __init__(self) -> None:
        from ziamath import zmath
        from ziamath.config import config
        from ziamath.tex import tex2mml

        from qwendesk.ui.chat import formularows
        from qwendesk.ui.chat.glyphs import formula_font

        assert formularows.Row.mtag == "mrow"
        config.svg2 = False
        config.precision = 2
        self._font = zmath.loadedfonts[_FONT] = formula_font(EM)
        self._math, self._tex2mml = zmath.Math, tex2mml

    def __call__(self, formula: Formula) -> Math:
        self._font.allowance = ALLOWANCE
        return self._math(self._tex2mml(tidy(formula.latex), inline=not formula.display), size=EM, font=_FONT)
