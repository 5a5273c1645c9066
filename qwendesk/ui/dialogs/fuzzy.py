"""Fuzzy matching for the command palette: every typed character, in order; better places score higher."""

from __future__ import annotations


def score(wanted: str, text: str) -> int | None:
    """How well `text` matches what was typed; None where it does not. An empty wish matches all alike.

    A character that begins a word counts 8, one that follows the last hit 5, any other 1; each
    character skipped before a first hit costs a little, so that early matches win.
    """
    wanted, text = "".join(wanted.casefold().split()), text.casefold()
    total, place, last = 0, 0, -2
    for character in wanted:
        place = _best_place(character, text, place, last)
        if place < 0:
            return None
        total += 5 if place == last + 1 else 8 if _begins_word(text, place) else 1
        last = place
        place += 1
    return total * 16 - min(last, 15) if wanted else 0


def _best_place(character: str, text: str, start: int, last: int) -> int:
    if start < len(text) and text[start] == character and start == last + 1:
        return start
    places = [at for at in range(start, len(text)) if text[at] == character]
    return next((at for at in places if _begins_word(text, at)), places[0] if places else -1)


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
