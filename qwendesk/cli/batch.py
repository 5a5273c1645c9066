"""`qwendesk batch`: a file of prompts in, a file of answers out."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qwendesk.api.messages import Thinking
from qwendesk.cli.command import Command, State, say, unicode
from qwendesk.cli.flags import load_options, sampling_flags
from qwendesk.cli.terminal import Paper
from qwendesk.words import _
from qwendesk.words.batch import ended, pace, phase, rows
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.chat.batch.batch import Batch, Job
    from qwendesk.chat.batch.progress import Progress

_BAR, _LINE_S, _JSON_S = 24, 10.0, 1.0


@click.pass_obj
def _batch(state: State, /, source: str, target: str, as_json: bool, force: bool, **flags: Any) -> int:
    from qwendesk.app import App
    from qwendesk.chat.batch.batch import Batch
    from qwendesk.cli.fitting import ask_whether_it_fits

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        job = _job(app, Path(source), Path(target), **flags)
        if not force:
            ask_whether_it_fits(app, job.terms.model, str(job.runtime), job.options)
        return _follow(Batch(app.runtimes, job, lambda note: str(word(note))), job, as_json)


command = Command(
    "batch",
    callback=_batch,
    help=_(
        "Answer every row of IN (JSON lines with a prompt or messages) and write the answers to OUT in the "
        "same order. A row may have an id, system, tools, stop, think, think_budget, json_schema and every "
        "sampling option by its name; without a seed, its number is its seed. Run again after a stop of any "
        "kind, it goes on at the first row without an answer."
    ),
    params=[
        click.Argument(["source"], metavar="IN"),
        click.Argument(["target"], metavar="OUT"),
        click.Option(
            ["--model"], required=True, metavar="MODEL", help=_("A name, or a path to a GGUF file.")
        ),
        click.Option(["--system"], metavar="TEXT", help=_("The system message of rows without one.")),
        click.Option(["--text"], is_flag=True, help=_("Take every line of IN for a prompt, not for JSON.")),
        click.Option(["--think/--no-think"], default=None, help=_("Let the model reason first, or not.")),
        click.Option(
            ["--think-budget"],
            type=click.IntRange(0),
            metavar="N",
            help=_("End the reasoning after N tokens."),
        ),
        click.Option(["--runtime"], metavar="ID", help=_("The runtime to use (see: qwendesk doctor).")),
        click.Option(
            ["--ctx"], type=click.IntRange(1), metavar="N", help=_("Context in tokens of each row.")
        ),
        click.Option(
            ["-o", "--option"],
            multiple=True,
            metavar="NAME=VALUE",
            help=_("A load option of the runtime; slots=N is how many rows are answered at once."),
        ),
        *sampling_flags(),
        click.Option(["--restart"], is_flag=True, help=_("Throw away what is there and begin anew.")),
        click.Option(
            ["--force"], is_flag=True, help=_("Load the model even where it will not fit into memory.")
        ),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print lines of JSON on the way.")),
    ],
)


def _job(
    app: App,
    source: Path,
    target: Path,
    *,
    model: str,
    system: str | None,
    text: bool,
    think: bool | None,
    think_budget: int | None,
    runtime: str | None,
    ctx: int | None,
    option: tuple[str, ...],
    restart: bool,
    **typed: Any,
) -> Job:
    from qwendesk.chat.batch.batch import Job
    from qwendesk.chat.batch.row import Terms

    chosen = app.find(model, runtime)
    spec = app.runtimes.choose(chosen, runtime)
    sampling = {name: value for name, value in typed.items() if value is not None}
    terms = Terms(chosen, sampling, Thinking(think, think_budget), unicode(system) or "", text)
    return Job(source, target, terms, spec.id, load_options(spec.options, ctx, option), restart)


def _follow(batch: Batch, job: Job, as_json: bool) -> int:
    """Run it and show how far it is; 1 where a row failed. Ctrl-C stops it."""
    shown = _Shown(as_json)
    now = None
    try:
        for now in batch.run(threading.Event()):
            shown.show(now)
    except KeyboardInterrupt:
        raise batch.stopped() from None
    finally:
        shown.stop()
    assert now is not None
    shown.end(now, job.target)
    return 1 if now.failed else 0


class _Shown:
    """A bar on a terminal, a line now and then elsewhere, or lines of JSON on stdout."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._paper = Paper()
        self._told = time.monotonic()
        self._phase = ""

    def show(self, now: Progress) -> None:
        if self._as_json:
            if self._is_due(_JSON_S):
                self._line("progress", now)
        elif self._paper.watched:
            self._paper.status(bar(now, shutil.get_terminal_size().columns))
        elif now.phase != "complete" and (now.phase != self._phase or self._is_due(_LINE_S)):
            self._paper.aside(line(now))
        self._phase = now.phase

    def _is_due(self, interval: float) -> bool:
        due = time.monotonic() - self._told >= interval
        if due:
            self._told = time.monotonic()
        return due

    def stop(self) -> None:
        """Take the bar away."""
        self._paper.status("")

    def end(self, now: Progress, target: Path) -> None:
        if self._as_json:
            self._line("done", now, path=str(target))
        else:
            self._paper.aside(str(ended(now, target)))

    @staticmethod
    def _line(event: str, now: Progress, **more: object) -> None:
        figures = {
            "done": now.done,
            "failed": now.failed,
            "total": now.total,
            "rows_per_second": None if now.rate is None else round(now.rate, 3),
            "tokens_per_second": None if now.tokens_per_s is None else round(now.tokens_per_s, 1),
            "left_s": None if now.left_s is None else round(now.left_s, 1),
        }
        click.echo(json.dumps({"event": event, "phase": now.phase, **figures, **more}, ensure_ascii=False))


def bar(now: Progress, width: int) -> str:
    """One line: [#####-----]  45 %  450 of 1,000 rows  3.1 rows/s  120.0 tok/s  3 min left."""
    if not now.total or now.phase != "asking":
        return line(now)[: width - 1]
    full = now.done * _BAR // now.total
    parts = [f"[{'#' * full}{'-' * (_BAR - full)}]", f"{100 * now.done // now.total:3d} %", line(now)]
    return "  ".join(parts)[: width - 1]


def line(now: Progress) -> str:
    """The same without the bar."""
    told = [] if now.phase == "asking" else [phase(now.phase)]
    if now.total is not None:
        told.append(rows(now))
    return "  ".join((*told, *pace(now)))
