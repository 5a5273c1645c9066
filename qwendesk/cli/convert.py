"""`qwendesk convert`: a checkpoint of Transformers as a GGUF file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.quantizetable import Bar
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.lab.converting import Converted


@click.command(
    "convert",
    cls=Command,
    help=_(
        "Make a GGUF file of the safetensors model DIR (a folder, or a name of the library). Without -o it "
        "stands in the library as NAME:TYPE."
    ),
)
@click.argument("source", metavar="DIR")
@click.option("-o", "--output", metavar="FILE", help=_("Write this file instead."))
@click.option(
    "--type", "type", metavar="TYPE", default="F16", show_default=True, help=_("F16, BF16, F32 or Q8_0.")
)
@click.option("--overwrite", is_flag=True, help=_("Replace FILE, or the library's own earlier result."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(state: State, source: str, output: str | None, type: str, overwrite: bool, as_json: bool) -> int:
    from qwendesk.app import App
    from qwendesk.lab.converting import ConvertWish

    wish = ConvertWish(source, type, Path(output) if output is not None else None, overwrite)
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        bar = Bar()
        try:
            made = app.lab.converting.convert(wish, bar.show)
        finally:
            bar.clear()
    click.echo(json.dumps(_data(made), ensure_ascii=False, indent=2) if as_json else harmless(_line(made)))
    return 0


def _line(made: Converted) -> str:
    told = _("{name}: {source} became {size} ({type}, {tensors} tensors) in {seconds}").format(
        name=made.name or made.path,
        source=figures.size(made.source_size),
        size=figures.size(made.size),
        type=made.type,
        tensors=made.tensors,
        seconds=figures.seconds(made.seconds),
    )
    if not made.left_out:
        return f"{told}\n{made.path}"
    left_out = _("Left out, for llama.cpp has no place for it here: {parts}").format(
        parts=", ".join(made.left_out)
    )
    return f"{told}\n{left_out}\n{made.path}"


def _data(made: Converted) -> dict[str, Any]:
    return {
        "name": made.name or None,
        "path": str(made.path),
        "architecture": made.architecture,
        "type": made.type,
        "size_bytes": made.size,
        "source_bytes": made.source_size,
        "tensors": made.tensors,
        "left_out": list(made.left_out),
        "seconds": round(made.seconds, 3),
    }
