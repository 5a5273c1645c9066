"""Which model of the catalogue a file is. It may be none of them: then everything still works.

A header alone does not tell: Qwen3.5, 3.6 and 3.8 share an architecture and shapes. So the repository
counts first, then what the file says it was made from, then names; shapes only rule out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qwendesk.models.catalog import Catalogue, Entry, Family, catalogue
from qwendesk.models.facts import Facts

Certainty = Literal["sure", "likely", "unsure"]
Evidence = Literal["repository", "base model", "name", "shape"]
_PUNCTUATION = re.compile(r"[^a-z0-9.]+")
_DOT = re.compile(r"(?<=\d)_(?=\d)")


@dataclass(frozen=True, slots=True)
class Match:
    """A model of the catalogue, and how sure that is.

    Args:
        evidence: what told it.
        others: further models that it may be as well (shapes alone fit several).
    """

    family: Family
    entry: Entry
    certainty: Certainty
    evidence: Evidence
    others: tuple[Entry, ...] = ()


def identify(facts: Facts | None = None, repo: str = "", name: str = "") -> Match | None:
    """The model that a file is, from what its header says, the repository it lies in and its name."""
    known = catalogue()
    if repo and (found := known.at(repo)) is not None and _agree(facts, found[1]):
        return Match(*found, "sure", "repository")
    bases = facts.origin.base_models if facts is not None else ()
    for base in bases:
        if (found := known.at(base)) is not None and _agree(facts, found[1]):
            named = _named(known, facts, repo, name)
            same = named is None or named[1].repo == found[1].repo
            return Match(*found, "sure" if same and len(bases) == 1 else "likely", "base model")
    if (named := _named(known, facts, repo, name)) is not None:
        return Match(*named, "likely", "name")
    return _by_shape(known, facts)


def _named(known: Catalogue, facts: Facts | None, repo: str, name: str) -> tuple[Family, Entry] | None:
    texts = [
        repo.rpartition("/")[2],
        name,
        *((facts.name, facts.origin.basename) if facts is not None else ()),
    ]
    for text in texts:
        plain = _plain(text)
        for key, family, entry in _keys():
            if key in plain and _agree(facts, entry) and not _goes_on(plain, key):
                return family, entry
    return None


def _goes_on(text: str, key: str) -> bool:
    """Whether the number at the key's end is cut: "qwen3.51" is not "qwen3.5"."""
    after = text[text.index(key) + len(key) :][:1]
    return key[-1].isdigit() and (after.isdigit() or after == ".")


@lru_cache(maxsize=1)
def _keys() -> tuple[tuple[str, Family, Entry], ...]:
    """Names as letters, digits and dots, the longest first; of equal ones the chat model before the base."""
    found = [(_plain(entry.title), family, entry) for family, entry in catalogue().entries()]
    return tuple(sorted(found, key=lambda one: -len(one[0])))


def _plain(name: str) -> str:
    return _PUNCTUATION.sub("", _DOT.sub(".", name.lower()))


def _agree(facts: Facts | None, entry: Entry) -> bool:
    """Whether nothing in the header contradicts; what is unknown on either side agrees."""
    if facts is None or facts.format != "gguf" or facts.kind == "mmproj":
        return True
    pairs = (
        (facts.architecture, entry.architecture),
        (facts.layers, entry.layers),
        (facts.embedding, entry.embedding),
        (facts.experts.count if facts.experts else 0, entry.experts or 0),
    )
    return all(ours == theirs for ours, theirs in pairs if ours and theirs)


def _by_shape(known: Catalogue, facts: Facts | None) -> Match | None:
    if facts is None or not (facts.layers and facts.embedding) or facts.kind != "model":
        return None
    fitting = [
        (family, entry)
        for family, entry in known.entries()
        if entry.architecture == facts.architecture
        and entry.layers == facts.layers
        and entry.embedding == facts.embedding
        and entry.feed_forward in (None, facts.feed_forward)
        and entry.variant != "base"
    ]
    if not fitting:
        return None
    # The newest first: of what looks alike, that is what people most often have.
    fitting.sort(key=lambda one: one[1].released or one[0].released or "", reverse=True)
    return Match(*fitting[0], "unsure", "shape", tuple(entry for _, entry in fitting[1:]))
