"""The tools that come with the program, by their names; texts of attached files are read when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from qwendesk.chat.tools.calculator import Calculator
from qwendesk.chat.tools.currenttime import CurrentTime
from qwendesk.chat.tools.names import NAMES
from qwendesk.chat.tools.runnable import Runnable
from qwendesk.chat.tools.searchfiles import SearchFiles
from qwendesk.chat.tools.toolbox import Toolbox
from qwendesk.chat.turn import Attachment, Turn


class _Texts(Mapping[str, str]):
    """The text attachments of a conversation as it is when they are looked at; the last of a name holds."""

    def __init__(self, turns: Callable[[], Iterable[Turn]]) -> None:
        self._turns = turns

    @property
    def _files(self) -> dict[str, Attachment]:
        attached = (one for turn in self._turns() for one in turn.attachments)
        return {one.name: one for one in attached if one.kind == "text"}

    def __getitem__(self, name: str) -> str:
        try:
            return self._files[name].text()
        except OSError:
            return ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def toolbox(names: Iterable[str], turns: Callable[[], Iterable[Turn]] = tuple) -> Toolbox:
    """The tools of these names, always in one order: the prompt that tells of them stays the same.

    `turns` are those whose attachments are searched, asked for with the first search.
    """
    wanted = set(names)
    made: dict[str, Runnable] = {"calculator": Calculator(), "current_time": CurrentTime()}
    if "search_files" in wanted:
        made["search_files"] = SearchFiles(_Texts(turns))
    return Toolbox([made[name] for name in NAMES if name in wanted])
