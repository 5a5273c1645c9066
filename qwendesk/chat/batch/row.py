"""A row of a batch: a line of JSON, or of plain text, as the request that it stands for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.options import check, describe
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.sampling import Sampling, sampler_order
from qwendesk.chat import openai
from qwendesk.chat.batch.lines import MOST, Line
from qwendesk.models.model import Model

Id = str | int | None
_OPTIONS = {one.name: one for one in describe(Sampling)}
_ALIKE = 0.85


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a row that does not say otherwise.

    Args:
        sampling: what was chosen in place of the model's recommended sampling, by the names of `Sampling`.
            Without a seed, each row has its number for one, so that the same file gives the same text.
        text: every line is a prompt, and no row says anything about itself.
    """

    model: Model
    sampling: Mapping[str, Any] = field(default_factory=dict)
    thinking: Thinking = Thinking()
    system: str = ""
    text: bool = False

    def sampling_for(self, thinking: bool | None, own: Mapping[str, Any]) -> Sampling:
        """The recommended sampling with what was chosen, and with a row's own on top.

        Raises:
            Problem: `option_type`, `option_range` or `option_sampler`.
        """
        chosen = {**self.sampling, **own}
        checked = {name: check(_OPTIONS[name], value) for name, value in chosen.items()}
        made = replace(self.model.sampling_for(thinking) or Sampling(), **checked)
        sampler_order(made)
        return made


@dataclass(frozen=True, slots=True)
class Row:
    """A row, with the request or with why it cannot be one. `number` is its line, counted from 1."""

    number: int
    id: Id
    request: ReplyRequest | None
    problem: Note | None = None


class _Given(msgspec.Struct):
    """What a row can say, but for the sampling. null is the same as not said."""

    id: Id = None
    prompt: str | None = None
    messages: list[Any] | None = None
    system: str | None = None
    tools: list[Any] | None = None
    stop: str | list[str] | None = None
    json_schema: dict[str, Any] | None = None
    think: bool | None = None
    think_budget: Annotated[int, msgspec.Meta(ge=0)] | None = None


_NAMES = (*_Given.__struct_fields__, *_OPTIONS)


def read(line: Line, terms: Terms, path: str) -> Row:
    """The row of a line; `path` names the file in problems. What is wrong with it stands in the row."""
    id: Id = None
    try:
        said = {"prompt": _prompt(line)} if terms.text else _object(line)
        id = _id(said.get("id"))
        return Row(line.number, id, _request(line.number, said, terms, path))
    except Problem as problem:
        return Row(line.number, id, None, problem.note())


def _id(said: object) -> Id:
    return said if isinstance(said, (str, int)) and not isinstance(said, bool) else None


def _prompt(line: Line) -> str:
    try:
        return _within(line).decode()
    except UnicodeDecodeError as error:
        raise Problem("batch_row_malformed", detail=str(error)) from error


def _object(line: Line) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_within(line), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("batch_row_malformed", detail=str(error)) from error


def _within(line: Line) -> bytes:
    if line.data is None:
        raise Problem("batch_row_long", most=MOST)
    return line.data


def _given(said: dict[str, Any]) -> _Given:
    for name in said:
        if name not in _NAMES and (meant := _meant(name[:80])):
            raise Problem("option_unknown", option=name[:80], known=meant)
    try:
        return msgspec.convert(said, _Given)
    except msgspec.ValidationError as error:
        raise Problem("batch_row_malformed", detail=str(error)) from error


@lru_cache(maxsize=256)
def _meant(name: str) -> str:
    """The name that a misspelt one must mean. Other columns of a data set are nobody's business here."""
    plain = name.lower().replace("-", "_")
    return next(iter(difflib.get_close_matches(plain, _NAMES, 1, _ALIKE)), "")


def _request(number: int, said: dict[str, Any], terms: Terms, path: str) -> ReplyRequest:
    given = _given(said)
    on = terms.thinking.on if given.think is None else given.think
    budget = terms.thinking.budget if given.think_budget is None else given.think_budget
    own = {name: said[name] for name in _OPTIONS if said.get(name) is not None}
    sampling = terms.sampling_for(on, own)
    place = f"{path}:{number}"
    return ReplyRequest(
        _messages(given, terms.system, place),
        sampling=sampling if sampling.seed is not None else replace(sampling, seed=number),
        thinking=Thinking(on, budget),
        tools=openai.tools(msgspec.json.encode(given.tools), place) if given.tools else (),
        stop=(given.stop,) if isinstance(given.stop, str) else tuple(given.stop or ()),
        json_schema=given.json_schema,
    )


def _messages(given: _Given, system: str, place: str) -> tuple[Message, ...]:
    """The conversation, with a system message in front unless it has one of its own."""
    said = _said(given, place)
    system = system if given.system is None else given.system
    if not system or said[0].role == "system":
        return said
    return (Message("system", system), *said)


def _said(given: _Given, place: str) -> tuple[Message, ...]:
    if (given.prompt is None) == (given.messages is None):
        raise Problem("batch_row_malformed", detail="it needs either a prompt or messages")
    if given.prompt is not None:
        if not given.prompt.strip():
            raise Problem("prompt_empty")
        return (Message("user", given.prompt),)
    said = openai.messages(msgspec.json.encode(given.messages), place)
    if said[-1].role not in ("user", "tool"):
        raise Problem("batch_row_malformed", detail=f"there is nothing to answer: last comes {said[-1].role}")
    return said
