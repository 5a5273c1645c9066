"""How an answer is checked: one plain description for each way, as they stand in files.

Lengths are bounded, so that no file makes a check take longer than a moment.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Said = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
Some = Annotated[tuple[Said, ...], msgspec.Meta(min_length=1, max_length=20)]
Choice = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class _Check(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Exact(_Check, frozen=True, tag="exact"):
    """The answer is this text, but for space around it, and for case where `case` is false."""

    text: Said
    case: bool = True


class Numeral(_Check, frozen=True, tag="number"):
    """The last number of the answer is this one, give or take `tolerance`; and the only one if `alone`."""

    value: int | float
    tolerance: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    alone: bool = False


class OneOf(_Check, frozen=True, tag="one_of"):
    """The answer says one of `answers` as whole words, and none of `wrong`; case makes no difference."""

    answers: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=1, max_length=20)]
    wrong: Annotated[tuple[Choice, ...], msgspec.Meta(max_length=20)] = ()


class Pattern(_Check, frozen=True, tag="regex"):
    """The whole answer, but for space around it, matches; see `qwendesk.lab.tasks.patterns`.

    An `example` is a right answer; a pattern that does not match it is none that was meant.
    """

    pattern: Said
    example: Said | None = None


class Json(_Check, frozen=True, tag="json"):
    """The answer is JSON with this value, `bare` or else perhaps in a fence of Markdown."""

    value: Any
    bare: bool = False


class Python(_Check, frozen=True, tag="python"):
    """The answer is one of these pieces of code, but for layout, comments and names; nothing is run."""

    answers: Some


class Chrf(_Check, frozen=True, tag="chrf"):
    """The answer is a translation like one of these; the score is how like."""

    references: Some


Check = Exact | Numeral | OneOf | Pattern | Json | Python | Chrf
