"""`qwendesk compare`: one question to several models, their answers below one another with their figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from qwendesk.api.messages import Thinking
from qwendesk.cli import qualities
from qwendesk.cli.command import Command, State, piped, say, unicode
from qwendesk.cli.flags import load_options, sampling, sampling_flags
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.chat.comparing.comparison import Comparison
    from qwendesk.chat.comparing.contestant import Contestant


@click.pass_obj
def _compare(
    state: State, /, models: tuple[str, ...], prompt: str | None, as_json: bool, force: bool, **flags: Any
) -> int:
    from qwendesk.app import App
    from qwendesk.cli.race import Race

    numbers = {name: flags.pop(name) for name in qualities.NAMES}
    if numbers["texts"] or numbers["tasks"]:
        return qualities.measure(state, models, as_json, force, **numbers)
    question = "\n\n".join(one for one in (unicode(prompt), (piped() or "").strip()) if one)
    if not question:
        raise click.UsageError(_("There is nothing to answer: give a question with -p or on standard input."))
    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        system = unicode(flags.pop("system")) or ""
        contestants = [_contestant(app, name, **flags) for name in models]
        with _comparing(app, system, force) as comparison:
            ids = [comparison.add(one) for one in contestants]
            shown = Race(app, comparison, ids, as_json)
            comparison.ask(question)
            return shown.follow(question)


command = Command(
    "compare",
    callback=_compare,
    help=_(
        "Ask two to four models the same question, one after the other, so that each has the computer to "
        "itself. A model may stand there more than once. All get the same seed. With --text or "
        "--tasks, measure any number of them instead: what quantizing cost, in numbers. There MODEL may be "
        "MODEL@RUNTIME,OPTION=VALUE, such as qwen3:0.6b@transformers,quantization=nf4."
    ),
    params=[
        click.Argument(["models"], nargs=-1, required=True, metavar="MODEL MODEL..."),
        click.Option(["-p", "--prompt"], metavar="TEXT", help=_("The question.")),
        click.Option(["--system"], metavar="TEXT", help=_("The system message.")),
        click.Option(["--think/--no-think"], default=None, help=_("Let the models reason first, or not.")),
        click.Option(
            ["--think-budget"],
            type=click.IntRange(0),
            metavar="N",
            help=_("End the reasoning after N tokens."),
        ),
        click.Option(["--runtime"], metavar="ID", help=_("The runtime to use (see: qwendesk doctor).")),
        click.Option(["--ctx"], type=click.IntRange(1), metavar="N", help=_("Context in tokens.")),
        click.Option(
            ["-o", "--option"], multiple=True, metavar="NAME=VALUE", help=_("A load option of the runtime.")
        ),
        *sampling_flags(),
        click.Option(
            ["--force"], is_flag=True, help=_("Load also models that will not fit into memory even alone.")
        ),
        *qualities.flags(),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print one JSON object.")),
    ],
)


@contextmanager
def _comparing(app: App, system: str, force: bool) -> Iterator[Comparison]:
    from qwendesk.chat.comparing.comparison import Comparison

    made = Comparison(app.runtimes, app.forecast, app.bus, system=system, force=force)
    made.in_turn = True
    try:
        yield made
    finally:
        made.close()


def _contestant(
    app: App,
    name: str,
    *,
    think: bool | None,
    think_budget: int | None,
    runtime: str | None,
    ctx: int | None,
    option: tuple[str, ...],
    **typed: Any,
) -> Contestant:
    from qwendesk.chat.comparing.contestant import Contestant
    from qwendesk.chat.settings import Settings
    from qwendesk.chat.talk import Choice
    from qwendesk.words.comparing import label

    model = app.library.find(name)
    spec = app.runtimes.choose(model, runtime)
    choice = Choice(model, spec.id, load_options(spec.options, ctx, option))
    settings = Settings(sampling(model.sampling_for(think), typed), Thinking(think, think_budget))
    return Contestant(label(model.title, model.quantization), choice, settings)
