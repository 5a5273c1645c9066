"""`qwendesk version`."""

from __future__ import annotations

import importlib.metadata
import platform

import click

from qwendesk.cli.command import Command
from qwendesk.words import _


@click.command("version", cls=Command, help=_("Show the version."))
def command() -> None:
    version = importlib.metadata.version("qwendesk")
    click.echo(
        f"QwenDesk {version} (Python {platform.python_version()}, {platform.system()} {platform.machine()})"
    )
