"""The lock of the history, in words."""

from __future__ import annotations

from qwendesk.store.locking import LockAdvanced
from qwendesk.words import _


def advance(event: LockAdvanced) -> str:
    """How far a change of the lock is, in one line."""
    counted = {"done": event.done, "total": event.total}
    return {
        "copying": _("Writing the history anew…"),
        "checking": _("Comparing it with the old one…"),
        "attachments": _("Attachments: {done} of {total}…").format(**counted),
        "sweeping": _("Removing the old files: {done} of {total}…").format(**counted),
    }[event.phase]


def about(locked: bool) -> str:
    """What there is, and what a lock covers."""
    covered = _(
        "A lock encrypts conversations, attachments, the library and downloads. Models, settings and your "
        "own prompts stay as they are."
    )
    if not locked:
        return f"{_('The history lies in the home folder as it is.')} {covered}"
    return f"{_('The history is locked with a passphrase.')} {covered}"


def warning() -> str:
    return _("There is no way back without the passphrase: a forgotten one cannot be recovered by anybody.")
