"""What goes out of a report before anybody sees it: paths, names of people and computers, tokens.

A path outside the folders that may be told becomes `<path>`, one below the person's home `~home/<path>`,
names of files and folders with it. Of folders that may be told (models, the program) the beginning alone
is replaced, so that `~models/Qwen/x.gguf` remains. In running text nobody can tell where a path with
spaces ends, so it takes the rest of the line, or of what stands in the same quotes; a reason of the system
behind it (": Permission denied") stays. Addresses keep their host only.

What was redacted stays as it is when it is redacted again.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qwendesk.system.log.tokens import hide_tokens

PATH, USER, HOST, MODEL, HOME = "<path>", "<user>", "<host>", "<model>", "~home"
_COMMON = frozenset(
    (
        "admin",
        "administrator",
        "guest",
        "home",
        "localdomain",
        "localhost",
        "nobody",
        "root",
        "runner",
        "user",
    )
)
"""Names that tell nothing and stand in many a sentence."""

_ENDS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_REASONS = "|".join(re.escape(os.strerror(code)) for code in sorted(errno.errorcode))
_TAIL = re.compile(rf"[:,]? (?:\(version GGUF V\d.*|(?:{_REASONS})['\")\]}}.]*$)|[.)\]}}]*$")
_QUOTES = {"'": "'", '"': '"', "“": "”", "`": "`", "«": "»", "‘": "’"}
# Not in the middle of a word or of a path ("./x", "../x"), nor behind what was redacted before.
_BEGIN = r"(?<![\w~/\\])(?<!^\.)(?<![\s'\"=(/\\.]\.)(?<!<path>)(?<!<user>)(?<!<host>)(?<!<model>)(?<!<token>)"
_WEB = r"(?i:\b(?!file:)[a-z][a-z0-9+.-]{1,20}://)(?:<token>|[^\s'\"<>])+"
_PATHS = (
    r"(?i:\bfile:)[\\/]+(?=[^\s'\"\\/])",
    rf"{_BEGIN}(?<!:)(?:\\\\[?.]\\|\\\\+|//+)(?=[^\s\\/'\"])",
    r"(?<!\w)[A-Za-z]:[\\/]+(?=[^\s\\/'\"])",
    rf"{_BEGIN}~(?!models\b|program\b)[\w.-]*[\\/](?!<path>)",
    rf"{_BEGIN}(?!(?<=<)/\w+>)/(?=[^\s/'\"])",
)
_ADDRESS = re.compile(r"([^:]+://)(?:[^/?#]*@)?([^/?#]*)(.*)", re.DOTALL)
_PLACEHOLDERS = r"<(?:path|user|host|model|token)>|~(?:home|models|program)(?!\w)"


class Redaction:
    """Takes out what is nobody's business. Never raises; of any text."""

    def __init__(
        self,
        home: str = "",
        told: Mapping[str, Sequence[str]] | None = None,
        people: Iterable[str] = (),
        hosts: Iterable[str] = (),
        secrets: Iterable[str] = (),
        models: Iterable[str] = (),
    ) -> None:
        """
        Args:
            home: the person's home folder.
            told: folders whose insides may be told, by what stands for them ("~models", "~program").
            people: names of the person; hosts: of this computer.
            secrets: tokens that are known to the letter.
            models: names of models that are those of files outside the folders that may be told.
        """
        folders = {name: _longest(those) for name, those in (told or {}).items()}
        self._told = [name for name, those in folders.items() if those]
        groups = [f"(?P<told{n}>{_inside(folders[name])})" for n, name in enumerate(self._told)]
        homes = [_spelled(home)] if _longest([home]) else []
        self._home = re.compile(rf"(?:(?i:file:)[\\/]*?|\\\\[?.]\\)?(?:{homes[0]})(?!\w)") if homes else None
        paths = "|".join([*_PATHS, *(rf"{one}(?!\w)" for one in homes)])
        self._starts = re.compile("|".join([*groups, f"(?P<web>{_WEB})", f"(?P<path>{paths})"]))
        self._names = _names(user=people, host=hosts, model=models)
        self._secrets = tuple(secrets)

    def __call__(self, text: str) -> str:
        """One text of any number of lines."""
        return "".join(self._line(line) for line in text.splitlines(keepends=True))

    def values(self, data: Any) -> Any:
        """Data as JSON has it, with every text in it redacted, names too."""
        if isinstance(data, str):
            return self(data)
        if isinstance(data, Mapping):
            return {self(str(name)): self.values(value) for name, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.values(one) for one in data]
        return data

    def _line(self, line: str) -> str:
        bare = line.rstrip(_ENDS)
        without = self._without_paths(hide_tokens(bare, self._secrets))
        return self._names.sub(_placeholder, without) + line[len(bare) :]

    def _without_paths(self, line: str) -> str:
        told, at = [], 0
        while (found := self._starts.search(line, at)) is not None:
            told.append(line[at : found.start()])
            instead, at = self._instead(line, found)
            told.append(instead)
        return "".join([*told, line[at:]])

    def _instead(self, line: str, found: re.Match[str]) -> tuple[str, int]:
        """What stands for what begins here, and where the line goes on."""
        kind = str(found.lastgroup)
        if kind.startswith("told"):
            return self._told[int(kind.removeprefix("told"))], found.end()
        if kind == "web":
            return _host(found[0]), found.end()
        end = _end(line, found.start(), found.end())
        below = self._home.match(line, found.start(), end) if self._home is not None else None
        if below is None:
            return PATH, end
        return (HOME if not line[below.end() : end].strip("\\/") else f"{HOME}/{PATH}"), end


def _end(line: str, start: int, begun: int) -> int:
    """Where a path ends that begins at `start`: at the closing quote, else with the line but for a reason."""
    closing = _QUOTES.get(line[start - 1]) if start else None
    place = line.find(closing, begun) if closing is not None else -1
    while place >= 0 and closing is not None:
        # An apostrophe within a name closes nothing.
        if not line[place + 1 : place + 2].isalnum():
            return place
        place = line.find(closing, place + 1)
    tail = _TAIL.search(line, begun)
    return tail.start() if tail is not None else len(line)


def _host(address: str) -> str:
    """An address without the person in front of the host and without what stands behind it."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return PATH
    scheme, host, rest = found.groups()
    return f"{scheme}{host}{'/…' if rest.strip('/.,;:)') else rest}"


def _longest(folders: Iterable[str]) -> list[str]:
    """Without roots, which everything is below."""
    return sorted((one for one in folders if len(re.sub(r"^\w:|[\\/]", "", one))), key=len, reverse=True)


def _inside(folders: Iterable[str]) -> str:
    """One of these folders, as a path begins with it that does not climb out of it again."""
    them = "|".join(_spelled(one) for one in folders)
    return rf"{_BEGIN}(?:{them})(?=[\\/\s'\",;:)\]]|$)(?!.*\.\.(?:[\\/]|$))"


def _spelled(folder: str) -> str:
    """In whatever way its separators are written: doubled, too, in a repr and in JSON."""
    parts = [re.escape(one) for one in re.split(r"[\\/]+", folder) if one]
    spelled = (r"[\\/]+" if folder[:1] in "\\/" else "") + r"[\\/]+".join(parts)
    return f"(?i:{spelled})" if folder[1:2] == ":" else spelled


def _names(**those: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all of them, so that what one of them became is not taken for another."""
    sides = "".join(
        rf"|(?P<{side}>(?<![^\W_])(?:{them})(?![^\W_]))"
        for side, names in those.items()
        if (them := _alternatives(names))
    )
    return re.compile(f"{_PLACEHOLDERS}{sides}", re.IGNORECASE)


def _alternatives(names: Iterable[str]) -> str:
    found = {one.strip() for one in names}
    kept = [one for one in found if len(one) > 1 and one.casefold() not in _COMMON]
    return "|".join(re.escape(one) for one in sorted(kept, key=len, reverse=True))


def _placeholder(found: re.Match[str]) -> str:
    return {"user": USER, "host": HOST, "model": MODEL}.get(found.lastgroup or "", found[0])
