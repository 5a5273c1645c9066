"""The health checks that come with QwenDesk."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.problem import Note
from qwendesk.api.words import N_

QUESTION, ANSWER = "What is 23 + 45?", "68"


@hookimpl
def register_health_checks() -> Sequence[HealthCheck]:
    return (HealthCheck("seedling", N_("Seedling answers"), seedling_answers),)


def seedling_answers(context: CheckContext) -> CheckResult:
    """A true generation by the bundled model, in a worker process."""
    answer = context.ask("seedling", QUESTION, think=False)
    if ANSWER in answer:
        return CheckResult("ok", Note("seedling_right", {"question": QUESTION, "answer": answer}))
    return CheckResult("fail", Note("seedling_wrong", {"question": QUESTION, "answer": answer[:80]}))
