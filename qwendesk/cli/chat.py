"""`qwendesk chat`: answer once, or talk."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import click

from qwendesk.api.messages import Thinking
from qwendesk.api.options import check, describe
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.cli.command import Command, State, say
from qwendesk.words import _

_SAMPLING_FLAGS = ("temperature", "top_p", "top_k", "min_p", "seed", "max_tokens")


def _sampling_options() -> list[click.Parameter]:
    """One flag for each sampling option, generated from its description."""
    kinds = {"integer": click.INT, "number": click.FLOAT}
    return [
        click.Option([f"--{one.name.replace('_', '-')}"], type=kinds[one.kind], help=_(one.help))
        for one in describe(Sampling)
        if one.name in _SAMPLING_FLAGS
    ]


@click.pass_obj
def _chat(state: State, /, model: str | None, prompt: str | None, **flags: Any) -> int:
    piped = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    prompt, flags["system"] = _unicode(prompt), _unicode(flags["system"])
    once = "\n\n".join(part for part in (prompt, piped.strip()) if part)
    if flags["as_json"] and not once:
        raise click.UsageError(_("--json needs a question: give one with -p or on standard input."))
    if not once and not sys.stdin.isatty():
        raise click.UsageError(_("There is nothing to answer: give a question with -p or on standard input."))
    return talk_in_terminal(state, model, once, **flags)


command = Command(
    "chat",
    callback=_chat,
    help=_("Talk with MODEL (a name, a path to a GGUF file, or seedling), or answer one question with -p."),
    params=[
        click.Argument(["model"], required=False),
        click.Option(["-p", "--prompt"], metavar="TEXT", help=_("Answer this once and exit.")),
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
        *_sampling_options(),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print one JSON object.")),
    ],
)


def _unicode(text: str | None) -> str | None:
    """The text with bytes that are no UTF-8 replaced; arguments carry them as lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8") if text else text


def talk_in_terminal(
    state: State,
    model: str | None = None,
    once: str = "",
    *,
    system: str | None = None,
    think: bool | None = None,
    think_budget: int | None = None,
    runtime: str | None = None,
    ctx: int | None = None,
    option: tuple[str, ...] = (),
    as_json: bool = False,
    **sampling: Any,
) -> int:
    """Load the model and answer once or talk; returns the exit code."""
    from qwendesk.app import App
    from qwendesk.chat.talk import Settings
    from qwendesk.cli.dialogue import Dialogue

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        chosen = app.library.find(model)
        spec = app.runtimes.choose(chosen, runtime)
        talk = app.talk(chosen, spec.id, _load_options(spec.options, ctx, option))
        talk.conversation.system = system or ""
        settings = Settings(_sampling(chosen.sampling, sampling), Thinking(think, think_budget))
        dialogue = Dialogue(app, talk, settings)
        try:
            return dialogue.answer_once(once, as_json) if once else dialogue.converse()
        finally:
            talk.close()


def _sampling(recommended: Sampling | None, flags: dict[str, Any]) -> Sampling:
    asked = [one for one in describe(Sampling) if flags.get(one.name) is not None]
    given = {one.name: check(one, flags[one.name]) for one in asked}
    return replace(recommended or Sampling(), **given)


def _load_options(kind: type, context: int | None, pairs: tuple[str, ...]) -> dict[str, object]:
    known = {one.name: one for one in describe(kind)}
    values: dict[str, object] = {} if context is None else {"context": context}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator:
            raise click.UsageError(_("-o wants NAME=VALUE, not {pair}.").format(pair=pair))
        if name not in known:
            raise Problem("option_unknown", option=name, known=", ".join(known))
        values[name] = _parsed(known[name].kind, text)
    return values


def _parsed(kind: str, text: str) -> object:
    """The text in the option's type; one that does not parse stays text, and the check complains."""
    if kind == "switch" and text.lower() in ("on", "off", "true", "false", "yes", "no"):
        return text.lower() in ("on", "true", "yes")
    try:
        return int(text) if kind == "integer" else float(text) if kind == "number" else text
    except ValueError:
        return text
