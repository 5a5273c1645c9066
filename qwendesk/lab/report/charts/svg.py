"""Elements of an SVG picture inside of a page."""

from __future__ import annotations

from html import escape

LONGEST = 28
"""Characters of a label in a picture."""


def element(name: str, *inside: str, **attributes: str | float) -> str:
    """One element; `inside` is markup already. `class_` is the class, other underscores become hyphens."""
    told = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(inside)}</{name}>" if inside else f"<{name}{told}/>"


def words(text: str, x: float, y: float, kind: str, anchor: str = "start") -> str:
    """A line of text at a place."""
    return element("text", escape(text), x=x, y=y, class_=kind, text_anchor=anchor)


def label(name: str, x: float, y: float, more: str = "", longest: int = LONGEST) -> str:
    """A model's name at a place; a long one is cut, and stands whole in its title."""
    shown = cut(name, longest)
    inside = [escape(shown)]
    if shown != name:
        inside.append(element("title", escape(name)))
    return element("text", *inside, x=x, y=y, class_=f"label {more}".strip())


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def path(places: list[tuple[float, float]], kind: str) -> str:
    """A line through these places."""
    return element("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places), class_=kind)


def picture(width: float, height: float, title: str, *inside: str) -> str:
    """The whole picture, which screen readers know by its title."""
    return element(
        "svg", element("title", escape(title)), *inside,
        viewBox=f"0 0 {width:.0f} {height:.0f}", width=width, height=height, role="img", aria_label=title,
    )  # fmt: skip


def cut(text: str, longest: int = LONGEST) -> str:
    """No longer than a label may be; most of its end is kept, where names tell of the quantization."""
    if len(text) <= longest:
        return text
    start = longest // 3
    return f"{text[:start]}…{text[start + 1 - longest :]}"


def width_of(text: str, longest: int = LONGEST) -> float:
    """Pixels that a label takes, about: wide characters of East Asia twice as much as others."""
    return sum(13.0 if ord(one) >= 0x2E80 else 7.0 for one in cut(text, longest))


def _name(key: str) -> str:
    return {"class_": "class", "viewBox": key}.get(key, key.replace("_", "-"))


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
