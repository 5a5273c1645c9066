"""Writing a model's text to a terminal: hostile until its control characters are gone."""

from __future__ import annotations

import sys
from typing import TextIO

import click

_CONTROLS = {code: f"\\x{code:02x}" for code in [*range(32), *range(0x7F, 0xA0)] if chr(code) not in "\n\t"}


def harmless(text: str) -> str:
    """The text with escape sequences made visible, so that a model cannot drive the terminal."""
    return text.translate(_CONTROLS)


class Paper:
    """Answers go to stdout, everything else to stderr; a pipe gets the exact text."""

    def __init__(self, answers: TextIO | None = None, asides: TextIO | None = None) -> None:
        self._answers = answers or sys.stdout
        self._asides = asides or sys.stderr

    def answer(self, text: str) -> None:
        self._answers.write(harmless(text) if self._answers.isatty() else text)
        self._answers.flush()

    def reasoning(self, text: str) -> None:
        click.secho(harmless(text), file=self._asides, nl=False, dim=True)
        self._asides.flush()

    def aside(self, sentence: str) -> None:
        click.secho(harmless(sentence), file=self._asides, dim=True)

    def plain(self, sentence: str) -> None:
        """What must not be overlooked."""
        click.echo(harmless(sentence), file=self._asides)

    def status(self, text: str) -> None:
        """One line that the next one replaces; only on a terminal."""
        if self._asides.isatty():
            self._asides.write(f"\r\x1b[2K{harmless(text)}")
            self._asides.flush()

    @property
    def watched(self) -> bool:
        """Whether a person sees the asides as they come."""
        return self._asides.isatty()
