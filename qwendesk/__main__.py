"""Picks the face and imports only that one: the worker, the window, or the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """The console script."""
    if sys.argv[1:2] == ["--worker"]:
        from qwendesk.worker.child import main as worker

        return worker(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    from qwendesk.cli.main import run

    return run()


def window() -> int:
    """The GUI script: the window and nothing else."""
    sys.argv[1:1] = ["window"]
    return main()


if __name__ == "__main__":
    sys.exit(main())
