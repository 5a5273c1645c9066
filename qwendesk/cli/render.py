"""`qwendesk render`: the prompt that a model is given for a conversation, to the letter."""

from __future__ import annotations

import json
import sys

import click

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.pieces import Rendered
from qwendesk.api.problem import Note
from qwendesk.api.reply import ReplyRequest
from qwendesk.chat import openai
from qwendesk.cli import pieces
from qwendesk.cli.asking import asked, origin
from qwendesk.cli.command import Command, State, piped, read_file, unicode
from qwendesk.cli.terminal import Paper
from qwendesk.words import _, figures
from qwendesk.words.problems import word
from qwendesk.worker.question import Render


@click.command(
    "render",
    cls=Command,
    help=_("Show the prompt that MODEL is given for a question or for a conversation in a file."),
)
@click.argument("model")
@click.option("-p", "--prompt", metavar="TEXT", help=_("The user's question."))
@click.option("--messages", metavar="FILE", help=_("A JSON file with messages as OpenAI's API has them."))
@click.option("--system", metavar="TEXT", help=_("A system message, put in front."))
@click.option("--tools", metavar="FILE", help=_("A JSON file with tools as OpenAI's API has them."))
@click.option("--think/--no-think", default=None, help=_("Let the model reason first, or not."))
@click.option("--runtime", metavar="ID", help=_("The runtime to use (see: qwendesk doctor)."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(
    state: State,
    model: str,
    prompt: str | None,
    messages: str | None,
    system: str | None,
    tools: str | None,
    think: bool | None,
    runtime: str | None,
    as_json: bool,
) -> int:
    request = ReplyRequest(
        (*_system(system), *_conversation(prompt, messages)),
        thinking=Thinking(think),
        tools=openai.tools(read_file(tools), tools) if tools is not None else (),
    )
    with asked(state, model, runtime) as session:
        rendered = session.answer(Render(request))
        told = origin(session)
        templated = session.wait_ready().template is not None
    if not templated:
        Paper().aside(str(word(Note("template_missing"))))
    if as_json:
        tokens = {"tokens": pieces.as_data(rendered.pieces), "count": len(rendered.pieces)}
        data = {**told, "prompt": rendered.text, **tokens, "thinking": rendered.thinking}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        _show(rendered)
    return 0


def _system(text: str | None) -> tuple[Message, ...]:
    return (Message("system", unicode(text) or ""),) if text else ()


def _conversation(prompt: str | None, path: str | None) -> tuple[Message, ...]:
    if prompt is not None and path is not None:
        raise click.UsageError(_("-p and --messages cannot be used together."))
    if path is not None:
        return openai.messages(read_file(path), path)
    text = unicode(prompt) if prompt is not None else piped()
    if not text:
        raise click.UsageError(
            _("There is nothing to render: give a question with -p or on standard input, or --messages.")
        )
    return (Message("user", text),)


def _show(rendered: Rendered) -> None:
    """The exact bytes into a pipe; on a terminal special tokens stand out, and nothing drives it."""
    if sys.stdout.isatty():
        click.echo(pieces.painted(rendered))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(rendered.text.encode())
        sys.stdout.buffer.flush()
    left = {
        "absent": _("the model decides whether it thinks"),
        "open": _("the thinking block is open"),
        "closed": _("the thinking block is closed: no thinking"),
    }
    Paper().aside(f"{figures.tokens(len(rendered.pieces))} · {left[rendered.thinking]}")
