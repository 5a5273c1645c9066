"""The lab's advice in words: one sentence with its reason, and what to know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from qwendesk.lab.advice import Advice, Verdict
from qwendesk.lab.pareto import Axis
from qwendesk.words import _, figures


def advice(found: Advice) -> str:
    """The sentence."""
    return _SENTENCES[found.verdict](found)


def doubts(found: Advice) -> list[str]:
    """Sentences about what the measurements leave open."""
    return list(_doubts(found))


def _doubts(found: Advice) -> Iterator[str]:
    if found.equal:
        yield _("By these texts the drift of {names} cannot be told from it.").format(
            names=_listed(found.equal)
        )
    if found.undecided:
        yield _("{names} may be within the drift budget: a longer text would tell.").format(
            names=_listed(found.undecided)
        )
    if found.is_thin:
        yield _("Only {tokens} were scored, too few to rely on: give a longer text.").format(
            tokens=figures.tokens(found.scored)
        )


def _within(found: Advice) -> str:
    return _("Keep {label}: {reasons}.").format(label=found.label, reasons=", ".join(_reasons(found)))


def _least(found: Advice) -> str:
    return _(
        "Nothing that fits surely stays within the drift budget; {label} drifts least: {reasons}."
    ).format(label=found.label, reasons=", ".join(_reasons(found)))


def _reference(found: Advice) -> str:
    what: Mapping[Axis, str] = {
        "size": _("nothing smaller surely stays within the drift budget"),
        "speed": _("nothing faster surely stays within the drift budget"),
        "memory": _("nothing that takes less memory surely stays within the drift budget"),
    }
    return _("Keep {label}, the reference: {reason}.").format(
        label=found.label, reason=", ".join([what[found.wanted.axis], *_room(found)])
    )


def _none_fits(found: Advice) -> str:
    return _(
        "None of these fits into memory with {context} tokens of context: take a smaller quantization or a"
        " smaller model."
    ).format(context=_context(found.wanted.context))


def _unknown(found: Advice) -> str:
    why: Mapping[Axis, str] = {
        "size": _("No advice yet: nothing here was compared with a reference on the same text."),
        "speed": _(
            "No advice yet: of no model here both the drift from a reference and the speed are known."
        ),
        "memory": _(
            "No advice yet: of no model here both the drift from a reference and the memory are known."
        ),
    }
    return why[found.wanted.axis]


_SENTENCES: Mapping[Verdict, Callable[[Advice], str]] = {
    "within": _within,
    "least": _least,
    "reference": _reference,
    "none_fits": _none_fits,
    "unknown": _unknown,
}


def _reasons(found: Advice) -> Iterator[str]:
    if found.share is not None:
        yield _("{share} of the drift budget").format(share=percent(found.share))
    if found.smaller is not None and found.smaller > 0:
        yield _("{share} smaller than {than}").format(share=percent(found.smaller), than=found.than)
    yield from _room(found)


def _room(found: Advice) -> Iterator[str]:
    if found.context is not None:
        yield _("fits with {context} context").format(context=_context(found.context))


def percent(share: float) -> str:
    """ "0.42 %", "63 %", "1,230 %"."""
    value = 100 * share
    return f"{value:.2g} %" if abs(value) < 9.95 else f"{value:,.0f} %"


def _context(tokens: int) -> str:
    return f"{tokens // 1024}k" if tokens >= 1024 else f"{tokens}"


def _listed(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])
