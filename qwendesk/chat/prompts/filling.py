"""Filling a prompt: values go into their places as plain text. There is no template language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PLACE, PromptTemplate, Variable, answered


def fill(prompt: PromptTemplate, values: Mapping[str, Any]) -> str:
    """The text with each place filled, from `values` or the variable's default.

    What a value looks like makes no difference: places inside it stay as they are. A line of nothing
    but places that all turn out empty is left out.

    Raises:
        Problem: `prompt_variable_unknown` (prompt, variable, known), `prompt_variable_missing` (prompt,
            variables), and what `answered` raises.
    """
    known = [one.name for one in prompt.variables]
    for name in values:
        if name not in known:
            raise Problem(
                "prompt_variable_unknown", prompt=prompt.id, variable=name[:80], known=", ".join(known) or "–"
            )
    if missing := [one.name for one in prompt.variables if _is_missing(one, values)]:
        raise Problem("prompt_variable_missing", prompt=prompt.id, variables=", ".join(missing))
    texts = {one.name: answered(one, _answer(one, values)) for one in prompt.variables}
    return "\n".join(_lines(prompt.text.strip("\n"), texts))


def _answer(one: Variable, values: Mapping[str, Any]) -> Any:
    given = values.get(one.name)
    if given is None:
        given = one.default
    return False if given is None and one.type == "switch" else given


def _is_missing(one: Variable, values: Mapping[str, Any]) -> bool:
    """Nothing is there where something must be: an empty field of a form counts as nothing."""
    answer = _answer(one, values)
    if isinstance(answer, str):
        answer = answer.strip()
    return answer is None or (one.default is None and answer in ("", [], ()))


def _lines(text: str, texts: Mapping[str, str]) -> Iterator[str]:
    for line in text.split("\n"):
        filled = PLACE.sub(lambda place: texts[place[1]], line)
        if filled.strip() or PLACE.search(line) is None or PLACE.sub("", line).strip():
            yield filled
