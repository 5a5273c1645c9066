"""The sampling that is recommended for a model, by mode."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from qwendesk.api.sampling import Sampling
from qwendesk.models.catalog import Family, Preset, catalogue
from qwendesk.models.facts import Template
from qwendesk.models.identify import Match


@dataclass(frozen=True, slots=True)
class Recommended:
    """Sampling with and without thinking; `thinks` is what the model does where nobody chose."""

    plain: Sampling | None = None
    thinking: Sampling | None = None
    thinks: bool = False

    def sampling(self, thinking: bool | None = None) -> Sampling | None:
        """The sampling for this mode; that of the other mode where only one is known."""
        on = self.thinks if thinking is None else thinking
        return (self.thinking or self.plain) if on else (self.plain or self.thinking)


def recommended(match: Match | None, template: Template, own: Sampling | None) -> Recommended | None:
    """What the model's card says, else what the file says of itself (`own`), else None.

    Where shapes fit several families, only what they agree on counts.
    """
    presets = _presets(match)
    if presets is None or match is None:
        return Recommended(own, own) if own is not None else None
    by_card = match.family.thinking.default == "on"
    by_template = template.thinks_by_default if template.thinks_by_default is not None else by_card
    return replace(presets, thinks=template.thinking == "always" or by_template)


def _presets(match: Match | None) -> Recommended | None:
    if match is None:
        return None
    others = (catalogue().at(other.repo) for other in match.others)
    ids = dict.fromkeys([match.family.id, *(one[0].id for one in others if one is not None)])
    made = [_by_id(id) for id in ids]
    return made[0] if made[0] is not None and all(one == made[0] for one in made) else None


@lru_cache(maxsize=256)
def _by_id(id: str) -> Recommended | None:
    family = catalogue().family(id)
    return _of(family) if family is not None else None


def _of(family: Family) -> Recommended | None:
    plain, thinking = (_sampling(one) for one in (family.sampling.plain, family.sampling.thinking))
    return Recommended(plain, thinking) if plain or thinking else None


def _sampling(preset: Preset | None) -> Sampling | None:
    """The preset over the usual defaults."""
    if preset is None:
        return None
    given = {
        "temperature": preset.temperature,
        "top_p": preset.top_p,
        "top_k": preset.top_k,
        "min_p": preset.min_p,
        "presence_penalty": preset.presence_penalty,
        "repeat_penalty": preset.repetition_penalty,
    }
    return replace(Sampling(), **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
