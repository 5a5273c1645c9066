"""Making room where the context is full: the oldest turns are left out, or summed up by the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.turn import Turn
from qwendesk.runtimes.session import Session

_SHARE = 0.5
"""Of the context that what is left may take: the talk is to go on for a while."""
_PIECE_SHARE = 0.4
_CHARACTERS_A_TOKEN = 2.0
"""Few, so that a piece fits in any script."""
_WORDS = 300
_ASK = (
    "Sum up the conversation below in at most {words} words, in its own language. Keep names, numbers, "
    "decisions, open questions and what the user wants. Write the summary alone.\n\n{before}{text}"
)
_BEFORE = "What happened before: {summary}\n\n"


def oldest(conversation: Conversation, prompt_tokens: int, context: int) -> Turn | None:
    """The last of the turns to leave out so that the rest takes half the context, judged by its length.

    The last question always stays. None where nothing is left to leave out.
    """
    turns = conversation.sent()
    keep = next((at for at in range(len(turns) - 1, -1, -1) if turns[at].role == "user"), 0)
    lengths = [len(one.answer) + sum(each.size for each in one.attachments) for one in turns]
    most = sum(lengths) * _SHARE * context / max(prompt_tokens, 1)
    left, cut = sum(lengths), None
    for at in range(keep):
        if left <= most and turns[at].role == "user":
            break
        left -= lengths[at]
        cut = turns[at]
    return cut


def summary(
    session: Session,
    turns: Sequence[Turn],
    before: str,
    told: Callable[[int, int], bool],
) -> str | None:
    """What the model makes of these turns, after `before`; blocks. None where it was stopped.

    Args:
        told: hears how many of how many pieces are done; False stops.

    Raises:
        Problem: what replies raise.
    """
    context = session.wait_ready().context
    pieces = list(_pieces(turns, int(context * _PIECE_SHARE * _CHARACTERS_A_TOKEN)))
    found = before
    for number, piece in enumerate(pieces):
        if not told(number, len(pieces)):
            return None
        found = _summed(session, found, piece, context)
    told(len(pieces), len(pieces))
    return found


def _summed(session: Session, before: str, text: str, context: int) -> str:
    start = _BEFORE.format(summary=before) if before else ""
    question = Message("user", _ASK.format(words=_WORDS, before=start, text=text))
    sampling = replace(Sampling(), temperature=0.0, max_tokens=max(64, min(1024, context // 4)))
    request = ReplyRequest((question,), sampling=sampling, thinking=Thinking(on=False))
    finished = session.stream(request)[0].wait()
    if not finished.answer.strip():
        raise Problem("summary_empty")
    return finished.answer.strip()


def _pieces(turns: Sequence[Turn], longest: int) -> Iterator[str]:
    """The turns as a text in pieces of so many characters."""
    whole = "\n\n".join(f"{one.role.upper()}: {one.answer.strip()}" for one in turns if one.answer.strip())
    for start in range(0, len(whole), max(longest, 1)):
        yield whole[start : start + longest]
