"""A conversation: a tree of turns, of which one path from the first to a last one is shown and goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from qwendesk.api.messages import Message
from qwendesk.chat.turn import Attachment, Turn, TurnState, new_id

__all__ = ["About", "Conversation", "Turn", "TurnState"]
TITLE = 60
_SUMMARY = "What was said before, in short:"
"""For the model, so in no language of the window's."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a conversation without its turns.

    Args:
        folder: its name; empty for none.
        created, updated: seconds since the epoch; `trashed` when it was thrown away, or None.
        draft: what was typed and not sent.
        model: the name of the model that it was last held with.
        head: the last turn of the path that is shown.
        skipped: the last turn that the model is not sent any more; `summary` stands in for it and those
            before it.
    """

    id: int
    title: str = ""
    system: str = ""
    folder: str = ""
    pinned: bool = False
    archived: bool = False
    trashed: float | None = None
    created: float = 0.0
    updated: float = 0.0
    draft: str = ""
    model: str = ""
    head: int | None = None
    skipped: int | None = None
    summary: str = ""


class Conversation:
    """Turns, appended at the end of a path; the model's cache of the prefix stays good that way."""

    def __init__(self, system: str = "", about: About | None = None, turns: Iterable[Turn] = ()) -> None:
        """`turns` in the order in which they were made."""
        now = time.time()
        self.about = about or About(new_id(), system=system, created=now, updated=now)
        self._all = {one.id: one for one in turns}
        self._children: dict[int | None, list[int]] = {}
        for one in self._all.values():
            self._children.setdefault(one.parent, []).append(one.id)
        self.turns: list[Turn] = []
        self._show(self.about.head if self.about.head in self._all else self._newest_leaf(None))

    @property
    def id(self) -> int:
        return self.about.id

    @property
    def system(self) -> str:
        return self.about.system

    @system.setter
    def system(self, text: str) -> None:
        self.about = replace(self.about, system=text)

    def ask(
        self,
        text: str,
        images: tuple[bytes, ...] = (),
        attachments: tuple[Attachment, ...] = (),
        audios: tuple[bytes, ...] = (),
    ) -> Turn:
        """A question at the end of the path."""
        turn = Turn(new_id(), "user", text, images=images, attachments=attachments, audios=audios)
        return self._add(turn)

    def answer(self, model: str) -> Turn:
        """An empty reply, waiting, at the end of the path."""
        return self._add(Turn(new_id(), "assistant", state="waiting", model=model))

    def told(self, name: str, result: str) -> Turn:
        """The result of a tool, at the end of the path."""
        return self._add(Turn(new_id(), "tool", result, name=name))

    def _add(self, turn: Turn) -> Turn:
        turn = replace(turn, parent=self.about.head, created=time.time())
        self._all[turn.id] = turn
        self._children.setdefault(turn.parent, []).append(turn.id)
        self.turns.append(turn)
        title = self.about.title or (title_of(turn) if turn.role == "user" else "")
        self.about = replace(self.about, head=turn.id, title=title, updated=time.time())
        return turn

    def put(self, turn: Turn) -> None:
        """Replace the turn of the same id, if it is still there."""
        if turn.id not in self._all:
            return
        self._all[turn.id] = turn
        for place in range(len(self.turns) - 1, -1, -1):
            if self.turns[place].id == turn.id:
                self.turns[place] = turn
                return

    def get(self, id: int) -> Turn | None:
        """A turn, on the path or not."""
        return self._all.get(id)

    @property
    def everything(self) -> list[Turn]:
        """All turns in the order in which they were made."""
        return list(self._all.values())

    def last_question(self) -> Turn | None:
        return next((one for one in reversed(self.turns) if one.role == "user"), None)

    def versions(self, id: int) -> list[int]:
        """The ids of a turn and of those that stand in its place on other paths, the oldest first."""
        return self._children.get(self._all[id].parent, [id])

    def back_to(self, id: int | None) -> None:
        """End the path with this turn; what followed is kept, and the next turn will stand beside it."""
        self._show(id)

    def choose(self, id: int) -> None:
        """Show the path through this turn, on to what was added to it last."""
        self._show(self._newest_leaf(id))

    def _newest_leaf(self, id: int | None) -> int | None:
        here = id
        while following := self._children.get(here):
            here = max(following)
        return here

    def _show(self, head: int | None) -> None:
        path: list[Turn] = []
        here = self._all.get(head) if head is not None else None
        while here is not None:
            path.append(here)
            here = self._all.get(here.parent) if here.parent is not None else None
        self.turns = path[::-1]
        self.about = replace(self.about, head=path[0].id if path else None)

    def branched(self, id: int) -> Conversation:
        """A conversation of its own with a copy of the path up to this turn."""
        turns: list[Turn] = []
        for one in self.turns:
            parent = turns[-1].id if turns else None
            turns.append(replace(one, id=new_id(), parent=parent))
            if one.id == id:
                break
        now = time.time()
        kept = replace(self.about, id=new_id(), created=now, updated=now, head=turns[-1].id, draft="")
        return Conversation(about=replace(kept, pinned=False, archived=False, trashed=None), turns=turns)

    def messages(self) -> tuple[Message, ...]:
        """What the model is sent: the system message if any, then the path; empty replies are left out.

        Raises:
            OSError: an attachment is gone.
        """
        return self.messages_of(self.sent())

    def messages_of(self, turns: Iterable[Turn]) -> tuple[Message, ...]:
        """The same for these turns, which may be read while the conversation goes on."""
        first = "\n\n".join(one for one in (self.system, self._summed_up()) if one)
        system = (Message("system", first),) if first else ()
        spoken = (one.message() for one in turns)
        return system + tuple(
            one for one in spoken if one.role != "assistant" or one.content or one.tool_calls
        )

    def sent(self) -> list[Turn]:
        """The turns of the path that the model is sent."""
        ids = [one.id for one in self.turns]
        start = ids.index(self.about.skipped) + 1 if self.about.skipped in ids else 0
        return self.turns[start:]

    def _summed_up(self) -> str:
        left_out = len(self.turns) - len(self.sent())
        return f"{_SUMMARY}\n{self.about.summary}" if self.about.summary and left_out else ""


def title_of(question: Turn) -> str:
    """Its first line, or the name of what was sent without words."""
    names = [one.name for one in question.attachments]
    return first_line(question.answer) or next(iter(names), "")


def first_line(text: str) -> str:
    """A title from a question."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    return line[: TITLE - 1] + "…" if len(line) > TITLE else line
