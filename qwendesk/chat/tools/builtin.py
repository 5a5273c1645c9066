"""The tools that come with the program, by their names; texts of attached files are read when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from qwendesk.chat.tools.calculator import Calculator
from qwendesk.chat.tools.currenttime import CurrentTime
from qwendesk.chat.tools.runnable import Runnable
from qwendesk.chat.tools.searchfiles import SearchFiles
from qwendesk.chat.tools.toolbox import Toolbox
from qwendesk.chat.turn import Turn

NAMES = ("calculator", "current_time", "search_files")


class _Texts(Mapping[str, str]):
    """The text attachments of a conversation, by name; the last of a name holds."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._paths: dict[str, Path] = {
            one.name: one.path for turn in turns for one in turn.attachments if one.kind == "text"
        }

    def __getitem__(self, name: str) -> str:
        try:
            return self._paths[name].read_text(encoding="utf-8")
        except OSError:
            return ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def toolbox(names: Iterable[str], turns: Iterable[Turn] = ()) -> Toolbox:
    """The tools of these names, always in one order: the prompt that tells of them stays the same."""
    wanted = set(names)
    made: dict[str, Runnable] = {"calculator": Calculator(), "current_time": CurrentTime()}
    if "search_files" in wanted:
        made["search_files"] = SearchFiles(_Texts(turns))
    return Toolbox([made[name] for name in NAMES if name in wanted])
