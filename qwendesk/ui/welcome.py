"""What an empty conversation says: whom one talks with, what to expect, and a few first questions."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.models.library import Model
from qwendesk.words import _


@dataclass(frozen=True, slots=True)
class Welcome:
    """A title, a sentence, and questions to click."""

    title: str
    detail: str
    questions: tuple[str, ...]


def welcome(model: Model) -> Welcome:
    """Words for this model; Seedling is only offered what its card says it can do."""
    if model.bundled:
        return Welcome(
            _("Talk with Seedling"),
            _("It is tiny and comes with QwenDesk: it greets, adds, counts and knows some capitals."),
            (_("What is 23 + 45?"), _("What is the capital of Japan?"), _("What can you do?")),
        )
    return Welcome(
        _("Talk with {model}").format(model=model.title),
        _("It runs on this computer. Nothing you write leaves it."),
        (
            _("Explain how a heap works, with a short example."),
            _("Write a friendly reminder about an unpaid invoice."),
            _("What is a good way to learn a language in half an hour a day?"),
        ),
    )
