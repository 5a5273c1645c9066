"""Tokens: from the environment for this run, else from the system's keyring. Never in a file of ours.

The environment comes first: who sets it for one run means it, and a keyring may ask for a password.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Literal

from qwendesk.api.problem import Problem

_SERVICE = "qwendesk"
Place = Literal["environment", "keyring", "nowhere"]
_log = logging.getLogger(__name__)


class Secrets:
    """Secrets by name ("huggingface"). What was found once is not asked for again: a keyring is slow."""

    def __init__(
        self, variables: Mapping[str, str], hide: Callable[[str], None] = lambda _secret: None
    ) -> None:
        """`variables`: the environment variable of each secret; `hide` hears of every secret in use."""
        self.variables = dict(variables)
        self._hide = hide
        for name in self.variables:
            if given := self._given(name):
                hide(given)
        self._found: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none or the keyring cannot be opened."""
        if given := self._given(name):
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
            self._hide(found)
            self._found[name] = found
        return found or None

    def where(self, name: str) -> Place:
        """Where `get` takes it from now. Asks the keyring, which may take its time."""
        if self._given(name):
            return "environment"
        return "keyring" if self.get(name) else "nowhere"

    def _given(self, name: str) -> str:
        variable = self.variables.get(name)
        return os.environ.get(variable, "").strip() if variable else ""

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
            raise Problem("keyring_missing", variable=self.variables.get(name, name)) from error

    def try_keyring(self) -> bool:
        """Whether what is put into the keyring comes out again. It may ask the person for a password.

        Raises:
            Problem: `keyring_missing` (variable).
        """
        name, secret = "health-check", os.urandom(8).hex()
        self.keep(name, secret)
        try:
            return self.get(name) == secret
        finally:
            self.forget(name)

    def forget(self, name: str) -> None:
        """Take it out of the keyring; nothing happens where it is not there."""
        self._found.pop(name, None)
        try:
            import keyring

            keyring.delete_password(_SERVICE, name)
        except Exception as error:
            _log.info("The keyring forgets nothing for %s: %s", name, type(error).__name__)
