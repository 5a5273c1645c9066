"""Whether a model's thinking switch does what it says: two tiny replies, one with it on, one with it off."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.reply import Finished, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.runtimes.session import Session

_QUESTION = "What is 2 + 3?"
_TOKENS = 48
PATIENCE_S = 5.0
"""For each of the two; a slow model is stopped then, and judged by what it said."""


@dataclass(frozen=True, slots=True)
class SwitchTest:
    """What the model did.

    Args:
        on, off: whether it reasoned with the switch in that place.
        seconds: both replies together.
    """

    on: bool
    off: bool
    seconds: float

    @property
    def works(self) -> bool:
        return self.on and not self.off


def try_switch(session: Session, patience: float = PATIENCE_S) -> SwitchTest:
    """Blocks for at most twice the patience, once the model is loaded. Raises Problem as replies do."""
    session.wait_ready()
    began = monotonic()
    on, off = (_reasons(session, thinking=one, patience=patience) for one in (True, False))
    return SwitchTest(on, off, monotonic() - began)


def _reasons(session: Session, *, thinking: bool, patience: float) -> bool:
    request = ReplyRequest(
        (Message("user", _QUESTION),),
        sampling=Sampling(temperature=0.0, max_tokens=_TOKENS),
        thinking=Thinking(on=thinking),
    )
    reply, _events = session.stream(request)
    try:
        finished: Finished = reply.wait(patience)
    except TimeoutError:
        reply.cancel()
        finished = reply.wait(patience)
    return bool(finished.reasoning.strip())
