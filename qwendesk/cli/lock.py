"""`qwendesk lock`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.app import App


@click.command(
    "lock",
    cls=Command,
    help=_(
        "Encrypt the history and its attachments with a passphrase: asked for, $QWENDESK_PASSPHRASE, or "
        "one line of standard input. Where they are locked already, take the passphrase out of the keyring."
    ),
)
@click.option(
    "--change", is_flag=True, help=_("Give it another passphrase: the old one first, then the new.")
)
@click.pass_obj
def command(state: State, /, change: bool) -> int:
    from qwendesk.app import App
    from qwendesk.cli.passphrase import chosen, unlocked
    from qwendesk.store import driver

    driver.cipher()
    paths = state.place()
    locked = driver.is_locked(paths.database)
    if change and not locked:
        raise Problem("store_is_plain", path=str(paths.database))
    if locked and not change:
        from qwendesk.system.passphrase import Passphrase

        Passphrase(paths.home).forget()
        click.echo(_("It is locked, and its passphrase is not in the keyring."), err=True)
        return 0
    paths = unlocked(paths, from_input=True)
    passphrase = chosen(anew=change)
    with App(paths) as app:
        watch(app)
        if change:
            app.locking.change(paths.passphrase or "", passphrase)
            remembered(app, passphrase)
        else:
            app.locking.lock(passphrase)
    click.echo(_("The history and its attachments are locked."), err=True)
    return 0


def watch(app: App) -> None:
    """Tell on a terminal how far it is."""
    from qwendesk.cli.terminal import Paper
    from qwendesk.store.locking import LockAdvanced
    from qwendesk.words import locking as words

    paper = Paper()

    def show(event: object) -> None:
        if isinstance(event, LockAdvanced):
            paper.status("" if event.done and event.done == event.total else words.advance(event))

    app.bus.subscribe(show)


def remembered(app: App, passphrase: str) -> None:
    """Where the keyring has the old passphrase, it gets the new one."""
    if app.passphrase.remembered:
        app.passphrase.remember(passphrase)
