"""Tokens: from the environment for this run, else from the system's keyring. Never in a file of ours.

The environment comes first: who sets it for one run means it, and a keyring may ask for a password.
"""

from __future__ import annotations

import logging
import os

from qwendesk.api.problem import Problem

_SERVICE = "qwendesk"
_VARIABLES = {"huggingface": "HF_TOKEN", "modelscope": "MODELSCOPE_API_TOKEN"}
_log = logging.getLogger(__name__)


class Secrets:
    """Secrets by name ("huggingface"). What was found once is not asked for again: a keyring is slow."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none or the keyring cannot be opened."""
        if given := os.environ.get(_VARIABLES.get(name, ""), "").strip():
            return given
        if name in self._found:
            return self._found[name]
        # Without a keyring that works there is nothing to find: that is no failure.
        try:
            import keyring

            found = keyring.get_password(_SERVICE, name)
        except Exception as error:
            _log.info("The keyring gives nothing for %s: %s", name, type(error).__name__)
            return None
        if found:
            self._found[name] = found
        return found or None

    def keep(self, name: str, secret: str) -> None:
        """Put it into the keyring.

        Raises:
            Problem: `keyring_missing` (variable): set the variable for each run instead.
        """
        self._found.pop(name, None)
        try:
            import keyring

            keyring.set_password(_SERVICE, name, secret)
        except Exception as error:
            raise Problem("keyring_missing", variable=_VARIABLES.get(name, name)) from error

    def forget(self, name: str) -> None:
        """Take it out of the keyring; nothing happens where it is not there."""
        self._found.pop(name, None)
        try:
            import keyring

            keyring.delete_password(_SERVICE, name)
        except Exception as error:
            _log.info("The keyring forgets nothing for %s: %s", name, type(error).__name__)
