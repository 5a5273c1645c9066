"""One contestant at work: its talk, and where in it the comparison's questions stand."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

from qwendesk.chat.comparing.contestant import Answer, Contestant, Stage
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import Choice, Talk
from qwendesk.chat.turn import Turn
from qwendesk.runtimes import memory
from qwendesk.runtimes.session import Session

_ids = itertools.count(1)


@dataclass(slots=True)
class Lane:
    """A contestant with its talk.

    Args:
        asked: the id of the question's turn by the number of the round.
        made: the session that made a reply, by the reply's id, and the bytes it took at its end.
        race: what it takes part in until its answer is over.
    """

    contestant: Contestant
    talk: Talk
    stage: Stage = "idle"
    asked: dict[int, int] = field(default_factory=dict)
    made: dict[int, tuple[Session, int]] = field(default_factory=dict)
    race: object | None = None
    id: int = field(default_factory=lambda: next(_ids))

    @property
    def choice(self) -> Choice:
        return self.contestant.choice

    def ask(self, round: int, text: str) -> Turn:
        """The question stands at the end of the talk; it is not answered yet."""
        turn = self.talk.conversation.ask(text)
        self.asked[round] = turn.id
        return turn

    def clear(self) -> None:
        """A new conversation."""
        self.talk.clear()
        self.asked, self.made = {}, {}

    def measure(self, turn: int) -> None:
        """Keep what made this reply and what it takes now. Blocks for some milliseconds."""
        session = self.talk.session
        if session is not None:
            used = 0 if session.state.over else memory.used_bytes(session.pid) or 0
            self.made[turn] = (session, used)

    def answer(self, round: int) -> Answer | None:
        """The reply to a round's question, in the version that is shown."""
        question = self.asked.get(round)
        turns = self.talk.conversation.turns
        turn = next((one for one in turns if one.parent == question and one.role == "assistant"), None)
        if question is None or turn is None:
            return None
        session, used = self.made.get(turn.id, (self.talk.session, 0))
        if session is None:
            return Answer(turn)
        return Answer(turn, session.state.load_s, max(used, session.state.peak_bytes))

    def settings(self, seed: int) -> Settings:
        """The contestant's own, with the common seed where it has none.

        Each reads its whole prompt anew: nobody is faster for what another one left in a cache.
        """
        own = self.contestant.settings
        if own.sampling.seed is not None:
            return replace(own, fresh=True)
        return replace(own, fresh=True, sampling=replace(own.sampling, seed=seed))
