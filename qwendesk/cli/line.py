"""Reading a question at the prompt, with history and editing."""

from __future__ import annotations

import os

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from qwendesk.system.paths import Paths


class Line:
    """The prompt. Ctrl-C clears the line, Ctrl-D on an empty one leaves."""

    def __init__(self, paths: Paths) -> None:
        self._session: PromptSession[str] = PromptSession(history=_history(paths))

    def read(self) -> str | None:
        """The next question, or None at the end."""
        while True:
            try:
                return self._session.prompt("> ")
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None


def _history(paths: Paths) -> History:
    """On disk, readable by its owner only; in memory where the home is locked or cannot be written."""
    if paths.passphrase is not None:
        return InMemoryHistory()
    try:
        os.close(os.open(paths.history, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    except OSError:
        return InMemoryHistory()
    return FileHistory(paths.history)
