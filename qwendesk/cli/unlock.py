"""`qwendesk unlock`."""

from __future__ import annotations

import click

from qwendesk.api.problem import Problem
from qwendesk.cli.command import Command, State
from qwendesk.words import _


@click.command(
    "unlock",
    cls=Command,
    help=_(
        "Keep the passphrase of a locked history in the system's keyring, so that nobody is asked any more; "
        "qwendesk lock takes it out again."
    ),
)
@click.option("--for-good", is_flag=True, help=_("Decrypt everything instead: the history has no lock then."))
@click.pass_obj
def command(state: State, /, for_good: bool) -> int:
    from qwendesk.cli.passphrase import unlocked
    from qwendesk.system.passphrase import Passphrase

    paths = unlocked(state.place(), from_input=True)
    if paths.passphrase is None:
        raise Problem("store_is_plain", path=str(paths.database))
    if not for_good:
        Passphrase(paths.home).remember(paths.passphrase)
        click.echo(_("The passphrase is in the keyring: QwenDesk opens without asking."), err=True)
        return 0
    from qwendesk.app import App
    from qwendesk.cli.lock import watch

    with App(paths) as app:
        watch(app)
        app.locking.unlock_for_good(paths.passphrase)
        app.passphrase.forget()
    click.echo(_("The history has no lock any more: it lies in the home folder as it is."), err=True)
    return 0
