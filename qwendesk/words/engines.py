"""Engine environments in words: their state, what an installation would bring, how far one is."""

from __future__ import annotations

from qwendesk.api.words import N_
from qwendesk.runtimes.engines.events import EngineAdvanced
from qwendesk.runtimes.engines.overview import Engine
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.plan import Plan
from qwendesk.runtimes.engines.service import FailedTest
from qwendesk.runtimes.engines.shelf import OWN_NAME
from qwendesk.words import _, figures, ngettext
from qwendesk.words.problems import Sentence, word

_STEPS = {
    "resolving": N_("Asking which files are needed…"),
    "making": N_("Making the environment…"),
    "fetching": N_("Fetching {package}"),
    "compiling": N_("Compiling {package}: this takes minutes"),
    "testing": N_("Testing it with Seedling…"),
}


def state(engine: Engine, place: Place) -> str:
    """ "current", "ready", "previous" …"""
    if place.name == engine.current:
        return _("current")
    if place.state == "making":
        return _("being installed")
    if place.state == "broken":
        return _("broken")
    return _("previous") if place.name == engine.before else _("ready")


def own_state(engine: Engine) -> str:
    """The same of the application's own interpreter."""
    if not engine.own.available:
        return _("not installed")
    if not engine.current:
        return _("current")
    return _("previous") if engine.before == "" else _("ready")


def shown(name: str) -> str:
    """An environment's name; that of the application's own where it is empty."""
    return name or OWN_NAME


def variant(engine: Engine, id: str) -> str:
    """What people call a build: "CUDA"."""
    titles = {one.id: _(one.title) for one in engine.variants if one.title}
    return titles.get(id, id)


def plan(one: Plan) -> str:
    """What it would bring: "34 MB to fetch, about 103 MB on the disk, of which 41 GB are free"."""
    if one.there is not None:
        return _("It is here already ({size}).").format(size=figures.size(one.there.size))
    count = len(one.packages)
    parts = [ngettext("{n} package", "{n} packages", count).format(n=count)]
    if one.hosts:
        size = one.download
        fetch = _("{size} to fetch") if size is not None else _("size of the download unknown")
        parts.append(fetch.format(size=figures.size(size or 0)))
    if one.on_disk:
        parts.append(_("about {size} on the disk").format(size=figures.size(one.on_disk)))
    parts.append(_("{size} free").format(size=figures.size(one.free)))
    return ", ".join(parts)


def about(download: int, disk: int) -> str:
    """Sizes as a plugin declares them: "about 34 MB to fetch, 103 MB on the disk"; empty where unknown."""
    if not download:
        return _("about {disk} on the disk").format(disk=figures.size(disk)) if disk else ""
    told = _("about {download} to fetch, {disk} on the disk")
    return told.format(download=figures.size(download), disk=figures.size(disk))


def step(event: EngineAdvanced) -> str:
    """What goes on now."""
    if event.step == "fetching" and not event.package:
        return _("Fetching…")
    return _(_STEPS[event.step]).format(package=event.package)


def amount(event: EngineAdvanced) -> str:
    """ "46 of about 103 MB"; empty where nothing is on the disk yet."""
    if event.step not in ("fetching", "compiling") or not event.bytes:
        return ""
    if not event.total:
        return _("{size} on the disk").format(size=figures.size(event.bytes))
    return _("{size} of about {total}").format(
        size=figures.size(event.bytes), total=figures.size(event.total)
    )


def failed(problem: FailedTest) -> Sentence:
    """The test failed, and why."""
    sentence = word(problem.note())
    why = word(problem.why).what.rstrip(" :.")
    return Sentence(f"{sentence.what} {why}.", sentence.next)
