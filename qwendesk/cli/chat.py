"""`qwendesk chat`: answer once, or talk."""

from __future__ import annotations

import sys
from typing import Any

import click

from qwendesk.api.engine import ContextFull
from qwendesk.api.messages import Thinking
from qwendesk.cli.command import Command, State, read_file, say, unicode
from qwendesk.cli.flags import load_options, logit_bias, sampling, sampling_flags
from qwendesk.words import _


@click.pass_obj
def _chat(state: State, /, model: str | None, prompt: str | None, **flags: Any) -> int:
    piped = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    prompt, flags["system"] = unicode(prompt), unicode(flags["system"])
    once = "\n\n".join(part for part in (prompt, piped.strip()) if part)
    if flags["as_json"] and not once:
        raise click.UsageError(_("--json needs a question: give one with -p or on standard input."))
    if not once and not sys.stdin.isatty():
        raise click.UsageError(_("There is nothing to answer: give a question with -p or on standard input."))
    if flags["image"] and not once:
        raise click.UsageError(_("--image needs a question: give one with -p or on standard input."))
    return talk_in_terminal(state, model, once, **flags)


command = Command(
    "chat",
    callback=_chat,
    help=_("Talk with MODEL (a name, a path to a GGUF file, or seedling), or answer one question with -p."),
    params=[
        click.Argument(["model"], required=False),
        click.Option(["-p", "--prompt"], metavar="TEXT", help=_("Answer this once and exit.")),
        click.Option(
            ["--image"],
            multiple=True,
            metavar="FILE",
            help=_("Show the model an image (with -p)."),
        ),
        click.Option(["--system"], metavar="TEXT", help=_("The system message.")),
        click.Option(["--think/--no-think"], default=None, help=_("Let the model reason first, or not.")),
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
            ["--logit-bias", "bias"],
            multiple=True,
            metavar="TOKEN=BIAS",
            help=_("Add to the logit of a token, given by its id; -inf forbids it."),
        ),
        click.Option(
            ["--context-full"],
            type=click.Choice(["stop", "error"]),
            default="stop",
            help=_("Whether a reply that fills the context ends there or fails."),
        ),
        click.Option(
            ["--no-draft", "draft"],
            flag_value=False,
            default=True,
            help=_("Do not guess tokens ahead, where the runtime can."),
        ),
        click.Option(
            ["--fresh"],
            is_flag=True,
            help=_("Read the whole prompt anew, so that the same seed gives the same text."),
        ),
        click.Option(
            ["--force"], is_flag=True, help=_("Load the model even where it will not fit into memory.")
        ),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print one JSON object.")),
    ],
)


def talk_in_terminal(
    state: State,
    model: str | None = None,
    once: str = "",
    *,
    image: tuple[str, ...] = (),
    system: str | None = None,
    think: bool | None = None,
    think_budget: int | None = None,
    runtime: str | None = None,
    ctx: int | None = None,
    option: tuple[str, ...] = (),
    as_json: bool = False,
    bias: tuple[str, ...] = (),
    context_full: ContextFull = "stop",
    draft: bool = True,
    fresh: bool = False,
    force: bool = False,
    **typed: Any,
) -> int:
    """Load the model and answer once or talk; returns the exit code."""
    from qwendesk.app import App
    from qwendesk.chat.talk import Settings
    from qwendesk.cli.dialogue import Dialogue
    from qwendesk.cli.fitting import ask_whether_it_fits

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        chosen = app.library.find(model)
        spec = app.runtimes.choose(chosen, runtime)
        settings = Settings(
            sampling(chosen.sampling_for(think), typed),
            Thinking(think, think_budget),
            logit_bias=logit_bias(bias),
            context_full=context_full,
            draft=draft,
            fresh=fresh,
        )
        options = load_options(spec.options, ctx, option)
        if not force:
            ask_whether_it_fits(app, chosen, spec.id, options)
        talk = app.talk(chosen, spec.id, options)
        talk.conversation.system = system or ""
        dialogue = Dialogue(app, talk, settings)
        try:
            images = tuple(read_file(one) for one in image)
            return dialogue.answer_once(once, as_json, images) if once else dialogue.converse()
        finally:
            talk.close()
