"""Spans into a document: text in its looks, formulas as drawings as soon as there are any."""

from __future__ import annotations

from PySide6.QtGui import QTextCharFormat, QTextCursor

from qwendesk.ui.chat.formulaobject import OBJECT, formula_format
from qwendesk.ui.chat.formulas import formulas
from qwendesk.ui.chat.latex import Formula, formula
from qwendesk.ui.chat.leaves import Span, Spans
from qwendesk.ui.chat.spanformat import span_format
from qwendesk.ui.chat.textview import TextView
from qwendesk.words import _


def write(
    view: TextView, cursor: QTextCursor, spans: Spans, level: int = 0, colour: str | None = None
) -> set[Formula]:
    """Insert spans at the cursor. "\\n" breaks the line and stays in the paragraph.

    Returns the formulas that are not drawn yet: their source stands in their place.
    """
    missing: set[Formula] = set()
    cursor.beginEditBlock()  # else the paragraph is laid out again for each span
    for span in spans:
        if span.maths:
            found = write_formula(view, cursor, span, span_format(span, level, colour))
            missing |= {found} if found else set()
        else:
            cursor.insertText(span.text.replace("\n", "\u2028"), span_format(span, level, colour))
    cursor.endEditBlock()
    return missing


def write_formula(view: TextView, cursor: QTextCursor, span: Span, look: QTextCharFormat) -> Formula | None:
    """The formula's drawing, or its source; the formula itself if it is to be drawn first."""
    wanted = formula(span.text)
    drawing = formulas().drawing(wanted) if wanted else None
    if drawing is not None:
        view.formulas.drawings[span.text] = drawing
        cursor.insertText(OBJECT, formula_format(span.text, drawing, look))
        return None
    source = QTextCharFormat(look)
    known = wanted is None or formulas().knows(wanted)
    if known:
        source.setToolTip(_("This formula cannot be drawn. What you see is its LaTeX source."))
    cursor.insertText(span.text.replace("\n", "\u2028"), source)
    return None if known else wanted
