"""What the UI thread will need soon, imported elsewhere, so that it does not stall there."""

from __future__ import annotations


def warm_room() -> None:
    """What opens the engine room; for a background thread."""
    import qwendesk.ui.room  # noqa: F401


def warm_conversation() -> None:
    """What renders replies, and the dialogs; for a background thread."""
    import qwendesk.ui.actions
    import qwendesk.ui.chat.transcript
    import qwendesk.ui.dialogs.about
    import qwendesk.ui.dialogs.link
    import qwendesk.ui.dialogs.palette
    import qwendesk.ui.dialogs.plugins  # noqa: F401
    from qwendesk.ui.chat.highlight import tints
    from qwendesk.ui.chat.markdown import parse

    parse("A **paragraph** with `code`.\n")
    tints("python", "x = 1\n")
