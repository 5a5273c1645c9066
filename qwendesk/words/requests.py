"""Requests to other computers in words: why, what became of them, and how many there were."""

from __future__ import annotations

import time

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Note, Value
from qwendesk.system.exchange import Exchange
from qwendesk.words import _, ngettext
from qwendesk.words.problems import word
from qwendesk.words.table import SENTENCES

_ACTIONS = {
    "search": _("Search in Discover"),
    "pull": _("Download of a model"),
    "update_check": _("Check for updates"),
    "engine": _("Installing an engine"),
}
_WHATS = {
    "model list": _("list of models"),
    "file list": _("list of files"),
    "file": _("file"),
    "model card": _("model card"),
    "package list": _("list of packages"),
    "packages": _("packages"),
}


def action(purpose: Purpose) -> str:
    """Whose doing it was: "Download of a model". What nobody has words for is said as it is."""
    return _ACTIONS.get(purpose.action, purpose.action)


def what(purpose: Purpose) -> str:
    """What was fetched: "file of acme/tiny-GGUF"."""
    fetched = _WHATS.get(purpose.what, purpose.what)
    return (
        _("{what} of {subject}").format(what=fetched, subject=purpose.subject) if purpose.subject else fetched
    )


def outcome(exchange: Exchange) -> str:
    """ "OK", "refused: …", the hub's status, or that it goes on."""
    if exchange.problem:
        if exchange.problem in ("offline", "offline_unsure"):
            return _("Refused: offline")
        return _("Failed: {why}").format(why=_short(exchange))
    if exchange.status is None:
        return _("Under way")
    return _("OK") if exchange.status < 400 else _("Error {status}").format(status=exchange.status)


def _short(exchange: Exchange) -> str:
    """The first clause of the problem's sentence; its arguments are not kept in the ledger."""
    if exchange.problem not in SENTENCES:
        return exchange.problem
    arguments: dict[str, Value] = {
        "host": exchange.host,
        "detail": "",
        "seconds": 0,
        "target": "",
        "url": exchange.host,
    }
    return word(Note(exchange.problem, arguments)).what.rstrip(" .:()")


def day_began(now: float | None = None) -> float:
    """Midnight of today, in seconds since 1970."""
    today = time.localtime(now)
    return time.mktime((today.tm_year, today.tm_mon, today.tm_mday, 0, 0, 0, 0, 0, -1))


def privacy(exchanges: list[Exchange], started: float, *, offline: bool) -> str:
    """The line in the status bar. `started` is when the window opened; refused requests left nothing."""
    if offline:
        return _("Offline: the switch is on")
    left = [one for one in exchanges if not one.problem.startswith("offline")]
    today = [one for one in left if one.started >= day_began()]
    if not today:
        return _("Offline: no request since start")
    if not any(one.started >= started for one in left):
        return _("No request since start, {n} today").format(n=len(today))
    hosts = {one.host for one in today}
    where = next(iter(hosts)) if len(hosts) == 1 else _("{n} hosts").format(n=len(hosts))
    return ngettext("{n} request to {where} today", "{n} requests to {where} today", len(today)).format(
        n=len(today), where=where
    )
