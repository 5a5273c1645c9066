"""`qwendesk tokenize`: a text as the tokens that a model sees."""

from __future__ import annotations

import json

import click

from qwendesk.cli import pieces
from qwendesk.cli.asking import asked, origin
from qwendesk.cli.command import Command, State, piped, unicode
from qwendesk.words import _, figures
from qwendesk.worker.question import Tokenize


@click.command(
    "tokenize",
    cls=Command,
    help=_("Show the tokens that TEXT (or standard input) is to MODEL: their number, ids and pieces."),
)
@click.argument("model")
@click.argument("text", required=False)
@click.option(
    "--special/--no-special", default=True, help=_("Read <|im_start|> and the like as tokens of their own.")
)
@click.option("--runtime", metavar="ID", help=_("The runtime to use (see: qwendesk doctor)."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(
    state: State, model: str, text: str | None, special: bool, runtime: str | None, as_json: bool
) -> int:
    text = unicode(text) if text is not None else piped()
    if text is None:
        raise click.UsageError(_("There is nothing to tokenize: give TEXT, or a text on standard input."))
    with asked(state, model, runtime) as session:
        found = session.answer(Tokenize(text, special))
        told = origin(session)
    if as_json:
        data = {**told, "count": len(found), "tokens": pieces.as_data(found)}
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return 0
    click.echo("\n".join((figures.tokens(len(found)), *pieces.listed(found))))
    return 0
