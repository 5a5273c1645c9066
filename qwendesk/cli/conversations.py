"""`qwendesk conversations`: what was said before: listed, shown, searched, renamed, thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State, home_option
from qwendesk.cli.conversationfiles import add_file_commands
from qwendesk.cli.conversationrepeat import add_repeat_command
from qwendesk.cli.keeping import as_data, hit_data, line, name, print_json, with_app
from qwendesk.cli.terminal import Paper, harmless
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.chat.history import Entry


@click.group(
    "conversations",
    params=[home_option()],
    help=_(
        "Conversations that are kept. ID is a conversation's number, the start of its title, or last for the "
        "newest."
    ),
)
def command() -> None:
    pass


@command.command("list", cls=Command, help=_("List them, the one talked in last first."))
@click.option("--archived", is_flag=True, help=_("Those in the archive."))
@click.option("--trash", is_flag=True, help=_("Those in the trash, where they stay for 30 days."))
@click.option("--folder", metavar="NAME", help=_("Those in this folder."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def _list(state: State, /, archived: bool, trash: bool, folder: str | None, as_json: bool) -> int:
    def act(app: App) -> None:
        found = [
            one
            for one in app.history.entries()
            if one.messages
            and (one.about.trashed is not None) == trash
            and (trash or one.about.archived == archived)
            and folder in (None, one.about.folder)
        ]
        if as_json:
            return print_json([as_data(one) for one in found])
        from qwendesk.cli.models import columns

        for row in columns([line(one) for one in found]):
            click.echo(harmless(row))
        if not found:
            click.echo(_("Nothing was found."), err=True)
        return None

    return with_app(state, act)


@command.command("show", cls=Command, help=_("Print the conversation ID."))
@click.argument("id")
@click.option("--reasoning", is_flag=True, help=_("Also what the model thought."))
@click.option("--prompt", is_flag=True, help=_("Print the exact prompt of its last reply instead."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object, with all versions."))
@click.pass_obj
def _show(state: State, /, id: str, reasoning: bool, prompt: bool, as_json: bool) -> int:
    def act(app: App) -> None:
        from qwendesk.chat.exporting.export import export
        from qwendesk.words.exporting import labels

        conversation = app.history.open(app.history.find(id).about.id)
        if prompt:
            replies = [one.id for one in reversed(conversation.turns) if one.role == "assistant"]
            text = next((text for one in replies if (text := app.history.prompt(one)) is not None), None)
            if text is None:
                raise Problem("prompt_not_kept", title=conversation.about.title)
        else:
            text = export(conversation, "json" if as_json else "txt", reasoning=reasoning, labels=labels())
        Paper().answer(text)

    return with_app(state, act)


@command.command("search", cls=Command, help=_("Find messages with all of these words, the newest first."))
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON list."))
@click.pass_obj
def _search(state: State, /, words: tuple[str, ...], as_json: bool) -> int:
    def act(app: App) -> None:
        typed = " ".join(f'"{one}"' if " " in one else one for one in words)
        hits = app.history.search(typed)
        if as_json:
            return print_json([hit_data(one) for one in hits])
        for one in hits:
            click.echo(harmless(f"{one.conversation}  {one.title}"))
            click.echo(harmless(f"    {one.excerpt}"))
        if not hits:
            click.echo(_("Nothing was found."), err=True)
        return None

    return with_app(state, act)


@command.command("rename", cls=Command, help=_("Give the conversation ID another TITLE."))
@click.argument("id")
@click.argument("title")
@click.pass_obj
def _rename(state: State, /, id: str, title: str) -> int:
    def act(app: App) -> None:
        app.history.change(app.history.find(id).about.id, title=" ".join(title.split()))

    return with_app(state, act)


@command.command("set", cls=Command, help=_("Pin, archive or file the conversation ID."))
@click.argument("id")
@click.option("--pin/--unpin", "pinned", default=None, help=_("On top of the list, or not."))
@click.option("--archive/--unarchive", "archived", default=None, help=_("In the archive, or not."))
@click.option("--folder", metavar="NAME", help=_("Its folder; an empty NAME is none."))
@click.pass_obj
def _set(state: State, /, id: str, pinned: bool | None, archived: bool | None, folder: str | None) -> int:
    wanted = {"pinned": pinned, "archived": archived, "folder": folder}
    values = {name: value for name, value in wanted.items() if value is not None}
    if not values:
        raise click.UsageError(_("Say what to set: --pin, --archive or --folder."))

    def act(app: App) -> None:
        app.history.change(app.history.find(id).about.id, **values)

    return with_app(state, act)


@command.command("rm", cls=Command, help=_("Move conversations to the trash, where they stay for 30 days."))
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--forever", is_flag=True, help=_("Remove them for good, also those in the trash."))
@click.pass_obj
def _rm(state: State, /, ids: tuple[str, ...], forever: bool) -> int:
    def act(app: App) -> None:
        # All are found before the first one goes: a misspelt title removes nothing.
        found = [_find(app, one, forever) for one in ids]
        if forever:
            app.history.remove([one.about.id for one in found])
        for one in found:
            if not forever:
                app.history.trash(one.about.id)
            said = (
                _("{title} is removed.") if forever else _("{title} is in the trash; restore brings it back.")
            )
            click.echo(harmless(said.format(title=name(one))), err=True)

    return with_app(state, act)


@command.command("restore", cls=Command, help=_("Bring the conversation ID back from the trash."))
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.pass_obj
def _restore(state: State, /, ids: tuple[str, ...]) -> int:
    def act(app: App) -> None:
        for one in [_find_trashed(app, one) for one in ids]:
            app.history.restore(one.about.id)
            click.echo(harmless(_("{title} is back.").format(title=name(one))), err=True)

    return with_app(state, act)


def _find(app: App, text: str, trashed_too: bool) -> Entry:
    try:
        return app.history.find(text)
    except Problem:
        if not trashed_too:
            raise
        return _find_trashed(app, text)


def _find_trashed(app: App, text: str) -> Entry:
    """As `History.find`, among those in the trash."""
    for one in app.history.entries():
        title = one.about.title.casefold()
        if one.about.trashed is not None and (
            text in ("last", str(one.about.id)) or title.startswith(text.casefold())
        ):
            return one
    raise Problem("conversation_unknown", id=text)


add_file_commands(command)
add_repeat_command(command)
