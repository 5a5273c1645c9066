"""An answer being read: text in as it comes, leaves out, never more at once than was asked for."""

from __future__ import annotations

from qwendesk.ui.chat.leaves import Leaf
from qwendesk.ui.chat.splitter import FEED, Splitter

MOST_LEAVES = 100


class Reading:
    """`text` is all that came; what of it is not read yet waits for `read`."""

    def __init__(self) -> None:
        self._splitter = Splitter()
        self._text: list[str] = []
        self._waiting: list[str] = []
        self._ended = False

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def over(self) -> bool:
        """Whether everything that came is read."""
        return not self._waiting

    def feed(self, text: str) -> None:
        self._text.append(text)
        if self._waiting and len(self._waiting[0]) + len(text) <= FEED:
            self._waiting[0] += text
            return
        # Backwards: taking from the end of a list costs nothing.
        self._waiting[:0] = [text[at : at + FEED] for at in range(0, len(text), FEED)][::-1]

    def close(self) -> None:
        """No more will come."""
        self._ended = True
        if self.over:
            self._splitter.close()

    def read(self) -> None:
        """One piece more, of at most FEED characters; nothing while too many leaves wait to be taken."""
        if self._waiting and self._splitter.found < MOST_LEAVES:
            self._splitter.feed(self._waiting.pop())
        if self.over and self._ended:
            self._splitter.close()

    def take(self) -> tuple[list[Leaf], list[Leaf]]:
        """Leaves that became final since the last call, and those that may still change."""
        return self._splitter.take(), self._splitter.open
