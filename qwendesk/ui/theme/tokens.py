"""Every colour, size and space of the window, in two themes. Nothing else names a colour."""

from __future__ import annotations

from typing import NamedTuple


class Colours(NamedTuple):
    """One theme. Text steps, accent and states read on background, panel, raised and soft at 4.5:1."""

    background: str
    panel: str
    raised: str
    line: str
    border_strong: str
    text: str
    dim: str
    faint: str
    accent: str
    button: str
    soft: str
    good: str
    warn: str
    bad: str
    on_button: str = "#ffffff"


DARK = Colours(
    background="#16181d",
    panel="#1b1e24",
    raised="#23272f",
    line="#2c313a",
    border_strong="#6f7886",
    text="#e6e8ec",
    dim="#a7b0bd",
    faint="#98a1af",
    accent="#9d90fa",
    button="#6e5de4",
    soft="#2a2645",
    good="#4cc38a",
    warn="#e5b454",
    bad="#f2777a",
)

LIGHT = Colours(
    background="#ffffff",
    panel="#f6f7f9",
    raised="#ffffff",
    line="#e1e4e9",
    border_strong="#868e9a",
    text="#1c2127",
    dim="#515a67",
    faint="#5d6572",
    accent="#5b48d9",
    button="#5b48d9",
    soft="#eeebfd",
    good="#187a4c",
    warn="#8a5a00",
    bad="#c02b32",
)

ROLES = {
    "background": "base",
    "panel": "window",
    "raised": "alternate-base",
    "line": "mid",
    "border_strong": "dark",
    "text": "window-text",
    "dim": "midlight",
    "faint": "placeholder-text",
    "accent": "accent",
    "button": "highlight",
    "soft": "light",
    "good": "link-visited",
    "warn": "shadow",
    "bad": "bright-text",
    "on_button": "highlighted-text",
}
"""The palette role that carries each token, as style sheets spell it. Where no role means the same, one
is taken that nothing is drawn with here."""

# Pixels. Type: body, small, title (semibold), figure (the one number of a card).
BODY, SMALL, TICK, TITLE, FIGURE = 13, 12, 11, 15, 20
# Space: multiples of 4, mostly these.
TIGHT, SPACE, ROOMY, WIDE = 4, 8, 12, 16
GAP = 24
FIELD_RADIUS, CARD_RADIUS, BUBBLE_RADIUS = 6, 8, 12
COLUMN = 760
"""The conversation is never wider."""
