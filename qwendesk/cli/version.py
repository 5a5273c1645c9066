"""`qwendesk version`."""

from __future__ import annotations

import importlib.metadata
import platform

import click

from qwendesk.cli.command import Command
from qwendesk.words import _


@click.command("version", cls=Command, help=_("Show the version."))
def command() -> None:
    click.echo(version())


def version() -> str:
    """The versions of QwenDesk and Python, and the system."""
    own = importlib.metadata.version("qwendesk")
    return f"QwenDesk {own} (Python {platform.python_version()}, {platform.system()} {platform.machine()})"
