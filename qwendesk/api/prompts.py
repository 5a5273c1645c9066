"""Ready-made prompts: a text with places in it, and the variables that fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from qwendesk.api.options import Kind, Option, check
from qwendesk.api.overrides import wrong_overrides
from qwendesk.api.problem import Problem

VariableType = Literal["text", "choice", "choices", "number", "switch"]
PromptKind = Literal["system", "message"]
Need = Literal["images", "audio"]
Answer = str | int | float | bool | tuple[str, ...]

PLACE = re.compile(r"\{\{[ \t]*([^\W\d]\w*)[ \t]*\}\}")
"""Where the text takes a variable: {{name}}."""

# An id is a file's name and a slash command, so the names of devices on Windows are none.
_ID = re.compile(r"(?!(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])\Z)[^\W_]+(?:-[^\W_]+)*")
_LONGEST_ID, _LONGEST_LINE, _MOST_VARIABLES, _MOST = 40, 300, 50, 10**15


@dataclass(frozen=True, slots=True)
class Variable:
    """Something to fill in.

    Args:
        name: as it stands in the text, {{name}}.
        type: "text", "choice" (one of `choices`), "choices" (some of them; they are joined with commas),
            "number", or "switch" (puts the text `on` or the text `off` in its place).
        default: None is for what must be given, except for a switch, which is then off. A number whose
            default is whole takes whole numbers only.
        others: answers that are none of the choices are taken, too.
        minimum, maximum: of a number, inclusive.
    """

    name: str
    title: str
    type: VariableType = "text"
    default: Answer | None = None
    choices: tuple[str, ...] = ()
    others: bool = False
    minimum: float | None = None
    maximum: float | None = None
    on: str = ""
    off: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A system prompt, or a message that the user sends.

    Args:
        id: short and stable: lower-case letters and digits with hyphens between them, as in /ID.
        summary: one line on what it does.
        text: has a place {{name}} for each variable, and a variable for each place.
        sampling: recommended values by the names of `Sampling`'s options; what is not named stays.
        thinking: whether the model should reason first; None leaves it as it is.
        needs: what the model must understand besides text.

    Raises:
        Problem: `prompt_malformed` (prompt, detail).
    """

    id: str
    title: str
    kind: PromptKind
    text: str = field(repr=False)
    summary: str = ""
    variables: tuple[Variable, ...] = ()
    sampling: Mapping[str, Any] = field(default_factory=dict)
    thinking: bool | None = None
    needs: tuple[Need, ...] = ()

    def __post_init__(self) -> None:
        for detail in _wrongs(self):
            raise Problem("prompt_malformed", prompt=self.id[:80], detail=detail)


def variable_option(variable: Variable) -> Option:
    """The variable as an option for forms and flags; "choices" become a text with commas between them."""
    return Option(
        name=variable.name,
        title=variable.title,
        help=variable.help,
        kind=_kind(variable),
        default=_first_value(variable),
        minimum=None if variable.type != "number" else _bound(variable.minimum, -_MOST),
        maximum=None if variable.type != "number" else _bound(variable.maximum, _MOST),
        choices=variable.choices,
        optional=_kind(variable) in ("choice", "integer", "number") and variable.default is None,
    )


def answered(variable: Variable, answer: Any) -> str:
    """The text that an answer puts into the prompt.

    Raises:
        Problem: `option_type` or `option_range`, naming the variable, or `prompt_choice_unknown`
            (variable, value, known).
    """
    if variable.type == "choices":
        if isinstance(answer, str):
            answer = [one.strip() for one in answer.split(",") if one.strip()]
        if not isinstance(answer, Sequence):
            raise Problem("option_type", option=variable.name, value=str(answer)[:80], kind="choices")
        return ", ".join(_chosen(variable, one) for one in answer)
    if variable.type == "choice":
        return _chosen(variable, answer)
    value = check(variable_option(variable), answer)
    if variable.type == "switch":
        return variable.on if value else variable.off
    if variable.type == "number":
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def _kind(variable: Variable) -> Kind:
    if variable.type == "number":
        return "integer" if isinstance(variable.default, int) else "number"
    if variable.type == "switch":
        return "switch"
    return "choice" if variable.type == "choice" and not variable.others else "text"


def _first_value(variable: Variable) -> Any:
    given = variable.default
    if given is None:
        return {"text": "", "switch": False}.get(_kind(variable))
    return ", ".join(given) if isinstance(given, tuple) else given


def _bound(given: float | None, otherwise: float) -> float:
    return otherwise if given is None else given


def _chosen(variable: Variable, answer: Any) -> str:
    if not isinstance(answer, str):
        raise Problem("option_type", option=variable.name, value=str(answer)[:80], kind=variable.type)
    if answer not in variable.choices and not variable.others:
        known = ", ".join(variable.choices)
        raise Problem("prompt_choice_unknown", variable=variable.name, value=answer[:80], known=known)
    return answer


def _wrongs(prompt: PromptTemplate) -> Iterator[str]:
    if len(prompt.id) > _LONGEST_ID or prompt.id != prompt.id.lower() or not _ID.fullmatch(prompt.id):
        yield "its id is not made of lower-case letters and digits with hyphens between them"
    if not _is_line(prompt.title) or not _is_line(prompt.summary):
        yield "its title or summary is no short line"
    if prompt.kind not in get_args(PromptKind) or not set(prompt.needs) <= set(get_args(Need)):
        yield "its kind or its needs are not known"
    if not prompt.title.strip() or not prompt.text.strip():
        yield "its title or text is empty"
    yield from _wrong_places(prompt)
    for one in prompt.variables:
        yield from _wrong_variable(one)
    if wrong := wrong_overrides(prompt.sampling):
        yield wrong


def _wrong_places(prompt: PromptTemplate) -> Iterator[str]:
    names = [one.name for one in prompt.variables]
    places = PLACE.findall(prompt.text)
    if len(names) > _MOST_VARIABLES or len(names) > len(set(names)):
        yield "it has a variable twice, or too many of them"
    for name in dict.fromkeys([*places, *names]):
        if name not in names:
            yield f"no variable is named {name[:40]}, as a place in its text is"
        if name not in places:
            yield f"its text has no place for the variable {name[:40]}"


def _is_line(text: str) -> bool:
    return len(text) <= _LONGEST_LINE and text.isprintable()


def _wrong_variable(one: Variable) -> Iterator[str]:
    if not one.title.strip() or not all(map(_is_line, (one.title, one.help, *one.choices))):
        yield f"the title, help or choices of {one.name} are no short lines"
    if one.type not in get_args(VariableType):
        yield f"the type of {one.name} is not known"
    if one.type in ("choice", "choices") and not one.choices and not one.others:
        yield f"{one.name} has no choices"
    if one.type == "choices" and any("," in choice for choice in one.choices):
        yield f"a choice of {one.name} has a comma in it"
    if not _bound(one.minimum, -_MOST) <= _bound(one.maximum, _MOST):
        yield f"the range of {one.name} is empty"
    try:
        if one.default is not None:
            answered(one, one.default)
    except Problem:
        yield f"the default of {one.name} does not fit it"
