"""Asking before a model is loaded that will not fit into memory."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.models.library import Model
from qwendesk.models.memory.fit import Fit
from qwendesk.words import _
from qwendesk.words import memory as words
from qwendesk.words.problems import word
from qwendesk.words.remedies import flags


def ask_whether_it_fits(app: App, model: Model, runtime: str, options: Mapping[str, Any]) -> None:
    """Nothing where it fits. Else a question in a terminal, and outside of one no.

    Raises:
        Problem: `memory_short`, also where the answer is no.
    """
    fit = app.forecast.fit(model, runtime, options)
    if fit.verdict != "too_big":
        return
    problem = Problem(
        "memory_short",
        model=model.title,
        memory=fit.estimate.total,
        most=fit.available,
        fix=suggested(fit),
    )
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise problem
    click.echo(str(word(problem.note())), err=True)
    if not click.confirm(_("Load it all the same?"), err=True):
        raise problem


def suggested(fit: Fit) -> str:
    """The flags that would make it fit: "-o slots=1 (1.1 GB); --ctx 4096 (0.8 GB)", or that none would."""
    if not fit.suggestions:
        return _("a smaller model or quantization")
    return _(" or ").join(flags(one.options) for one in fit.suggestions)


def described(fit: Fit) -> list[str]:
    """The suggestions as lines."""
    return [f"{words.change(one.options)}: {flags(one.options)}" for one in fit.suggestions]
