"""`qwendesk bench`: how fast models read and write here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from qwendesk.api.llama import CACHE_PAIRS
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.lists import Numbers, Words
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.lab.benchplan import Grid
    from qwendesk.lab.entrants import Entrant
    from qwendesk.lab.measured import Row


@click.command(
    "bench",
    cls=Command,
    help=_(
        "Measure how fast each MODEL reads a prompt and writes a reply, in turns, so that what slows the"
        " computer down for a while slows all of them down. MODEL may be MODEL@RUNTIME,OPTION=VALUE. Lists"
        " have commas between their values: -p 512,4096 measures both."
    ),
)
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
@click.option("-p", "--prompt", type=Numbers(0), default="512", metavar="N", help=_("Tokens of the prompt."))
@click.option("-n", "--decode", type=Numbers(0), default="128", metavar="N", help=_("Tokens of the reply."))
@click.option(
    "-d", "--depth", type=Numbers(0), default="0", metavar="N", help=_("Tokens that are in the cache before.")
)
@click.option(
    "-b", "--batch", type=Numbers(1, 64), default="1", metavar="N", help=_("How many requests run at once.")
)
@click.option("-t", "--threads", type=Numbers(1, 512), metavar="N", help=_("Threads of the processor."))
@click.option(
    "--cache-type",
    type=Words(CACHE_PAIRS),
    metavar="TYPE",
    help=_("Number format of the KV cache: q8_0, or q8_0/f16 for keys and values apart."),
)
@click.option(
    "--flash-attention", type=Words(("auto", "on", "off")), metavar="WHEN", help=_("auto, on or off.")
)
@click.option("--runtime", multiple=True, metavar="ID", help=_("The runtime to use; may be repeated."))
@click.option(
    "--repetitions", type=click.IntRange(1, 10_000), default=5, metavar="N", help=_("The median of N counts.")
)
@click.option("--force", is_flag=True, help=_("Load also models that will not fit into memory even alone."))
@click.option("--json", "form", flag_value="json", help=_("Print one JSON object."))
@click.option("--csv", "form", flag_value="csv", help=_("Print lines of comma-separated values."))
@click.option("--md", "form", flag_value="md", help=_("Print a table in Markdown."))
@click.pass_obj
def command(
    state: State,
    /,
    models: Sequence[str],
    runtime: Sequence[str],
    form: str | None,
    force: bool,
    **asked: Any,
) -> int:
    from qwendesk.app import App
    from qwendesk.cli import benchtable
    from qwendesk.cli.quantizetable import Bar
    from qwendesk.lab.benchplan import BenchWish

    grid = _grid(**asked)
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        wish = BenchWish(_entrants(app, models, runtime), grid, force)
        rows: dict[str, Row] = {}
        bar = Bar()
        try:
            found = app.lab.benching.run(
                wish,
                lambda advance: bar.show(benchtable.progress(advance)),
                kept=lambda row: rows.update({row.key: row}),
            )
        except KeyboardInterrupt:
            bar.clear()
            _show(list(rows.values()), form, app.lab.book.machine)
            raise
        bar.clear()
        return _show(found, form, app.lab.book.machine)


def _show(rows: Sequence[Row], form: str | None, machine: str) -> int:
    """Print what is known; 1 where something could not be measured."""
    from qwendesk.cli import benchdata, benchtable

    forms = {"md": benchtable.markdown, "csv": benchdata.as_csv, "json": benchdata.as_json}
    if rows:
        click.echo(forms.get(form or "", benchtable.table)(rows, machine))
    failed = [one for one in rows if one.problem is not None]
    for one in failed:
        click.echo(benchtable.failure(one), err=True)
    return 1 if failed else 0


def _entrants(app: App, models: Sequence[str], runtimes: Sequence[str]) -> tuple[Entrant, ...]:
    """Every model with every runtime, but where its name says which."""
    return tuple(
        app.lab.entrants.of(name if runtime is None or "@" in name else f"{name}@{runtime}")
        for name in models
        for runtime in (runtimes if runtimes and "@" not in name else (None,))
    )


def _grid(
    *,
    prompt: tuple[int, ...],
    decode: tuple[int, ...],
    depth: tuple[int, ...],
    batch: tuple[int, ...],
    threads: tuple[int, ...] | None,
    cache_type: tuple[str, ...] | None,
    flash_attention: tuple[str, ...] | None,
    repetitions: int,
) -> Grid:
    from qwendesk.lab.benchplan import Grid

    loads = (threads or (), cache_type or (), flash_attention or ())
    grid = Grid(prompt, decode, depth, batch, *loads, repetitions)
    if grid.is_empty:
        raise click.UsageError(_("There is nothing to measure: give a prompt (-p) or a reply (-n)."))
    return grid
