"""A reply in the list: what it waits for, its reasoning, its answer, its end."""

from __future__ import annotations

from collections.abc import Iterable

from qwendesk.api.reply import Delta, ReplyEvent, Resplit
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.blocklist import BlockList
from qwendesk.ui.chat.body import Body
from qwendesk.ui.chat.ending import ending
from qwendesk.ui.chat.failure import FailureItem
from qwendesk.ui.chat.fold import FoldItem
from qwendesk.ui.chat.footer import FooterItem
from qwendesk.ui.chat.host import Host
from qwendesk.ui.chat.item import Item
from qwendesk.ui.chat.lines import LineItem
from qwendesk.ui.chat.section import Section
from qwendesk.ui.chat.thought import ThoughtItem, Thoughts
from qwendesk.ui.chat.versions import Place
from qwendesk.words import _, figures


class Reply(Section):
    """Three stretches: head (status line, or fold with its thoughts), body (the answer), end."""

    def __init__(
        self, blocks: BlockList, turn: Turn, host: Host, place: Place = (1, 1), start: int | None = None
    ) -> None:
        super().__init__(blocks, start)
        self.turn, self._place = turn, place
        self._host = host
        self._head: list[Item] = []
        self._end: list[Item] = []
        self._fold = FoldItem(self._on_fold)
        self._thoughts = Thoughts()
        self._reasoned: list[str] = []
        self._body = Body(self, host)
        self._is_last = True
        self._refill(turn)
        self._sync(turn, aloud=False)

    def apply(self, turn: Turn, events: Iterable[ReplyEvent | None]) -> None:
        """The turn as it is now, and what led to it, in order."""
        for event in events:
            if isinstance(event, Delta):
                self._feed(event.part == "reasoning", event.text)
            elif isinstance(event, Resplit):
                self._reset()
                self._feed(True, event.reasoning)
                self._feed(False, event.answer)
        if not turn.running and not self._complete(turn):
            self._reset()
            self._refill(turn)
        self._sync(turn, aloud=True)

    def set_last(self, last: bool) -> None:
        """Only the last reply can be tried again."""
        if last == self._is_last:
            return
        self._is_last = last
        self._show_end(self.turn)

    def refresh_end(self) -> None:
        """What it waits for is decided elsewhere."""
        if not self.turn.running:
            self._show_end(self.turn)

    def refresh_waiting(self) -> None:
        """What it waits for has another name now."""
        if self.turn.running:
            self._show_head(self.turn)

    def _feed(self, reasoning: bool, text: str) -> None:
        if not text:
            return
        if reasoning:
            self._reasoned.append(text)
            self._thoughts.feed(text)
        else:
            self._body.feed(text)

    def _complete(self, turn: Turn) -> bool:
        """Whether what streamed is what the reply is in the end, spaces at the edges aside."""
        reasoning = "".join(self._reasoned).strip() == turn.reasoning.strip()
        return reasoning and self._body.text.strip() == turn.answer.strip()

    def _refill(self, turn: Turn) -> None:
        self._feed(True, turn.reasoning)
        self._feed(False, turn.answer)

    def _reset(self) -> None:
        self._body.reset(len(self._head))
        self._reasoned, self._thoughts = [], Thoughts()

    def _sync(self, turn: Turn, *, aloud: bool) -> None:
        self.turn = turn
        if not turn.running:
            self._body.close()
        self._show_head(turn)
        self._body.show(len(self._head), aloud=aloud)
        if not turn.running or self._end:
            self._show_end(turn)

    def _show_head(self, turn: Turn) -> None:
        wanted: list[Item] = []
        if self._thoughts.open.strip() or self._thoughts.done:
            self._word_fold(turn)
            wanted = [self._fold, *(self._thought_items() if self._fold.expanded else ())]
        elif turn.running and not turn.answer:
            wanted = [self._status(turn)]
        self._replace(self._head, 0, wanted)
        self._head = wanted

    def _replace(self, old: list[Item], start: int, new: list[Item]) -> None:
        """Swap a stretch, leaving alone what stays in front."""
        same = 0
        while same < min(len(old), len(new)) and old[same] is new[same]:
            same += 1
        self.splice(start + same, len(old) - same, new[same:])

    def _status(self, turn: Turn) -> LineItem:
        line = self._head[0] if self._head and isinstance(self._head[0], LineItem) else LineItem("")
        read = turn.read
        if read is None or turn.state == "waiting":
            line.say(self._host.waiting_words())
        elif read.processed >= read.total:
            line.say(_("Waiting for the first token…"))
        else:
            words = _("Reading the prompt: {done:,} of {total:,} tokens")
            line.say(words.format(done=read.processed, total=read.total), read.processed / max(1, read.total))
        return line

    def _word_fold(self, turn: Turn) -> None:
        thinking = turn.running and not turn.answer
        fold = self._fold
        before = (fold.title, fold.detail, fold.live)
        fold.title = _("Thinking…") if thinking else _thought_for(turn)
        fold.live = self._thoughts.last_line() if thinking else ""
        count = turn.finished.usage.reasoning_tokens if turn.finished else turn.reasoning_tokens
        fold.detail = figures.tokens(count) if count else ""
        if before != (fold.title, fold.detail, fold.live):
            fold.changed()

    def _thought_items(self) -> list[Item]:
        """The items there are, the last ones brought up to date, new ones behind."""
        pieces = self._thoughts.pieces()
        items = [one for one in self._head if isinstance(one, ThoughtItem)][: len(pieces)]
        for at in range(max(0, len(items) - 1), len(pieces)):
            if at < len(items):
                items[at].update(pieces[at])
            else:
                items.append(ThoughtItem(pieces[at], first=at == 0))
        return list(items)

    def _on_fold(self, expanded: bool) -> None:
        self._fold.expanded = expanded
        self._show_head(self.turn)
        self._fold.changed()
        self._host.settle()

    def _show_end(self, turn: Turn) -> None:
        wanted = [] if turn.running else ending(turn, self._host, self._place, last=self._is_last)
        if _same(self._end, wanted):
            return
        self.splice(len(self._head) + len(self._body), len(self._end), wanted)
        self._end = wanted


def _thought_for(turn: Turn) -> str:
    measured = turn.finished.timings.reasoning_s if turn.finished else None
    until = turn.answer_first or turn.last
    if measured is None and turn.first is not None and until is not None:
        measured = until - turn.first
    return _("Thought for {time}").format(time=_short(measured)) if measured else _("Thought")


def _short(duration: float) -> str:
    return _("{s:.1f} s").format(s=duration) if duration < 10 else figures.seconds(duration)


def _same(old: list[Item], new: list[Item]) -> bool:
    """Whether the end would look as it does, so that its widgets may stay."""
    return [_face(one) for one in old] == [_face(one) for one in new]


def _face(item: Item) -> object:
    match item:
        case FooterItem():
            return (item.words, item.copy is None, item.retry is None, item.place, item.deeds)
        case FailureItem():
            return (item.sentence, item.log, [words for words, _act in item.actions])
        case LineItem():
            return item.words
    return item
