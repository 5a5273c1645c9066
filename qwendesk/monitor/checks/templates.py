"""Whether the chat template in a file has what the model's family has."""

from __future__ import annotations

from collections.abc import Iterator

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.problem import Note
from qwendesk.api.words import N_
from qwendesk.models.entry import LibraryEntry
from qwendesk.models.library import Library
from qwendesk.models.summary import Summary


def complete(library: Library) -> HealthCheck:
    """Compares what the template offers with what the catalogue says of the model."""

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        entries = [one for one in library.entries() if one.state == "ok"]
        found = [one for entry in entries if (one := _result(entry))]
        known = sum(_is_known(entry.summary) for entry in entries)
        fine = Note("templates_complete", {"count": known}) if known else Note("templates_unknown")
        yield from found or [CheckResult("ok", fine)]

    return HealthCheck("template", N_("Do chat templates have what their models can do?"), run, "fast")


def _result(entry: LibraryEntry) -> CheckResult | None:
    lacking = lacks(entry.summary)
    if not lacking:
        return None
    name = entry.model.name
    return CheckResult(
        "warn", Note("template_lacks", {"model": name, "lacks": ", ".join(lacking)}), subject=name
    )


def lacks(summary: Summary) -> list[str]:
    """What the model's family can and its template cannot, by the names that templates use."""
    match = summary.match
    if match is None or not _is_known(summary):
        return []
    template, family = summary.template, match.family
    wanted = {
        "enable_thinking": family.thinking.mode == "hybrid" and template.thinking == "none",
        "tools": bool(family.tools.supported) and not template.tools,
    }
    return [name for name, missing in wanted.items() if missing]


def _is_known(summary: Summary) -> bool:
    """A chat model of which it is known well enough what it is."""
    match = summary.match
    if match is None or summary.kind != "model" or match.certainty == "unsure":
        return False
    return match.entry.variant != "base" and match.family.kind not in ("embedding", "reranker")
