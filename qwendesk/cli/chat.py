"""`qwendesk chat`: answer once, or talk."""

from __future__ import annotations

import sys
from typing import Any

import click

from qwendesk.api.engine import ContextFull
from qwendesk.api.messages import Thinking
from qwendesk.api.problem import Problem
from qwendesk.chat.tools.names import NAMES
from qwendesk.cli.command import Command, State, read_file, say, unicode, waiting_is_told
from qwendesk.cli.flags import load_options, logit_bias, sampling, sampling_flags
from qwendesk.words import _


@click.pass_obj
def _chat(state: State, /, model: str | None, prompt: str | None, **flags: Any) -> int:
    piped = "" if sys.stdin.isatty() else _read_input()
    prompt, flags["system"] = unicode(prompt), unicode(flags["system"])
    once = "\n\n".join(part for part in (prompt, piped.strip()) if part)
    if flags["as_json"] and not once:
        raise click.UsageError(_("--json needs a question: give one with -p or on standard input."))
    if not once and not sys.stdin.isatty():
        raise click.UsageError(_("There is nothing to answer: give a question with -p or on standard input."))
    for name in ("image", "audio", "attach"):
        if flags[name] and not once:
            words = _("--{name} needs a question: give one with -p or on standard input.")
            raise click.UsageError(words.format(name=name))
    return talk_in_terminal(state, model, once, **flags)


def _read_input() -> str:
    with waiting_is_told():
        return sys.stdin.read()


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
        click.Option(
            ["--audio"],
            multiple=True,
            metavar="FILE",
            help=_("Let the model hear a recording (with -p): WAV, FLAC, OGG or MP3."),
        ),
        click.Option(
            ["--attach"],
            multiple=True,
            metavar="FILE",
            help=_("Send a file along (with -p): text, code, CSV, PDF, DOCX, an image or a recording."),
        ),
        click.Option(
            ["--continue", "continued"],
            metavar="[ID]",
            is_flag=False,
            flag_value="last",
            help=_("Go on with the last conversation, or with ID (a number or the start of its title)."),
        ),
        click.Option(
            ["--no-save", "save"],
            flag_value=False,
            default=True,
            help=_("Do not keep the conversation."),
        ),
        click.Option(["--system"], metavar="TEXT", help=_("The system message.")),
        click.Option(["--think/--no-think"], default=None, help=_("Let the model reason first, or not.")),
        click.Option(
            ["--think-budget"],
            type=click.IntRange(0),
            metavar="N",
            help=_("End the reasoning after N tokens."),
        ),
        click.Option(
            ["--effort"],
            metavar="WORD",
            help=_("How hard to reason, in a word of the template's (see thinking)."),
        ),
        click.Option(
            ["--preserve-thinking/--drop-thinking", "preserve"],
            default=None,
            help=_("Whether the model sees what it reasoned in earlier replies, where the template asks."),
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
            ["--make-room"],
            type=click.Choice(["skip", "sum-up"]),
            help=_(
                "Where the prompt is longer than the context: leave out the oldest messages, or sum them up."
            ),
        ),
        click.Option(
            ["--tool"],
            multiple=True,
            type=click.Choice(NAMES),
            help=_("A tool that the model may ask for; in a terminal every call is asked about first."),
        ),
        click.Option(["--allow-tools"], is_flag=True, help=_("Run the calls of these tools without asking.")),
        click.Option(
            ["--json-schema", "schema"],
            metavar="FILE",
            help=_("A JSON schema that the answer follows."),
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
    audio: tuple[str, ...] = (),
    attach: tuple[str, ...] = (),
    system: str | None = None,
    think: bool | None = None,
    think_budget: int | None = None,
    effort: str | None = None,
    preserve: bool | None = None,
    runtime: str | None = None,
    ctx: int | None = None,
    option: tuple[str, ...] = (),
    as_json: bool = False,
    bias: tuple[str, ...] = (),
    context_full: ContextFull = "stop",
    draft: bool = True,
    fresh: bool = False,
    force: bool = False,
    make_room: str | None = None,
    tool: tuple[str, ...] = (),
    allow_tools: bool = False,
    schema: str | None = None,
    continued: str | None = None,
    save: bool = True,
    **typed: Any,
) -> int:
    """Load the model and answer once or talk; returns the exit code."""
    from qwendesk.app import App
    from qwendesk.chat.talk import Settings
    from qwendesk.chat.tools.builtin import toolbox
    from qwendesk.cli.dialogue import Asked, Dialogue
    from qwendesk.cli.fitting import ask_whether_it_fits

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        earlier = app.history.open(app.history.find(continued).about.id) if continued is not None else None
        chosen = app.find(model or (earlier.about.model or None if earlier else None), runtime)
        spec = app.runtimes.choose(chosen, runtime)
        options = load_options(spec.options, ctx, option)
        if not force:
            ask_whether_it_fits(app, chosen, spec.id, options)
        talk = app.talk(chosen, spec.id, options, keep=save)
        talk.calls.box = toolbox(tool, lambda: talk.conversation.turns)
        settings = Settings(
            sampling(chosen.sampling_for(think), typed),
            Thinking(think, think_budget, effort, preserve),
            tools=talk.calls.box.tools,
            json_schema=_schema(schema),
            logit_bias=logit_bias(bias),
            context_full=context_full,
            draft=draft,
            fresh=fresh,
        )
        if earlier is not None:
            talk.show(earlier)
        if system is not None:
            talk.conversation.system = system
        dialogue = Dialogue(app, talk, settings, Asked(allow_tools, make_room))
        try:
            if once:
                from qwendesk.cli.attaching import enclosed

                history = app.history if save else None
                sent = enclosed(history, once, image=image, audio=audio, attach=attach)
                return dialogue.answer_once(
                    sent.question, as_json, sent.images, sent.attachments, sent.audios
                )
            return dialogue.converse()
        finally:
            talk.close()


def _schema(path: str | None) -> dict[str, Any] | None:
    """The schema in a file. Raises Problem `file_not_json`."""
    if path is None:
        return None
    import json

    try:
        found = json.loads(read_file(path))
    except (ValueError, RecursionError) as error:
        raise Problem("file_not_json", path=path, detail=str(error)[:200]) from error
    if not isinstance(found, dict):
        raise Problem("file_not_json", path=path, detail=_("a schema is an object"))
    return found
