"""Search in the files that are attached to a conversation."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from qwendesk.api.messages import Tool
from qwendesk.chat.tools.passages import excerpt, passages, place, terms
from qwendesk.chat.tools.runnable import ERROR

MAX_QUERY = 500
MOST, USUAL = 10, 5
_MAX_NAMES = 20


class SearchFiles:
    """Finds words in texts; pages are told where a text has form feeds between them, else lines.

    Args:
        texts: the text of each file under the name that the model and the user know it by.
    """

    tool = Tool(
        "search_files",
        "Searches the files that the user attached, and returns passages with the file and the page or line. "
        "Use it before answering questions about the files, and name the places in the answer.",
        {
            "type": "object",
            "properties": {
                "query": {
                    "type": "string",
                    "description": "Words to look for, in the language of the files",
                    "minLength": 1,
                    "maxLength": MAX_QUERY,
                },
                "file": {"type": "string", "description": "The name of one file to search; all without it"},
                "limit": {
                    "type": "integer",
                    "description": f"How many passages to return; {USUAL} without it",
                    "minimum": 1,
                    "maximum": MOST,
                },
            },
            "required": ["query"],
            "additionalProperties": False,
        },
    )

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._given = texts
        self._normal: dict[str, str] | None = None

    @property
    def _texts(self) -> dict[str, str]:
        """Read with the first call: most conversations make none."""
        if self._normal is None:
            self._normal = {name: unicodedata.normalize("NFC", text) for name, text in self._given.items()}
        return self._normal

    def run(self, arguments: dict[str, Any]) -> str:
        """Passages, the best first, or what there is to search where nothing was found."""
        query = unicodedata.normalize("NFC", str(arguments.get("query", "")))[:MAX_QUERY]
        words, name = terms(query), arguments.get("file")
        if not self._texts:
            return f"{ERROR}no files are attached"
        if not words:
            return f"{ERROR}the query is empty"
        if name and name not in self._texts:
            return f"{ERROR}no file has that name. {self._files()}"
        found = passages({name: self._texts[name]} if name else self._texts, words)
        if not found:
            return f"Nothing was found for {', '.join(words)}. {self._files()}"
        shown = found[: min(int(arguments.get("limit") or USUAL), MOST)]
        parts = [self._passage(number, one.name, one.at) for number, one in enumerate(shown, 1)]
        return "\n\n".join([*parts, f"({len(shown)} of {len(found)} passages)"])

    def _passage(self, number: int, name: str, at: int) -> str:
        text = self._texts[name]
        return f"[{number}] {name}, {place(text, at)}:\n{excerpt(text, at)}"

    def _files(self) -> str:
        names = list(self._texts)
        more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
        return f"The attached files: {', '.join(names[:_MAX_NAMES])}{more}."
