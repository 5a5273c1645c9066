"""The answer of a reply: leaves of markdown to items, finished ones once, the open end again and again.

A long answer that is there at once is read in slices, between which the window lives.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from time import perf_counter

from qwendesk.ui.chat.announcer import Announcer
from qwendesk.ui.chat.code import CodeItem
from qwendesk.ui.chat.host import Host
from qwendesk.ui.chat.item import Item
from qwendesk.ui.chat.leaves import Code, Leaf, Maths, Prose, Rule, Table, plain
from qwendesk.ui.chat.maths import MathsItem
from qwendesk.ui.chat.prose import ProseItem
from qwendesk.ui.chat.reading import Reading
from qwendesk.ui.chat.rule import RuleItem
from qwendesk.ui.chat.section import Section
from qwendesk.ui.chat.splitter import FEED
from qwendesk.ui.chat.table import TableItem
from qwendesk.ui.slices import Work
from qwendesk.ui.theme.tokens import ROOMY
from qwendesk.words import _

LeafItem = ProseItem | CodeItem | MathsItem | TableItem | RuleItem
AT_ONCE = 8 * FEED
"""Characters that are read before what they brought becomes items."""
_FIRST_S = 0.004
"""What can be read in this time is shown without waiting for a slice."""
_LAYOUTS = 8
"""Times that items are made before they are laid out."""


class Body:
    """Text in, items of its section out. `start` tells where in the section the answer begins."""

    def __init__(self, section: Section, host: Host) -> None:
        self._section = section
        self._host = host
        self._items: list[LeafItem] = []
        self._first = 0
        self._sliced = False
        self._begin()

    def _begin(self) -> None:
        self._reading = Reading()
        self._announcer = Announcer()
        self._aloud = False
        self._final = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def text(self) -> str:
        return self._reading.text

    def feed(self, text: str) -> None:
        self._reading.feed(text)

    def close(self) -> None:
        self._reading.close()

    def show(self, start: int, *, aloud: bool) -> None:
        """Bring the items in line with the leaves; a long text follows by and by."""
        self._first, self._aloud = start, aloud
        if self._sliced:
            return
        self._read(_FIRST_S)
        self._bring(start)
        if not self._reading.over:
            self._sliced = True
            self._host.slices.begin(self._section.blocks, self._rest())

    def _rest(self) -> Work:
        """Read a piece, make items of some pieces, lay out some items: each a part of its own."""
        brought = 0
        while not self._reading.over:
            for _piece in range(AT_ONCE // FEED):
                self._reading.read()
                yield
            if not _is_shown(self._section):
                return
            self._bring(self._where())
            yield
            brought += 1
            if brought % _LAYOUTS == 0:
                self._host.settle()
                yield
        self._sliced = False
        self._host.settle()

    def _read(self, seconds: float) -> None:
        """A piece at least, and as much as the time allows, but no more than AT_ONCE."""
        until = perf_counter() + seconds
        for _piece in range(AT_ONCE // FEED):
            self._reading.read()
            if self._reading.over or perf_counter() > until:
                return

    def _where(self) -> int:
        """Where the answer begins by now: what stands over it may have been folded."""
        return self._items[0].index - self._section.items[0].index if self._items else self._first

    def _bring(self, start: int) -> None:
        done, still_open = self._reading.take()
        leaves: list[Leaf] = [*done, *still_open]
        kept = self._keep(leaves)
        first = self._final + kept
        fresh = [self._item(leaf) for leaf in leaves[kept:]]
        _space(self._items[max(0, first - 1) : first] + fresh)
        self._section.splice(start + first, len(self._items) - first, fresh)
        self._items[first:] = fresh
        if self._aloud:
            self._announce(leaves, len(done))
        self._final += len(done)

    def reset(self, start: int) -> None:
        """Forget everything: the reply was split wrongly."""
        self._section.splice(start, len(self._items), ())
        self._items = []
        self._begin()

    def _keep(self, leaves: Sequence[Leaf]) -> int:
        """Let the open items take the new leaves as far as they fit; returns how many did."""
        kept = 0
        for item, leaf in zip(self._items[self._final :], leaves, strict=False):
            if not _fits(item, leaf):
                break
            if item.leaf != leaf:
                item.update(leaf)  # type: ignore[arg-type]
            kept += 1
        return kept

    def _item(self, leaf: Leaf) -> LeafItem:
        match leaf:
            case Prose():
                return ProseItem(leaf, self._host.follow, self._host.settle)
            case Code():
                return CodeItem(leaf, self._copy_code)
            case Maths():
                return MathsItem(leaf, self._host.settle)
            case Table():
                return TableItem(leaf, self._host.follow, self._host.settle)
            case Rule():
                return RuleItem(leaf)

    def _copy_code(self, item: CodeItem) -> None:
        """All pieces of the block; without the last line break, so that a shell waits for Enter."""
        at = self._items.index(item)
        pieces = [item.leaf.text]
        for other in self._items[at + 1 :]:
            if not isinstance(other, CodeItem) or other.leaf.first:
                break
            pieces.append(other.leaf.text)
        self._host.copy("".join(pieces).removesuffix("\n"))

    def _announce(self, leaves: Sequence[Leaf], done: int) -> None:
        for at, leaf in enumerate(leaves):
            final = at < done or at < len(leaves) - 1
            for sentence in self._announcer.hear(self._final + at, _spoken(leaf), final=final):
                self._host.announce(sentence)


def _is_shown(section: Section) -> bool:
    """Whether the list still holds it: a conversation that is left takes its sections along."""
    items = section.blocks.items
    return (
        bool(section.items)
        and section.items[0].index < len(items)
        and (items[section.items[0].index] is section.items[0])
    )


def _space(items: Sequence[LeafItem]) -> None:
    """List items stand close, but not to a box."""
    for before, item in pairwise(items):
        boxed = isinstance(before, (CodeItem, MathsItem, TableItem))
        if boxed and isinstance(item, ProseItem):
            item.above = max(ROOMY, item.above)


def _fits(item: Item, leaf: Leaf) -> bool:
    match item, leaf:
        case ProseItem(), Prose():
            return (item.leaf.place, item.leaf.level) == (leaf.place, leaf.level)
        case CodeItem(), Code():
            old = item.leaf
            return (old.place, old.language, old.first) == (leaf.place, leaf.language, leaf.first)
        case MathsItem(), Maths():
            return item.leaf.place == leaf.place
        case TableItem(), Table():
            return item.leaf.place == leaf.place
        case RuleItem(), Rule():
            return item.leaf.place == leaf.place
    return False


def _spoken(leaf: Leaf) -> str:
    match leaf:
        case Code(first=True):
            return _("Code, {language}").format(language=leaf.language or _("text")) + "\n"
        case Code() | Rule():
            return ""
    return plain(leaf)
