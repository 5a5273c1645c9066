r"""LaTeX as models write it: the formula between its delimiters, without what says nothing to the eye."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 2000
"""Characters; a longer formula stays source."""
_DEEPEST = 40
_DELIMITERS = (("$$", "$$", True), ("\\[", "\\]", True), ("\\(", "\\)", False), ("$", "$", False))
ENVIRONMENTS = (
    "align",
    "align*",
    "aligned",
    "alignat",
    "alignat*",
    "array",
    "cases",
    "eqnarray",
    "eqnarray*",
    "equation",
    "equation*",
    "gather",
    "gather*",
    "gathered",
    "multline",
    "multline*",
    "split",
)
"""Those that stand for themselves, without dollars around them."""
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|split|flalign|eqnarray)\*?\}")
_ALIGNED_AT = re.compile(r"\\(begin|end)\{alignat\*?\}(?:\{\d+\})?")
_GATHERED = re.compile(r"\\(begin|end)\{(?:gathered|gather|multline)\*?\}")
_EQUATION = re.compile(r"\\(?:begin|end)\{(?:equation\*?|displaymath|math)\}")
_UNSEEN = re.compile(r"\\(?:nonumber|notag|label\{[^{}]*\})(?![a-zA-Z])")
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_STARRED = re.compile(r"\\(operatorname)\*")
_SIGN = re.compile(r"([=<>,(\[{&]|\\(?:le|ge|leq|geq|to|cdot|times|in|approx))\s*([-+])(?=\s*[\\\w(])")
_NEST = re.compile(r"\\.|[{}]|\\begin\b", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Formula:
    """`latex` without delimiters; `display` for a line of its own, with full-sized operators."""

    latex: str
    display: bool


def formula(source: str) -> Formula | None:
    """What is written between complete delimiters; None for anything else, too long or too deep."""
    source = source.strip()
    if len(source) > LONGEST:
        return None
    if source.startswith("\\begin{") and source.endswith("}"):
        return _checked(source, display=True)
    for opener, closer, display in _DELIMITERS:
        if source.startswith(opener):
            inside = source[len(opener) : -len(closer)].strip()
            whole = source.endswith(closer) and len(source) > len(opener) + len(closer)
            return _checked(inside, display) if whole else None
    return None


def _checked(latex: str, display: bool) -> Formula | None:
    return Formula(latex, display) if latex and depth(latex) <= _DEEPEST else None


def depth(latex: str) -> int:
    """How deep groups stand in one another."""
    deepest = now = 0
    for found in _NEST.finditer(latex):
        now += {"{": 1, "}": -1}.get(found.group(), 0)
        deepest = max(deepest, now)
    return deepest


def tidy(latex: str) -> str:
    """Numbers and labels of equations aside, and one name for environments that look alike."""
    latex = _UNSEEN.sub("", latex)
    latex = _TAG.sub(r"\\qquad\\text{(\1)}", latex)
    latex = _STARRED.sub(r"\\\1", latex)
    latex = _SIGN.sub(r"\1{\2}", latex)  # else a sign is spaced like a difference
    latex = _EQUATION.sub("", latex)
    latex = _ALIGNED_AT.sub(r"\\\1{align*}", latex)
    latex = _ALIGNED.sub(r"\\\1{align*}", latex)
    return _GATHERED.sub(r"\\\1{gather*}", latex).strip()
