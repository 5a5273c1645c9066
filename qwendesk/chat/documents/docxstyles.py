"""What the styles and lists of a DOCX file say about a paragraph: headings, numbers, page breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docx.oxml.ns import qn

from qwendesk.chat.documents.docxpackage import Element, Parts, number, on, value

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_LEVELS = 9
_DEEPEST = 20  # styles that build on each other, perhaps in a circle
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


class Styles:
    """Properties of paragraphs, looked up in the paragraph and then in the styles that it builds on."""

    def __init__(self, parts: Parts) -> None:
        styles = () if parts.styles is None else parts.styles.iterfind(qn("w:style"))
        self._styles = {one.get(qn("w:styleId"), ""): one for one in styles}

    def heading(self, paragraph: Element) -> int:
        """The level from 1 to 9; 0 for what is no heading."""
        for properties, name in self._chain(paragraph):
            if found := _HEADING.fullmatch(name):
                return int(found[1])
            if name.lower() == "title":
                return 1
            outline = value(properties, "w:outlineLvl")
            if outline is not None:
                return number(outline, 9) + 1 if number(outline, 9) < _LEVELS else 0
        return 0

    def list_place(self, paragraph: Element) -> tuple[str, int] | None:
        """The id of the paragraph's list and the level in it, from 0."""
        level = None
        for properties, _name in self._chain(paragraph):
            level = level or value(properties, "w:numPr", "w:ilvl")
            list_id = value(properties, "w:numPr", "w:numId")
            if list_id is not None:
                return None if list_id == "0" else (list_id, min(number(level), _LEVELS - 1))
        return None

    def breaks_before(self, paragraph: Element) -> bool:
        """Whether it begins a page."""
        for properties, _name in self._chain(paragraph):
            if properties is not None and properties.find(qn("w:pageBreakBefore")) is not None:
                return on(properties, "w:pageBreakBefore")
        return False

    def _chain(self, paragraph: Element) -> Iterator[tuple[Element | None, str]]:
        """The paragraph's own properties, then those of its style and of what it builds on, named."""
        properties = paragraph.find(qn("w:pPr"))
        yield properties, ""
        style = value(properties, "w:pStyle")
        for _step in range(_DEEPEST):
            found = self._styles.get(style)
            if found is None:
                return
            yield found.find(qn("w:pPr")), value(found, "w:name") or ""
            style = value(found, "w:basedOn")


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str
    start: int


class Numbering:
    """The numbers before list items and numbered headings, counted as the document goes on."""

    def __init__(self, parts: Parts) -> None:
        tree = parts.numbering
        abstract = (
            {}
            if tree is None
            else {_id(one, "w:abstractNumId"): one for one in tree.iterfind(qn("w:abstractNum"))}
        )
        self._lists = {} if tree is None else {_id(one, "w:numId"): one for one in tree.iterfind(qn("w:num"))}
        self._levels = {id: _levels(node) for id, node in abstract.items()}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def label(self, list_id: str, level: int) -> str:
        """What stands before the next item: “-”, “3.”, “2.1”, “(b)”; empty where the list has no marks."""
        kind = value(self._lists.get(list_id), "w:abstractNumId") or ""
        levels = self._levels.get(kind)
        if levels is None or level not in levels:
            return "-"
        counts = self._counts.setdefault(kind, [None] * _LEVELS)
        self._begin(list_id, counts)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return _written(levels, counts, level)

    def _begin(self, list_id: str, counts: list[int | None]) -> None:
        """A list of the same kind may start its numbers anew."""
        if list_id in self._begun:
            return
        self._begun.add(list_id)
        for override in self._lists[list_id].iterfind(qn("w:lvlOverride")):
            start, level = value(override, "w:startOverride"), number(override.get(qn("w:ilvl")))
            if start is not None and level < _LEVELS:
                counts[level] = number(start) - 1


def _id(node: Element, name: str) -> str:
    return node.get(qn(name)) or ""


def _levels(abstract: Element) -> dict[int, _Level]:
    return {
        number(one.get(qn("w:ilvl"))): _Level(
            value(one, "w:numFmt") or "decimal",
            value(one, "w:lvlText") or "",
            number(value(one, "w:start"), 1),
        )
        for one in abstract.iterfind(qn("w:lvl"))
    }


def _written(levels: dict[int, _Level], counts: list[int | None], level: int) -> str:
    if levels[level].form == "bullet":
        return "-"
    if levels[level].form == "none":
        return ""

    def count(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        one = levels.get(at)
        if one is None:
            return ""
        current = counts[at]
        return _FORMS.get(one.form, str)(one.start if current is None else current)

    return re.sub(r"%([1-9])", count, levels[level].pattern)[:40]


def _letters(count: int) -> str:
    """a … z, aa, bb … as word processors count."""
    return chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 20) if count > 0 else str(count)


def _roman(count: int) -> str:
    if not 0 < count < 4000:
        return str(count)
    written = ""
    for worth, sign in _ROMAN:
        times, count = divmod(count, worth)
        written += sign * times
    return written


_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "decimalZero": lambda count: f"{count:02}",
}
