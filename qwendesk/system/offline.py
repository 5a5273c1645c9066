"""The offline switch: a setting or a variable, read anew at each request."""

from __future__ import annotations

import os

from qwendesk.api.problem import Problem
from qwendesk.system.settings import Settings

SETTING = "network.offline"
VARIABLE = "QWENDESK_OFFLINE"


class OfflineSwitch:
    """Whether anything may leave this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def reason(self) -> Problem | None:
        """Why nothing may leave now, or None. Another process may have turned the switch."""
        if self.by_variable():
            return Problem("offline")
        self._settings.refresh()
        if self._settings.problem is not None:
            # Whoever switched the network off must not come online by a typing mistake.
            return Problem("offline_unsure", path=str(self._settings.problem.arguments.get("path", "")))
        return Problem("offline") if self._settings.switch(SETTING) else None

    def turn(self, on: bool) -> None:
        """Keep the switch on or off. Raises Problem `settings_not_saved`."""
        self._settings.set(SETTING, on)

    @staticmethod
    def by_variable() -> bool:
        """Whether the environment alone keeps this run offline."""
        return os.environ.get(VARIABLE, "").strip().lower() not in ("", "0", "no", "off", "false")
