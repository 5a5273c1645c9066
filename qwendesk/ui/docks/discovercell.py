"""Models and files in Discover as rows: what they are, and whether they would fit this computer."""

from __future__ import annotations

from qwendesk.api.words import N_
from qwendesk.models.discovery import Find, Offer, Shown
from qwendesk.models.prospect import Prospect
from qwendesk.ui.lists.cell import Cell, Deed, Mark, State
from qwendesk.words import _, figures

OPEN = Deed("open", _("Files"), shown=False)
KINDS = {
    "general": N_("chat"),
    "coder": N_("code"),
    "math": N_("mathematics"),
    "reasoning": N_("reasoning"),
    "vision": N_("vision"),
    "audio": N_("audio"),
    "omni": N_("text, images, sound"),
    "embedding": N_("embedding"),
    "reranker": N_("reranking"),
    "guard": N_("moderation"),
}


def find_cell(shown: Shown) -> Cell:
    """A model with the fit of its usual file."""
    find, offer = shown.find, shown.offer
    mark = None
    if offer is not None and offer.prospect is not None:
        found, needed = fit(offer.prospect), figures.size(offer.prospect.needed)
        why = _("{size} as {quant}").format(size=needed, quant=offer.quant)
        mark = Mark(found.word, found.state, why)
    elif find.remote is not None and find.remote.gated:
        mark = Mark(_("Needs an account"), "warn", _("its makers ask you to accept their terms"))
    return Cell(
        find.title,
        right=parameters(find.billions),
        detail=" · ".join(facts(find)),
        mark=mark or Mark(_("Fit not known"), "", _("open it to see its files")),
        deeds=(OPEN,),
        tip=f"{find.repo}\n{mark}" if mark is not None else find.repo,
    )


def parameters(billions: float | None) -> str:
    """ "0.6B", "27.8B", "2.4T"; empty where nobody knows."""
    if billions is None:
        return ""
    return f"{billions / 1000:.3g}T" if billions >= 1000 else f"{billions:.3g}B"


def facts(find: Find) -> list[str]:
    """In a few words: what for, context, licence, downloads."""
    entry, family, remote = find.entry, find.family, find.remote
    parts = [_(KINDS[family.kind])] if family is not None else []
    if entry is not None and entry.context:
        parts.append(_("{n:.0f}k context").format(n=entry.context / 1024))
    licence = (entry.licence if entry is not None else None) or (
        remote.licence if remote is not None else None
    )
    if licence:
        parts.append(licence)
    if remote is not None and remote.downloads is not None:
        parts.append(_("{n:,} downloads").format(n=remote.downloads))
    if remote is not None and remote.updated:
        parts.append(remote.updated[:10])
    return parts


def offer_cell(offer: Offer, usual: Offer | None, state: str) -> Cell:
    """A file to pull. `state`: "" to offer that, else what has become of it already."""
    size = "" if offer.size is None else figures.size(offer.size)
    mark = (
        fit(offer.prospect)
        if offer.prospect is not None
        else Mark(_("Fit not known"), "", _("no size is known"))
    )
    pull = Deed("pull", _("Pull"), primary=offer == usual)
    deeds = {"": (pull,), "here": (Deed("talk", _("Talk")),), "coming": (Deed("downloads", _("Coming")),)}[
        state
    ]
    return Cell(
        offer.quant or _("Whole repository"),
        right=size if offer.exact or not size else f"≈ {size}",
        mark=mark,
        deeds=deeds,
        tip="\n".join(part for part in (offer.name, str(mark), _how(offer)) if part),
    )


def fit(found: Prospect) -> Mark:
    """The verdict as a word in its colour, and the reason."""
    needed, space = figures.size(found.needed), found.space
    if found.verdict == "no_room":
        why = _("{size} to store, {free} of disk free")
        return Mark(
            _("No room"), "bad", why.format(size=figures.size(found.size), free=figures.size(space.disk))
        )
    words: dict[str, tuple[str, State]] = {
        "fits": (_("Fits"), "good"),
        "tight": (_("Tight"), "warn"),
        "too_big": (_("Too large"), "bad"),
    }
    word, state = words[found.verdict]
    why = _("about {needed} of {free} free memory") if found.rough else _("{needed} of {free} free memory")
    return Mark(word, state, why.format(needed=needed, free=figures.size(space.memory)))


def _how(offer: Offer) -> str:
    if offer.exact:
        return _("Size as the hub tells it. Memory with a context of 8,192 tokens.")
    return _("Size from the catalogue or computed. Memory with a context of 8,192 tokens.")
