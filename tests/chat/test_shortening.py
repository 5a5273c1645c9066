"""Which turns are left out, and the pieces of a summary."""

from __future__ import annotations

from dataclasses import replace

from qwendesk.chat import shortening
from qwendesk.chat.conversation import Conversation


def talk(*texts: str) -> Conversation:
    made = Conversation()
    for at, text in enumerate(texts):
        if at % 2 == 0:
            made.ask(text)
        else:
            made.put(replace(made.answer("m"), answer=text, state="finished"))
    return made


def test_half_of_the_context_is_kept_and_the_last_question_always() -> None:
    made = talk(*["x" * 100] * 10, "last")
    cut = shortening.oldest(made, 1000, 1000)
    assert cut is not None
    left = sum(len(one.answer) for one in made.turns if one.id > cut.id)
    assert 400 <= left <= 520
    assert made.turns[[one.id for one in made.turns].index(cut.id) + 1].role == "user", "whole exchanges go"
    everything = shortening.oldest(made, 100_000, 100)
    assert everything is not None
    assert made.turns[-1].answer == "last"
    assert everything.id == made.turns[-2].id
    assert shortening.oldest(talk("alone"), 1000, 100) is None


def test_pieces_hold_every_word() -> None:
    made = talk("question", "answer " * 100)
    pieces = list(shortening._pieces(made.turns, 50))
    assert max(map(len, pieces)) <= 50
    assert "".join(pieces) == "USER: question\n\nASSISTANT: " + ("answer " * 100).strip()
