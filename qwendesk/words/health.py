"""Health in words."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.health import CheckResult, Fix
from qwendesk.monitor.health import Checked, Overall, overall
from qwendesk.words import _, ngettext
from qwendesk.words.problems import filled, word


def overall_words(state: Overall) -> str:
    return {"healthy": _("Healthy"), "degraded": _("Degraded"), "unhealthy": _("Unhealthy")}[state]


def label(fix: Fix) -> str:
    """Words for the button."""
    return filled(_(fix.label), fix.about)


def advice(result: CheckResult) -> str:
    """What to do next; empty where nothing is to be done."""
    return str(word(result.advice)) if result.advice is not None else word(result.sentence).next


def summary(results: Sequence[Checked]) -> str:
    """ "12 checks passed, 2 warnings": how many did, and how many did not."""
    count = {state: sum(one.result.status == state for one in results) for state in ("ok", "warn", "fail")}
    return ", ".join([_passed(count["ok"]), *_worse(count["warn"], count["fail"])])


def status_line(results: Sequence[Checked]) -> str:
    """ "Degraded: 2 warnings", for the status bar."""
    warnings, failures = (sum(one.result.status == state for one in results) for state in ("warn", "fail"))
    state = overall_words(overall(results))
    worse = ", ".join(_worse(warnings, failures))
    return f"{state}: {worse}" if worse else state


def _passed(count: int) -> str:
    return ngettext("{n} check passed", "{n} checks passed", count).format(n=count)


def _worse(warnings: int, failures: int) -> list[str]:
    told = []
    if warnings:
        told.append(ngettext("{n} warning", "{n} warnings", warnings).format(n=warnings))
    if failures:
        told.append(ngettext("{n} failed", "{n} failed", failures).format(n=failures))
    return told
