"""What the Run dock's primary button would do, from what is chosen and what is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qwendesk.models.library import Model
from qwendesk.runtimes.session import Recipe
from qwendesk.runtimes.state import SessionState
from qwendesk.words import _


@dataclass(frozen=True, slots=True)
class Step:
    """The button's words, and whether pressing it makes sense."""

    text: str
    enabled: bool


def next_step(
    model: Model | None,
    runtime: str | None,
    values: Mapping[str, Any] | None,
    state: SessionState | None,
    recipe: Recipe | None,
) -> Step:
    """`values` are the form's; `state` and `recipe` those of the session, None where there is none."""
    if model is None or runtime is None:
        return Step(_("Load"), False)
    if state is None or state.over or recipe is None:
        return Step(_("Load"), True)
    if state.phase != "ready":
        return Step(_("Load"), False)
    same_model = recipe.model.path == model.path and recipe.spec.id == runtime
    if not same_model:
        return Step(_("Load this instead"), True)
    return Step(_("Reload with changes"), dict(values or {}) != dict(recipe.options))
