"""Whether tokens can be kept in the system's keyring."""

from __future__ import annotations

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.system.secrets import Secrets


def keyring(secrets: Secrets) -> HealthCheck:
    """Writes something into it, reads it, and takes it out again."""

    def run(_context: CheckContext) -> CheckResult:
        try:
            works = secrets.try_keyring()
        except Problem:
            return CheckResult("ok", Note("keyring_absent"))  # nobody misses it before there is a token
        return (
            CheckResult("ok", Note("keyring_works"))
            if works
            else CheckResult("warn", Note("keyring_forgets"))
        )

    return HealthCheck("keyring", N_("Can tokens be kept safely?"), run)
