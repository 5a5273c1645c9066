"""The words in a report of the lab, translated."""

from __future__ import annotations

from dataclasses import fields

from qwendesk.lab.report.labels import MEANINGS, Labels
from qwendesk.words import _, advising
from qwendesk.words.problems import word


def labels() -> Labels:
    """All of them."""
    texts = {one.name: _(one.default) for one in fields(Labels) if isinstance(one.default, str)}
    return Labels(
        **texts,
        meanings={id: _(meaning) for id, meaning in MEANINGS.items()},
        word=lambda note: str(word(note)),
        advice=advising.advice,
        doubts=advising.doubts,
    )
