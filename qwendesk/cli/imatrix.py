"""`qwendesk imatrix`: what matters to a model while it reads a text, for quantizing with few bits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.quantizetable import Bar
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures, ngettext

if TYPE_CHECKING:
    from qwendesk.lab.weighing import Weighed


@click.command(
    "imatrix",
    cls=Command,
    help=_(
        "Let MODEL (a name or a GGUF file) read the file TEXT and write an importance matrix for "
        "`qwendesk quantize --imatrix`. Without -o it is written into this folder."
    ),
)
@click.argument("source", metavar="MODEL")
@click.argument("text", metavar="TEXT")
@click.option(
    "-o", "--output", metavar="FILE", help=_("Write this file; one that ends in .dat in the older form.")
)
@click.option(
    "--chunk",
    type=click.IntRange(16, 1 << 20),
    default=512,
    show_default=True,
    help=_("How many tokens are read in one piece."),
)
@click.option(
    "--chunks", type=click.IntRange(1), help=_("At most so many pieces; without it all of the text.")
)
@click.option("--with-output", is_flag=True, help=_("Also of the output matrix."))
@click.option(
    "--gpu-layers", type=click.IntRange(0), default=0, show_default=True, help=_("So many on the cards.")
)
@click.option("--threads", type=click.IntRange(1, 1024), help=_("How many; without it one for each core."))
@click.option("--overwrite", is_flag=True, help=_("Replace FILE."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(
    state: State,
    source: str,
    text: str,
    output: str | None,
    chunk: int,
    chunks: int | None,
    with_output: bool,
    gpu_layers: int,
    threads: int | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    from qwendesk.app import App
    from qwendesk.lab.weighing import ImatrixWish

    target = Path(output) if output is not None else None
    wish = ImatrixWish(source, Path(text), target, chunk, chunks, with_output, gpu_layers, threads, overwrite)
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        bar = Bar()
        try:
            made = app.lab.weighing.weigh(wish, bar.show)
        finally:
            bar.clear()
    click.echo(json.dumps(_data(made), ensure_ascii=False, indent=2) if as_json else harmless(_lines(made)))
    return 0


def _lines(made: Weighed) -> str:
    told = _("{name}: {tensors} tensors over {tokens} in {seconds}").format(
        name=made.source,
        tensors=made.tensors,
        tokens=figures.tokens(made.chunks * made.chunk),
        seconds=figures.seconds(made.seconds),
    )
    if not made.partial:
        return f"{told}\n{made.path}"
    count = len(made.partial)
    partial = ngettext(
        "In {count} tensor some experts met nothing: a longer or more varied text reaches them.",
        "In {count} tensors some experts met nothing: a longer or more varied text reaches them.",
        count,
    ).format(count=count)
    return f"{told}\n{partial}\n{made.path}"


def _data(made: Weighed) -> dict[str, Any]:
    return {
        "source": made.source,
        "path": str(made.path),
        "tensors": made.tensors,
        "chunks": made.chunks,
        "chunk_tokens": made.chunk,
        "partial": list(made.partial),
        "seconds": round(made.seconds, 3),
    }
