"""What opens a locked home: typed in this run, else $QWENDESK_PASSPHRASE, else the system's keyring."""

from __future__ import annotations

import os
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.system.secrets import Secrets

VARIABLE = "QWENDESK_PASSPHRASE"


class Passphrase:
    """The passphrase of one home, found when it is called. A keyring may take its time."""

    def __init__(self, home: Path, typed: str | None = None) -> None:
        self._typed = typed
        self._name = f"passphrase of {home}"
        self._secrets = Secrets({})

    def __call__(self) -> str | None:
        """None where it is in none of the places."""
        return self._typed or given() or self._secrets.get(self._name)

    def remember(self, passphrase: str) -> None:
        """Put it into the keyring. Raises Problem `passphrase_not_kept`."""
        try:
            self._secrets.keep(self._name, passphrase)
        except Problem as problem:
            raise Problem("passphrase_not_kept") from problem

    def forget(self) -> None:
        """Take it out of the keyring; nothing happens where it is not there."""
        self._secrets.forget(self._name)

    @property
    def remembered(self) -> bool:
        """Whether the keyring has it."""
        return self._secrets.get(self._name) is not None


def given() -> str | None:
    """The environment's, which workers and other children do not get."""
    return os.environ.get(VARIABLE) or None
