"""Who uses this computer, and how it is called: what a report must not say."""

from __future__ import annotations

import getpass
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

from qwendesk.monitor.redaction import Redaction


def redaction(
    told: Mapping[str, Iterable[Path]], secrets: Iterable[str] = (), models: Iterable[str] = ()
) -> Redaction:
    """For the person and the computer that this runs on; the rest is as `Redaction` takes it."""
    home, node = _home(), platform.node()
    # Who keeps models right in the home folder has everything else there, too.
    whole = [home, *home.parents] if home is not None else []
    return Redaction(
        str(home or ""),
        {name: _both(one for one in folders if one not in whole) for name, folders in told.items()},
        (*_people(), home.name if home is not None else ""),
        (node, node.partition(".")[0]),
        secrets,
        models,
    )


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _both(folders: Iterable[Path]) -> list[str]:
    """As they are written, and where links lead to."""
    found: dict[str, None] = {}
    for folder in folders:
        found[str(folder.absolute())] = None
        try:
            found[str(folder.resolve())] = None
        except (OSError, RuntimeError):
            continue
    return list(found)


def _people() -> list[str]:
    """The name of the account and, where the system tells it, that of the person."""
    try:
        account = getpass.getuser()
    except Exception:
        # Which exception it is depends on the system and on the version of Python.
        return []
    try:
        import pwd

        person = pwd.getpwnam(account).pw_gecos.partition(",")[0]
    except (ImportError, KeyError):
        return [account]
    return [account, person]
