"""`qwendesk roofline`: the most tokens a second that memory could give a model here, and what it gave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from qwendesk.cli.command import Command, State, say
from qwendesk.cli.terminal import harmless
from qwendesk.words import _, figures

if TYPE_CHECKING:
    from qwendesk.app import App
    from qwendesk.models.model import Model
    from qwendesk.monitor.roofline import Reading, Roofline
    from qwendesk.monitor.rooflines import Recorded


@click.command(
    "roofline",
    cls=Command,
    help=_(
        "The most tokens a second that this computer's memory could give MODEL, what recorded replies"
        " reached, and what eats the rest. Nothing is loaded; the memory is measured"
        " once, in less than a second."
    ),
)
@click.argument("model", required=False)
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@click.pass_obj
def command(state: State, /, model: str | None, as_json: bool) -> int:
    from qwendesk.app import App
    from qwendesk.monitor.roofline import roofline

    with App(state.paths()) as app:
        for problem in app.problems:
            say(problem)
        chosen = app.library.find(model)
        read = app.rooflines.reading(chosen, app.runtimes.choose(chosen, None).id)
        roof = roofline(app.rooflines.bandwidth(), read)
        recorded = app.rooflines.recorded(chosen)
        if as_json:
            click.echo(json.dumps(_told(chosen, read, roof, recorded), ensure_ascii=False, indent=2))
            return 0
        for line in _lines(app, chosen, read, roof, recorded):
            click.echo(harmless(line))
    return 0


def _lines(
    app: App, model: Model, read: Reading, roof: Roofline, recorded: Sequence[Recorded]
) -> Sequence[str]:
    from qwendesk.words import roofline as words

    rows = [
        (_("Memory bandwidth, measured here"), words.bandwidth(roof.bandwidth)),
        (_("Weights read for a token"), figures.size(read.weights)),
        (_("KV cache read, for each 1,000 tokens before it"), figures.size(read.cache(1000))),
        (_("Most that memory could give"), figures.rate(None if read.on_card else roof.ceiling)),
    ]
    width = max(len(name) for name, _value in rows)
    found = [model.title, *(f"  {name:{width}}  {value:>14}" for name, value in rows)]
    for one in recorded:
        found += ["", f"{app.runtimes.spec(one.runtime).title} · {_settings(one.settings)}"]
        found.append(words.sentence(one.reading, one.roofline, one.replies))
    if not recorded:
        caveat = words.caveat(read, roof)
        found += ["", _("No reply of it was recorded yet: talk with it, and this says what it reaches.")]
        found += [caveat] if caveat else []
    return found


def _settings(told: str) -> str:
    """The settings that say how much is read."""
    chosen = ("context", "slots", "gpu_layers", "cache_type_k", "cache_type_v", "threads")
    options = json.loads(told)
    return ", ".join(f"{name}={options[name]}" for name in chosen if options.get(name) is not None)


def _told(model: Model, read: Reading, roof: Roofline, recorded: Sequence[Recorded]) -> Mapping[str, Any]:
    return {
        "model": str(model.path),
        "bandwidth": roof.bandwidth,
        "weights_per_token": read.weights,
        "cache_per_token": read.per_token,
        "state": read.state,
        "on_card": read.on_card,
        "ceiling": None if read.on_card else roof.ceiling,
        "reached": [_recorded(one) for one in recorded],
    }


def _recorded(one: Recorded) -> Mapping[str, Any]:
    from qwendesk.words import roofline as words

    roof = one.roofline
    return {
        "runtime": one.runtime,
        "settings": json.loads(one.settings),
        "replies": one.replies,
        "tokens_per_s": roof.reached.tokens_per_s if roof.reached is not None else None,
        "depth": roof.depth,
        "ceiling": roof.ceiling,
        "share": roof.share,
        "seconds": {"weights": roof.weights_s, "cache": roof.cache_s, "rest": roof.rest_s},
        "sentence": words.sentence(one.reading, roof, one.replies),
    }
