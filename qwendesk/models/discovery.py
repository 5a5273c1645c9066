"""Models that could be fetched: from the bundled catalogue without any request, or from a hub's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qwendesk.api.sources import Listing, RemoteFile, RemoteModel
from qwendesk.models import choosing
from qwendesk.models.catalog import Entry, Family, Published, catalogue
from qwendesk.models.identify import identify
from qwendesk.models.planned import file_bytes
from qwendesk.models.prospect import Prospect, Space, prospect

Order = Literal["best", "small", "large", "new", "downloads"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A file (all of its parts) that can be pulled; `exact` where the hub told its size.

    `prospect` is None where nobody knows the size.
    """

    repo: str
    quant: str
    size: int | None
    exact: bool
    prospect: Prospect | None = None

    @property
    def name(self) -> str:
        """As typed after `qwendesk pull`."""
        return f"{self.repo}:{self.quant}" if self.quant else self.repo


@dataclass(frozen=True, slots=True)
class Find:
    """A model to show: one of the catalogue, a hub's repository, or both.

    Args:
        source: the hub that named it, or an empty text for the catalogue.
    """

    repo: str
    source: str = ""
    family: Family | None = None
    entry: Entry | None = None
    remote: RemoteModel | None = None

    @property
    def title(self) -> str:
        return self.entry.title if self.entry is not None and not self.source else self.repo

    @property
    def billions(self) -> float | None:
        return self.entry.billions if self.entry is not None else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A find with the offer that its row speaks of: the wished quantization, or the usual one."""

    find: Find
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show. Sizes are billions of parameters, from (exclusive) and to (inclusive)."""

    text: str = ""
    family: str = ""
    sizes: tuple[float, float] | None = None
    quant: str = ""
    fits: bool = False
    order: Order = "best"


def offered() -> list[Find]:
    """The catalogue's models that can be fetched for one of the runtimes. Raises as `catalogue`."""
    return [Find(entry.repo, "", family, entry) for family, entry in catalogue().entries() if entry.gguf]


def answered(source: str, models: Iterable[RemoteModel]) -> list[Find]:
    """A hub's answers, with what the catalogue knows of them."""
    found = []
    for one in models:
        match = identify(repo=one.repo, name=one.repo.rpartition("/")[2])
        family, entry = (match.family, match.entry) if match is not None else (None, None)
        found.append(Find(one.repo, source, family, entry, one))
    return found


def offers(find: Find, space: Space) -> list[Offer]:
    """What the catalogue says can be pulled of it, the smallest first; sizes are as seen, or computed."""
    entry = find.entry
    if entry is None:
        return []
    made: dict[str, Offer] = {}
    for published in _by_trust(entry.gguf):
        here = [one.quant for one in entry.downloads if one.repo == published.repo]
        for quant in dict.fromkeys((*published.quants, *here)):
            size = file_bytes(entry, quant, published.repo)
            if quant not in made:
                made[quant] = _offer(published.repo, quant, size, entry, space)
    return sorted(made.values(), key=lambda one: (one.size is None, one.size or 0))


def listed(find: Find, listing: Listing, space: Space) -> list[Offer]:
    """What a hub's list of files offers, the smallest first. Incomplete ones are left out."""
    whole = [one for one in choosing.variants(listing.files) if len(one.files) == one.parts]
    made = [
        Offer(find.repo, one.quant, one.size, True, prospect(one.size, one.quant, find.entry, space))
        for one in whole
        if one.quant
    ]
    if not whole and any(one.path.endswith(".safetensors") for one in listing.files):
        size = sum(one.size for one in choosing.choose(listing).files)
        made = [Offer(find.repo, "", size, True, prospect(size, "", find.entry, space))]
    return sorted(made, key=lambda one: one.size or 0)


def usual(offers: Sequence[Offer], quant: str = "") -> Offer | None:
    """The one that most people want: the usual quantization, or what comes nearest to it."""
    if quant:
        return next((one for one in offers if one.quant == quant), None)
    by_name = {one.name: one for one in offers if one.size is not None} or {one.name: one for one in offers}
    found = choosing.best([_variant(one) for one in by_name.values()])
    return by_name[found.name] if found is not None else None


def _variant(one: Offer) -> choosing.Variant:
    return choosing.Variant(one.quant, one.name, (RemoteFile(one.quant, one.size or 0),), 1)


def shown(finds: Iterable[Find], wish: Wish, space: Space) -> list[Shown]:
    """Those that the wish leaves, in its order. What is not known of a model rules nothing out."""
    words = wish.text.casefold().split()
    left = [
        Shown(one, usual(offers(one, space), wish.quant)) for one in finds if _is_asked_for(one, wish, words)
    ]
    left = [one for one in left if _fulfils(one, wish)]
    if wish.order != "best":
        return sorted(left, key=lambda one: _place(one.find, wish.order))
    # A hub's own order says more about its answers than the catalogue does.
    return left if any(one.find.source for one in left) else sorted(left, key=_merit)


def _merit(one: Shown) -> tuple[int, float, float]:
    """What fits comes first, of that the newest, of that the largest."""
    verdict = one.offer.prospect.verdict if one.offer is not None and one.offer.prospect is not None else ""
    rank = {"fits": 0, "tight": 1}.get(verdict, 2)
    return rank, _place(one.find, "new")[0], -(one.find.billions or 0.0)


def _is_asked_for(one: Find, wish: Wish, words: list[str]) -> bool:
    if words and not one.source and not all(word in _text(one) for word in words):
        return False
    if wish.family and (one.family is None or one.family.id != wish.family):
        return False
    if wish.sizes is None or one.billions is None:
        return True
    low, high = wish.sizes
    return low < one.billions <= high


def _fulfils(one: Shown, wish: Wish) -> bool:
    if one.offer is None:
        return bool(one.find.source) or not wish.quant
    known = one.offer.prospect
    return not wish.fits or known is None or known.verdict in ("fits", "tight")


def _text(one: Find) -> str:
    family = (one.family.name, one.family.kind) if one.family is not None else ()
    return " ".join((one.repo, one.title, *family)).casefold()


def _place(one: Find, order: Order) -> tuple[float, str]:
    size, remote, entry = one.billions, one.remote, one.entry
    if order == "new":
        when = (entry.released if entry is not None else None) or (one.family.released if one.family else "")
        updated = (remote.updated if remote is not None else None) or when or ""
        return (-_months(updated), one.repo)
    if order == "downloads":
        return (-float((remote.downloads if remote is not None else 0) or 0), one.repo)
    unknown = float("inf")
    known = size if size is not None else unknown
    return (known if order == "small" else -known if size is not None else unknown, one.repo)


def _months(date: str) -> float:
    year, _, rest = date.partition("-")
    month = rest[:2]
    return (int(year) if year.isdigit() else 0) * 12.0 + (int(month) if month.isdigit() else 0)


def _by_trust(published: Iterable[Published]) -> list[Published]:
    """The makers' own repositories first."""
    return sorted(published, key=lambda one: not one.official)


def _offer(repo: str, quant: str, size: int | None, entry: Entry, space: Space) -> Offer:
    known = prospect(size, quant, entry, space) if size is not None else None
    return Offer(repo, quant, size, exact=False, prospect=known)
