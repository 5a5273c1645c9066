"""Picks the face and imports only that one: the worker, the window, or the command line."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from qwendesk.api.problem import Problem

if TYPE_CHECKING:
    from qwendesk.system.paths import Paths


def main() -> int:
    """The console script."""
    if sys.argv[1:2] == ["--worker"]:
        from qwendesk.worker.child import main as worker

        return worker(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    try:
        return _face()
    except KeyboardInterrupt:
        import click

        from qwendesk.words import _

        click.echo(_("Stopped."), err=True)
        return 1


def _face() -> int:
    if sys.argv[1:] in ([], ["window"]):
        from qwendesk.system.paths import home_folder

        # The shortest way to the window: what the command line imports would come before the first frame.
        with contextlib.suppress(Problem):
            return open_window(home_folder())
        # The command line meets the same problem, says it, and finds another face.
    from qwendesk.cli.main import run

    return run(open_window)


def open_window(paths: Paths) -> int:
    """Show the window until it is closed. Raises Problem `no_display` or `qt_unusable`."""
    try:
        from qwendesk.ui.main import run
    except ImportError as error:
        raise Problem("qt_unusable", detail=str(error)) from error
    return run(paths)


def window() -> int:
    """The GUI script: the window and nothing else."""
    sys.argv[1:1] = ["window"]
    return main()


if __name__ == "__main__":
    sys.exit(main())
