"""`qwendesk conversations export` and `import`: conversations as files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State, say
from qwendesk.cli.keeping import with_app
from qwendesk.cli.terminal import Paper
from qwendesk.words import _, ngettext

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.chat.conversation import Conversation
    from qwendesk.chat.importing.taking import Taken

_UNSAFE = re.compile(r"[^\w-]+")
_LONGEST_NAME = 60


def add_file_commands(group: click.Group) -> None:
    group.add_command(_export)
    group.add_command(_import)


@click.command(
    "export",
    cls=Command,
    help=_("Write the conversation ID to FILE or, without one, to standard output; --all writes them all."),
)
@click.argument("id", required=False)
@click.argument("file", required=False)
@click.option(
    "--format", metavar="md|html|json|txt", help=_("The format; else FILE's ending tells it, else it is md.")
)
@click.option("--all", "folder", metavar="DIR", help=_("Write every conversation to a file in this folder."))
@click.option("--no-reasoning", "reasoning", flag_value=False, default=True, help=_("Leave out thoughts."))
@click.option("--versions", is_flag=True, help=_("Also other versions of messages; JSON always has them."))
@click.pass_obj
def _export(
    state: State,
    /,
    id: str | None,
    file: str | None,
    format: str | None,
    folder: str | None,
    reasoning: bool,
    versions: bool,
) -> int:
    if (id is None) == (folder is None):
        raise click.UsageError(_("Name one conversation, or give --all and a folder."))

    def act(app: App) -> None:
        if folder is not None:
            return _write_all(app, Path(folder), format or "md", reasoning, versions)
        conversation = app.history.open(app.history.find(id or "").about.id)
        ending = Path(file).suffix.removeprefix(".").lower() if file else ""
        text, _extension = _text(app, conversation, format or ending or "md", reasoning, versions)
        if file is None or file == "-":
            Paper().answer(text)
        else:
            _save(Path(file), text)
        return None

    return with_app(state, act)


def _write_all(app: App, folder: Path, format: str, reasoning: bool, versions: bool) -> None:
    """Those in the trash are left out; the archive is not."""
    kept = [one.about for one in app.history.entries() if one.messages and one.about.trashed is None]
    for about in kept:
        text, extension = _text(app, app.history.open(about.id), format, reasoning, versions)
        name = _UNSAFE.sub("-", about.title).strip("-")[:_LONGEST_NAME].strip("-")
        _save(folder / "-".join(filter(None, (name, f"{about.id}.{extension}"))), text)
    count = len(kept)
    told = ngettext("{count} conversation written.", "{count} conversations written.", count)
    click.echo(told.format(count=count), err=True)


def _text(
    app: App, conversation: Conversation, format: str, reasoning: bool, versions: bool
) -> tuple[str, str]:
    """What stands in the file, and the ending of its name."""
    from qwendesk.chat.exporting.export import EXTENSIONS, encodable, export, exported
    from qwendesk.words.exporting import labels

    for own, ending in EXTENSIONS.items():
        if format == own:
            text = export(conversation, own, reasoning=reasoning, versions=versions, labels=labels())
            return text, ending.removeprefix(".")
    specs = {one.id: one for one in app.plugins.exporters()}
    if format not in specs:
        raise Problem("export_unknown_format", format=format, known=", ".join((*EXTENSIONS, *specs)))
    try:
        text = specs[format].export(exported(conversation, reasoning=reasoning))
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        detail = f"{type(error).__name__}: {error}"
        raise Problem("export_failed", format=format, detail=detail[:300]) from error
    return encodable(text), specs[format].extension


def _save(path: Path, text: str) -> None:
    from qwendesk.system.settings import write_atomically

    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise Problem("export_not_saved", path=str(path), detail=error.strerror or str(error)) from error


@click.command(
    "import",
    cls=Command,
    help=_(
        "Take in conversations from files or folders: of QwenDesk (JSON), ChatGPT (conversations.json or the "
        "zip), LM Studio, Jan, or messages as OpenAI's API has them. What is here already is left out."
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.pass_obj
def _import(state: State, /, files: tuple[str, ...]) -> int:
    def act(app: App) -> int:
        from qwendesk.chat.importing.reading import read_conversations
        from qwendesk.chat.importing.taking import take_in

        failed = False
        for file in files:
            try:
                _tell(file, take_in(app.history, read_conversations(Path(file), app.history.attach)))
            except Problem as problem:
                say(problem)
                failed = True
        return int(failed)

    return with_app(state, act)


def _tell(file: str, taken: Taken) -> None:
    told = ngettext("{file}: {n} conversation taken in.", "{file}: {n} conversations taken in.", taken.new)
    paper = Paper()
    paper.aside(told.format(file=file, n=taken.new))
    if taken.old:
        paper.aside(
            ngettext("{n} was here already.", "{n} were here already.", taken.old).format(n=taken.old)
        )
    for note in taken.skipped:
        say(Problem.of(note))
