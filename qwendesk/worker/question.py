"""What can be asked about a loaded model besides a reply. Each question names the type of its answer."""

from __future__ import annotations

import typing
from typing import Any, Generic, TypeVar

import msgspec

from qwendesk.api.pieces import Piece, Rendered
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.scoring import ScoreRequest, Scores, TextScores, TextSize
from qwendesk.api.speed import Speed, SpeedRequest

T = TypeVar("T")


class Question(msgspec.Struct, Generic[T], frozen=True):
    """A question whose answer is a T."""


class CountTokens(Question[int], tag="count_tokens", frozen=True):
    """How many tokens a text has that is no more than text."""

    text: str


class Tokenize(Question[tuple[Piece, ...]], tag="tokenize", frozen=True):
    """The tokens of a text; `special` reads <|im_start|> and the like as tokens of their own."""

    text: str
    special: bool = True


class Render(Question[Rendered], tag="render", frozen=True):
    """The prompt that this request would send, however long it is."""

    request: ReplyRequest


class Score(Question[Scores], tag="score", frozen=True):
    """How probable the model finds these tokens; tells its progress in tokens."""

    request: ScoreRequest


class MeasureText(Question[TextSize], tag="measure_text", frozen=True):
    """How long a text is for this model, and how large a reference file of it would be."""

    text: str
    window: int


class ScoreText(Question[TextScores], tag="score_text", frozen=True):
    """How probable the model finds a text, in windows of so many tokens; tells its progress in tokens.

    `save` and `reference` are files as in ScoreRequest.
    """

    text: str
    window: int
    save: str = ""
    reference: str = ""


class Embed(Question[list[list[float]]], tag="embed", frozen=True):
    """One vector of length 1 for each text."""

    texts: tuple[str, ...]


class Bench(Question[Speed], tag="bench", frozen=True):
    """How fast the model reads and writes, once; tells its progress in steps."""

    request: SpeedRequest


AnyQuestion = CountTokens | Tokenize | Render | Score | MeasureText | ScoreText | Embed | Bench

LONG = (Score, ScoreText, Embed, Bench)
"""Questions that take long and look at the stop flag all the while."""


def answer_type(question: Question[T]) -> Any:
    """T, as a type to decode with; None stands for a question that was cancelled."""
    base = type(question).__orig_bases__[0]  # type: ignore[attr-defined]
    return typing.get_args(base)[0] | None
