"""What of a conversation is told, in which order, and the small facts of a message."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from qwendesk.chat.conversation import Conversation, first_line
from qwendesk.chat.exporting.labels import Labels
from qwendesk.chat.turn import Turn


@dataclass(frozen=True, slots=True)
class Branch:
    """Messages off the path that is shown, beginning with another version of `instead`."""

    turns: tuple[Turn, ...]
    instead: Turn | None


class Teller:
    """Headings and facts of one conversation's messages, with these words."""

    def __init__(self, conversation: Conversation, labels: Labels, versions: bool) -> None:
        self._conversation, self._labels, self._versions = conversation, labels, versions

    @property
    def title(self) -> str:
        """In one line."""
        return first_line(self._conversation.about.title) or self._labels.untitled

    @property
    def created(self) -> str:
        return moment(self._conversation.about.created)

    def heading(self, turn: Turn) -> str:
        """ "Qwen3 4B · 2026-11-26 10:15 · version 2 of 3"."""
        labels = self._labels
        who = {
            "user": labels.you,
            "assistant": first_line(turn.model) or labels.model,
            "tool": labels.result.format(tool=first_line(turn.name)),
        }[turn.role]
        return " · ".join(one for one in (who, moment(turn.created), self._version(turn)) if one)

    def _version(self, turn: Turn) -> str:
        ids = self._conversation.versions(turn.id)
        if not self._versions or len(ids) < 2:
            return ""
        return self._labels.version.format(n=ids.index(turn.id) + 1, m=len(ids))

    def figures(self, turn: Turn) -> str:
        """ "142 tokens · 52.1 tok/s · Qwen3 4B · llamacpp 0.3.36"; only what is known."""
        finished, record = turn.finished, turn.record
        found = []
        if finished is not None and finished.usage.completion_tokens:
            found.append(self._labels.tokens.format(n=finished.usage.completion_tokens))
        if finished is not None and finished.timings.decode_tps is not None:
            found.append(self._labels.rate.format(rate=finished.timings.decode_tps))
        if record is not None:
            found += [record.model_name or turn.model, f"{record.runtime} {record.version}".strip()]
        return " · ".join(first_line(one) for one in found if one)

    def ending(self, turn: Turn) -> str:
        """Why a reply is not whole; empty where it is."""
        if turn.problem is not None:
            return self._labels.word(turn.problem)
        return self._labels.stopped if turn.role == "assistant" and turn.state == "cancelled" else ""

    def attached(self, turn: Turn) -> str:
        names = ", ".join(attachment_names(turn))
        return self._labels.attached.format(names=names) if names else ""

    def branches(self) -> Iterator[Branch]:
        """What else was said, if it is wanted: each branch off the path, from where it leaves the path."""
        if not self._versions:
            return
        shown = {one.id for one in self._conversation.turns}
        after = {one.parent: one for one in self._conversation.turns}
        branches: dict[int | None, list[Turn]] = {}
        for turn in self._conversation.everything:
            if turn.id in shown:
                continue
            branches[turn.id] = branches.get(turn.parent, [])
            branches[turn.id].append(turn)
        for first, turns in branches.items():
            if turns[0].id == first:
                yield Branch(tuple(turns), after.get(turns[0].parent))

    def instead(self, branch: Branch) -> str:
        """ "In place of “What is 2 + 2?”", or just that there are other versions."""
        words = first_line(branch.instead.answer) if branch.instead is not None else ""
        return self._labels.instead.format(words=words) if words else self._labels.others


def attachment_names(turn: Turn) -> list[str]:
    """Of the files that go with a message, also of images and recordings that have none."""
    files = [first_line(one.name) for one in turn.attachments]
    images = [f"image-{number}" for number in range(1, len(turn.images) + 1)]
    return files + images + [f"recording-{number}" for number in range(1, len(turn.audios) + 1)]


def moment(seconds: float) -> str:
    """Local date and time to the minute; empty where it is not known."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds)) if seconds > 0 else ""
    except (OverflowError, ValueError, OSError):
        return ""
