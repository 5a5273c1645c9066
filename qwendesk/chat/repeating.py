"""Whether a reply that was made again is the one that was, and where the two begin to differ."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished
from qwendesk.chat.turn import Turn
from qwendesk.chat.writer import common_length
from qwendesk.runtimes.session import Session

_SHOWN = 24
_THINK_END = "\n</think>\n\n"


def repetition(session: Session, old: Turn, now: Finished, noted: Callable[[Note], None]) -> None:
    """Call `noted` with what there is to say, at once or once the worker has counted the tokens before."""
    before, after = _whole(old.reasoning, old.answer), _whole(now.reasoning, now.answer)
    if before == after:
        noted(Note("repeated_same"))
        return
    shared = common_length(before, after)
    was, is_now = (_word(text, shared) for text in (before, after))

    def counted(done: Future[int]) -> None:
        token = done.result() + 1 if not done.cancelled() and done.exception() is None else None
        noted(Note("repeated_differs", {"token": token, "was": was, "now": is_now}))

    session.count_tokens_later(before[:shared]).add_done_callback(counted)


def _whole(reasoning: str, answer: str) -> str:
    return f"{reasoning}{_THINK_END}{answer}" if reasoning else answer


def _word(text: str, at: int) -> str:
    """What stands there, to read: a word, or that the text is over."""
    return text[at : at + _SHOWN].split("\n", maxsplit=1)[0]
