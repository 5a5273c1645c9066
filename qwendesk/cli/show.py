"""`qwendesk show`: everything about one model."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.models.entry import LibraryEntry
    from qwendesk.models.facts import Facts


@click.command("show", cls=Command, help=_("Show everything about MODEL; set its tags or notes."))
@click.argument("model", required=False)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help=_("Set its tags to these (once for each)."))
@click.option("--no-tags", is_flag=True, help=_("Remove its tags."))
@click.option("--notes", metavar="TEXT", help=_("Set its notes."))
@click.option("--tensors", is_flag=True, help=_("Also every tensor."))
@click.option("--template", is_flag=True, help=_("Print its chat template and nothing else."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(
    state: State,
    model: str | None,
    tags: tuple[str, ...],
    no_tags: bool,
    notes: str | None,
    tensors: bool,
    template: bool,
    as_json: bool,
) -> int:
    from qwendesk.app import App
    from qwendesk.lab.provenance import provenance_of
    from qwendesk.words import quantizing

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        if tags or no_tags or notes is not None:
            app.keeping.describe(app.library.find(model), tags if tags or no_tags else None, notes)
        entry = app.library.entry(model)
        facts = _facts(app, entry)
        if template:
            click.echo(facts.template.source if facts is not None else "", nl=False)
            return 0
        runtimes = [one.spec.id for one in app.runtimes.fitting(entry.model.format) if one.probe.available]
    provenance = provenance_of(entry.model)
    data = _data(entry, facts, runtimes, tensors)
    if as_json:
        click.echo(json.dumps({**data, "provenance": provenance or None}, ensure_ascii=False, indent=2))
        return 0
    made = [(_("Quantized from"), one) for one in [quantizing.origin(provenance)] if one]
    for name, value in [*_lines(entry, facts, runtimes), *made]:
        click.echo(f"{name:16} {harmless(value)}")
    for one in facts.tensors if tensors and facts is not None else ():
        shape = "×".join(str(size) for size in one.shape)
        click.echo(harmless(f"  {one.name:40} {one.type:8} {shape:>20} {figures.size(one.bytes):>10}"))
    return 0


def _facts(app: App, entry: LibraryEntry) -> Facts | None:
    """What the file says; None where it is away or broken, which the entry tells."""
    try:
        return None if entry.away else app.library.facts(entry.model)
    except Problem:
        return None


def _data(entry: LibraryEntry, facts: Facts | None, runtimes: list[str], tensors: bool) -> dict[str, Any]:
    from qwendesk.cli.models import as_data

    recommended = entry.model.recommended
    told = asdict(facts) if facts is not None else {}
    if not tensors:
        told.pop("tensors", None)
    return {
        **as_data(entry),
        "runtimes": runtimes,
        "sampling": {
            "default": asdict(entry.model.sampling) if entry.model.sampling is not None else None,
            "thinking": asdict(recommended.thinking) if recommended and recommended.thinking else None,
            "plain": asdict(recommended.plain) if recommended and recommended.plain else None,
        },
        "facts": told or None,
    }


def _lines(entry: LibraryEntry, facts: Facts | None, runtimes: list[str]) -> list[tuple[str, str]]:
    from qwendesk.cli.models import state, verdict, when
    from qwendesk.words.problems import word

    model, summary = entry.model, entry.summary
    told = summary.quantization
    quantization = f"{model.quantization}, {told.bits_per_weight:g} {_('bits per weight')}"
    if not told.honest:
        quantization += ", " + _("although it calls itself {label}").format(label=told.label)
    rows = [
        (_("Name"), model.name),
        (_("File"), str(model.path)),
        (_("Size"), figures.size(model.size_bytes) + (f" ({summary.parts})" if summary.parts > 1 else "")),
        (_("State"), state(entry)),
        (_("Problem"), str(word(summary.problem)) if summary.problem is not None else ""),
        (_("Model"), _matched(entry)),
        (_("Architecture"), summary.architecture),
        (_("Parameters"), f"{summary.parameters / 1e9:.3g} B" if summary.parameters else ""),
        (_("Quantization"), quantization if told.name else model.quantization),
        (_("Context"), figures.tokens(summary.context) if summary.context else ""),
        (_("Layers"), _layers(facts) if facts is not None else ""),
        (_("Thinking"), _thinking(entry)),
        (_("Tools"), _("yes") if summary.template.tools else _("no")),
        (_("Projector"), str(model.mmproj or "")),
        (_("Licence"), summary.licence),
        (_("Runtimes"), ", ".join(runtimes)),
        (
            _("Verified"),
            f"{verdict(entry.verified)} {when(entry.verified.checked)}" if entry.verified else _("no"),
        ),
        (_("Last used"), when(entry.remark.used)),
        (_("Tags"), ", ".join(entry.remark.tags)),
        (_("Notes"), entry.remark.notes),
    ]
    return [(name, value) for name, value in rows if value]


def _matched(entry: LibraryEntry) -> str:
    match = entry.summary.match
    if match is None:
        return ""
    if match.certainty == "unsure":
        names = ", ".join(one.title for one in (match.entry, *match.others))
        return _("one of {names}").format(names=names)
    sure = "" if match.certainty == "sure" else " " + _("(by its name)")
    return f"{match.entry.repo}{sure}"


def _layers(facts: Facts) -> str:
    parts = [str(facts.layers)]
    if facts.recurrent is not None:
        parts.append(_("{count} with attention").format(count=len(facts.attention.layers)))
    if facts.experts is not None:
        parts.append(
            _("{used} of {count} experts").format(used=facts.experts.used, count=facts.experts.count)
        )
    if facts.mtp_layers:
        parts.append(_("{count} to guess ahead").format(count=facts.mtp_layers))
    return ", ".join(parts)


def _thinking(entry: LibraryEntry) -> str:
    template = entry.summary.template
    words = {"switch": _("can be switched"), "always": _("always"), "none": _("no")}
    default = {True: _("on by itself"), False: _("off by itself"), None: ""}[template.thinks_by_default]
    efforts = " / ".join(template.efforts)
    return ", ".join(part for part in (words[template.thinking], default, efforts) if part)
