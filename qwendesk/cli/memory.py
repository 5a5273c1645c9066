"""`qwendesk memory`: what a model would take, in parts, before it is loaded."""

from __future__ import annotations

import json
from typing import Any

import click

from qwendesk.app import App
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.flags import load_options
from qwendesk.cli.terminal import harmless
from qwendesk.models.memory.fit import Fit
from qwendesk.words import _, figures
from qwendesk.words import memory as words


@click.command(
    "memory",
    cls=Command,
    help=_("Show how much memory MODEL would take, in parts, and whether it fits. Nothing is loaded."),
)
@click.argument("model", required=False)
@click.option("--runtime", metavar="ID", help=_("The runtime to use (see: qwendesk doctor)."))
@click.option("--ctx", type=click.IntRange(1), metavar="N", help=_("Context in tokens."))
@click.option("-o", "--option", multiple=True, metavar="NAME=VALUE", help=_("A load option of the runtime."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(
    state: State,
    model: str | None,
    runtime: str | None,
    ctx: int | None,
    option: tuple[str, ...],
    as_json: bool,
) -> int:
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        chosen = app.find(model, runtime)
        spec = app.runtimes.choose(chosen, runtime)
        fit = app.forecast.fit(chosen, spec.id, load_options(spec.options, ctx, option))
        error = app.forecast.error()
    if as_json:
        told = {"model": str(chosen.path), "runtime": spec.id, **_data(fit), "error": error}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    click.echo(_("{model} in {runtime}").format(model=harmless(chosen.title), runtime=spec.title))
    click.echo("\n".join([*_lines(fit), words.verdict(fit), *_suggestions(fit)]))
    if error is not None:
        click.echo(words.error(error))
    return 0


def _lines(fit: Fit) -> list[str]:
    rows = [(words.part(one), figures.size(one.bytes), one.formula) for one in fit.estimate.parts]
    rows.append((_("Together"), figures.size(fit.estimate.total), _context(fit)))
    name, size = (max(len(row[at]) for row in rows) for at in (0, 1))
    return [f"  {a:{name}}  {b:>{size}}  {c}" for a, b, c in rows]


def _context(fit: Fit) -> str:
    estimate = fit.estimate
    told = _("with {context} for each of {slots} slots; may grow to {most}")
    return told.format(
        context=figures.tokens(estimate.context), slots=estimate.slots, most=figures.size(estimate.limit)
    )


def _suggestions(fit: Fit) -> list[str]:
    from qwendesk.cli.fitting import described

    return [_("It would fit with {change}").format(change=one) for one in described(fit)]


def _data(fit: Fit) -> dict[str, Any]:
    estimate = fit.estimate
    return {
        "verdict": fit.verdict,
        "total": estimate.total,
        "limit": estimate.limit,
        "gpu": estimate.on("gpu"),
        "available": fit.available,
        "video": fit.video,
        "context": estimate.context,
        "slots": estimate.slots,
        "parts": [
            {
                "id": one.id,
                "device": one.device,
                "bytes": one.bytes,
                "limit": one.limit,
                "formula": one.formula,
            }
            for one in estimate.parts
        ],
        "suggestions": [{"options": dict(one.options), "needed": one.needed} for one in fit.suggestions],
    }
