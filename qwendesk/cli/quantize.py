"""`qwendesk quantize`: a GGUF model in fewer bits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.lab.quantized import Wish


@click.command(
    "quantize",
    cls=Command,
    help=_(
        "Store the model SRC (a name or a GGUF file) in TYPE: Q8_0, Q6_K, Q5_K_M, Q4_K_M, IQ4_XS, Q3_K_M … "
        "Without -o the result stands in the library as NAME:TYPE."
    ),
)
@click.argument("source", metavar="SRC")
@click.argument("type")
@click.option("-o", "--output", metavar="FILE", help=_("Write this file instead."))
@click.option("--imatrix", metavar="FILE", help=_("An importance matrix that was made with this model."))
@click.option("--dry-run", is_flag=True, help=_("Say what would become of it, and how large it would be."))
@click.option(
    "--tensor-type",
    "pairs",
    multiple=True,
    metavar="NAME=TYPE",
    help=_("Store tensors whose name contains NAME (or matches it, a regular expression) in this type."),
)
@click.option("--output-type", metavar="TYPE", default="", help=_("The type of the output matrix."))
@click.option("--embedding-type", metavar="TYPE", default="", help=_("The type of the token embeddings."))
@click.option("--leave-output", is_flag=True, help=_("Leave the output matrix as it is."))
@click.option("--pure", is_flag=True, help=_("Every tensor in the same type, without llama.cpp's mixture."))
@click.option(
    "--allow-requantize", is_flag=True, help=_("Also quantize what is quantized already; that costs quality.")
)
@click.option("--overwrite", is_flag=True, help=_("Replace FILE, or the library's own earlier result."))
@click.option("--threads", type=click.IntRange(1, 1024), help=_("How many; without it one for each core."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(
    state: State,
    source: str,
    type: str,
    output: str | None,
    imatrix: str | None,
    dry_run: bool,
    pairs: tuple[str, ...],
    output_type: str,
    embedding_type: str,
    leave_output: bool,
    pure: bool,
    allow_requantize: bool,
    overwrite: bool,
    threads: int | None,
    as_json: bool,
) -> int:
    from qwendesk.lab.quantized import Wish

    wish = Wish(
        source,
        type,
        Path(output) if output is not None else None,
        Path(imatrix) if imatrix is not None else None,
        tuple(_pair(one) for one in pairs),
        output_type,
        embedding_type,
        leave_output,
        pure,
        allow_requantize,
        threads,
        overwrite,
    )
    _run(state, wish, dry_run, as_json)
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, _equals, type = text.rpartition("=")
    if not name or not type:
        raise click.UsageError(_("--tensor-type wants NAME=TYPE, not {text}.").format(text=text))
    return name, type


def _run(state: State, wish: Wish, dry_run: bool, as_json: bool) -> None:
    from qwendesk.app import App
    from qwendesk.cli import quantizetable as table

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        plan = app.lab.quantizing.plan(wish)
        if dry_run:
            made = table.plan_data(plan) if as_json else table.plan_lines(plan)
        else:
            bar = table.Bar()
            try:
                done = app.lab.quantizing.quantize(plan, bar.show)
            finally:
                bar.clear()
            made = table.data(done) if as_json else table.lines(done)
    click.echo(json.dumps(made, ensure_ascii=False, indent=2) if as_json else made)
