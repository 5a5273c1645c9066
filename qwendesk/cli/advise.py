"""`qwendesk advise`: which model to take for a task on this computer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.models.advisor.wish import TASKS, Task
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.models.advisor.wish import Advice, Capacity, Pick


@click.command(
    "advise",
    cls=Command,
    help=_("Say which model to take on this computer, and why. Nothing is asked of the network."),
)
@click.option("--for", "task", type=click.Choice(TASKS), default="chat", help=_("What it is for."))
@click.option(
    "--lang", "languages", multiple=True, metavar="CODE", help=_("A language it must speak, as in zh or de.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(state: State, task: Task, languages: tuple[str, ...], as_json: bool) -> int:
    from qwendesk.app import App
    from qwendesk.models.advisor.wish import Wish

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        advice = app.advisor.advise(Wish(task, languages))
    if as_json:
        click.echo(json.dumps(_data(advice), ensure_ascii=False, indent=2))
    else:
        _print(advice)
    return 0 if advice.picks else 1


def _print(advice: Advice) -> None:
    from qwendesk.words.problems import word

    click.echo(_machine(advice.capacity), err=True)
    for pick in advice.picks:
        click.echo()
        click.secho(harmless(pick.name), bold=sys.stdout.isatty())
        for line in _lines(pick):
            click.echo(f"  {harmless(line)}")
    if advice.nothing is not None:
        click.echo(str(word(advice.nothing)), err=True)


def _machine(capacity: Capacity) -> str:
    told = _("Here: {memory} of memory at {speed} a second, {disk} of disk free.")
    return told.format(
        memory=figures.size(capacity.memory),
        speed=figures.size(capacity.bandwidth),
        disk=figures.size(capacity.disk),
    )


def _lines(pick: Pick) -> list[str]:
    from qwendesk.words import memory as words
    from qwendesk.words.problems import word

    made = _("made by the Qwen team") if pick.official else _("made by {name}").format(name=pick.publisher)
    parts = ", ".join(f"{words.part(one)} {figures.size(one.bytes)}" for one in pick.memory if one.bytes)
    lines = [
        str(word(pick.why)),
        str(word(pick.why_not_larger)) if pick.why_not_larger is not None else "",
        _("{context} in {runtime}; {disk} on disk; licence {licence}; {made}").format(
            context=figures.tokens(pick.context),
            runtime=pick.runtime,
            disk=figures.size(pick.disk_bytes),
            licence=pick.licence or _("unknown"),
            made=made,
        ),
        _("Memory: {parts}").format(parts=parts),
        _("It is here already: qwendesk chat {name}").format(name=pick.name)
        if pick.installed
        else f"qwendesk pull {pick.name}{' --mmproj' if pick.projector else ''}",
    ]
    return [one for one in lines if one]


def _data(advice: Advice) -> dict[str, Any]:
    from qwendesk.words.problems import word

    capacity = advice.capacity
    return {
        "machine": {
            "memory_bytes": capacity.memory,
            "budget_bytes": capacity.budget,
            "video_bytes": capacity.video,
            "disk_bytes": capacity.disk,
            "bandwidth": capacity.bandwidth,
            "efficiency": capacity.efficiency,
        },
        "picks": [_pick(one) for one in advice.picks],
        "nothing": str(word(advice.nothing)) if advice.nothing is not None else None,
    }


def _pick(pick: Pick) -> dict[str, Any]:
    from qwendesk.words.problems import word

    plain = {
        name: getattr(pick, name)
        for name in (
            "role",
            "name",
            "model",
            "repo",
            "quant",
            "publisher",
            "official",
            "runtime",
            "context",
            "memory_bytes",
            "on_gpu",
            "disk_bytes",
            "tokens_per_s",
            "licence",
            "projector",
            "installed",
        )
    }
    return {
        **plain,
        "memory": [{"part": one.id, "bytes": one.bytes, "device": one.device} for one in pick.memory],
        "why": str(word(pick.why)),
        "why_not_larger": str(word(pick.why_not_larger)) if pick.why_not_larger is not None else None,
    }
