"""When something was, as people say it."""

from __future__ import annotations

import time

from qwendesk.words import _, ngettext


def ago(moment: float, now: float | None = None) -> str:
    """ "just now", "5 min ago", "3 h ago", "yesterday", "12 days ago", then the date."""
    spent = (time.time() if now is None else now) - moment
    if spent < 60:
        return _("just now")
    if spent < 3600:
        return _("{n:.0f} min ago").format(n=spent // 60)
    if spent < 86400:
        return _("{n:.0f} h ago").format(n=spent // 3600)
    days = int(spent // 86400)
    if days <= 30:
        return _("yesterday") if days == 1 else ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    return time.strftime("%Y-%m-%d", time.localtime(moment))
