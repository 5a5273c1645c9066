"""The system around us: its clock, its locale, its fonts."""

from __future__ import annotations

import locale
import sys
import time
from collections.abc import Callable

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.store.connection import Store
from qwendesk.system.fonts import languages

# 1 July 2026: before this release was made. A certificate of today is not valid yet for such a clock.
RELEASED = 1_782_864_000
_TOLERATED_S = 86_400.0
_WANTED = ("zh", "ja", "ko")


def clock(store: Store, now: Callable[[], float] = time.time) -> HealthCheck:
    """A clock that is far off breaks secure connections and puts chats into the wrong order."""

    def run(_context: CheckContext) -> CheckResult:
        moment = now()
        if moment < RELEASED:
            return CheckResult("warn", Note("clock_behind", {"date": _date(moment)}))
        newest = _newest(store)
        if newest > moment + _TOLERATED_S:
            behind = Note("clock_before_chats", {"date": _date(moment), "newest": _date(newest)})
            return CheckResult("warn", behind)
        return CheckResult("ok", Note("clock_right", {"date": _date(moment)}))

    return HealthCheck("clock", N_("Is the clock right?"), run, "fast")


def _newest(store: Store) -> float:
    """When something was last written, in seconds since 1970."""
    try:
        rows = store.rows("SELECT max(updated) FROM conversations")
    except Problem:
        return 0.0
    return float(rows[0][0] or 0.0)


def _date(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(moment))


def encoding(preferred: Callable[[], str] = lambda: locale.getpreferredencoding(False)) -> HealthCheck:
    """Whether text in files and terminals is UTF-8."""

    def run(_context: CheckContext) -> CheckResult:
        found = preferred()
        if found.upper().replace("-", "") in ("UTF8", "CP65001") or sys.platform == "win32":
            return CheckResult("ok", Note("locale_utf8", {"encoding": found}))
        return CheckResult("warn", Note("locale_other", {"encoding": found}))

    return HealthCheck("locale", N_("Can every script be written?"), run, "fast")


def fonts(found: Callable[[], frozenset[str] | None] = languages) -> HealthCheck:
    """Whether there are fonts for Chinese, Japanese and Korean."""

    def run(_context: CheckContext) -> CheckResult:
        known = found()
        if known is None:
            return CheckResult("ok", Note("fonts_not_told"))
        missing = [one for one in _WANTED if one not in known]
        if missing:
            return CheckResult("warn", Note("fonts_missing", {"languages": ", ".join(missing)}))
        return CheckResult("ok", Note("fonts_there"))

    return HealthCheck("fonts", N_("Can Chinese, Japanese and Korean be shown?"), run, "fast")
