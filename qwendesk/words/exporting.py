"""The words in a written conversation, translated."""

from __future__ import annotations

from dataclasses import fields

from qwendesk.chat.exporting.labels import Labels
from qwendesk.words import _
from qwendesk.words.problems import word


def labels() -> Labels:
    """All of them."""
    texts = {one.name: _(one.default) for one in fields(Labels) if isinstance(one.default, str)}
    return Labels(**texts, word=lambda note: str(word(note)))
