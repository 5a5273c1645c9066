"""Comparisons in words: what the figures under an answer are, how it was asked, and all of it as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qwendesk.api.options import describe
from qwendesk.api.sampling import Sampling
from qwendesk.chat.comparing.contestant import Answer, Contestant, Round
from qwendesk.chat.comparing.plan import Plan
from qwendesk.chat.turn import Turn
from qwendesk.words import _, figures
from qwendesk.words.problems import word


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: its title, the number with its unit (a dash is not measured), and what it means."""

    title: str
    value: str
    meaning: str


def label(model: str, quantization: str) -> str:
    """A contestant by its model alone."""
    return f"{model} {quantization}".strip()


def distinguished(contestants: Sequence[Contestant]) -> list[str]:
    """Labels that tell contestants apart: where one stands there twice, its settings stand behind it."""
    labels = [one.label for one in contestants]
    found: list[str] = []
    for one in contestants:
        name = one.label if labels.count(one.label) == 1 else f"{one.label} ({settings(one)})"
        found.append(name if name not in found else f"{name} {len(found) + 1}")
    return found


def settings(contestant: Contestant) -> str:
    """ "temperature 0.7, thinking off, seed 5"; of the others only those that are not as recommended."""
    sampling, thinking = contestant.settings.sampling, contestant.settings.thinking
    told = [_("temperature {t:.4g}").format(t=sampling.temperature)]
    if thinking.on is not None:
        told.append(_("thinking on") if thinking.on else _("thinking off"))
    if thinking.on is not False and thinking.budget is not None:
        told.append(_("at most {tokens} of it").format(tokens=figures.tokens(thinking.budget)))
    if sampling.seed is not None:
        told.append(_("seed {seed}").format(seed=sampling.seed))
    return ", ".join([*told, *_others(contestant)])


def _others(contestant: Contestant) -> Iterator[str]:
    model, settings = contestant.choice.model, contestant.settings
    usual = model.sampling_for(settings.thinking.on) or Sampling()
    for one in describe(Sampling):
        value = getattr(settings.sampling, one.name)
        if one.name not in ("temperature", "seed") and value != getattr(usual, one.name):
            yield f"{_(one.title).lower()} {_(one.unset) if value is None else value}"


def plan(plan: Plan) -> str:
    """Whether they answer at once or in turn, and why."""
    if plan.unloads:
        needed, free = figures.size(plan.needed), figures.size(plan.available)
        return _("One after the other: together they would take about {needed}, and {free} are free.").format(
            needed=needed, free=free
        )
    if plan.mode == "in turn":
        return _("One after the other: each has the computer to itself.")
    return _("All at once: they share the processor, which makes each of them slower.")


def measured(answer: Answer | None) -> tuple[Figure, ...]:
    """Speed, first token, tokens, memory and loading; while the answer comes, as far as it is known."""
    turn = answer.turn if answer is not None else None
    return (
        Figure(_("Speed"), figures.rate(_speed(turn)), _("(tokens − 1) / (last token − first token)")),
        Figure(
            _("First token"),
            figures.seconds(_first_token(turn)),
            _("From the request leaving to the first token, loading not counted; reasoning counts."),
        ),
        Figure(_("Tokens"), _tokens(turn), _("Generated tokens, reasoning included.")),
        Figure(_("Memory"), _memory(answer), _memory_meaning(answer)),
        Figure(
            _("Loading"),
            figures.seconds(answer.load_s if answer is not None else None),
            _("From the start of loading until the model was ready; once for all questions."),
        ),
    )


def _speed(turn: Turn | None) -> float | None:
    if turn is None:
        return None
    if turn.finished is not None:
        return turn.finished.timings.decode_tps
    if turn.first is None or turn.last is None or turn.last <= turn.first:
        return None
    return (turn.tokens - 1) / (turn.last - turn.first)


def _first_token(turn: Turn | None) -> float | None:
    return turn.finished.timings.ttft_s if turn is not None and turn.finished is not None else None


def _tokens(turn: Turn | None) -> str:
    if turn is None:
        return "–"
    count = turn.finished.usage.completion_tokens if turn.finished is not None else turn.tokens
    return f"{count:,}" if count or turn.finished is not None else "–"


def _memory(answer: Answer | None) -> str:
    return figures.size(answer.memory_bytes) if answer is not None and answer.memory_bytes else "–"


def _memory_meaning(answer: Answer | None) -> str:
    meaning = _("The worker's proportional set size (PSS; elsewhere the resident set) at most.")
    if answer is not None and answer.shares:
        return f"{meaning} {_('Shared: one worker answers for several columns.')}"
    return meaning


def line(answer: Answer) -> str:
    """The figures on one line."""
    return " · ".join(f"{one.title}: {one.value}" for one in measured(answer))


def said(answer: Answer | None) -> str:
    """The answer, or why there is none."""
    if answer is None:
        return "–"
    turn = answer.turn
    if turn.problem is not None:
        return "\n".join(one for one in (turn.answer, str(word(turn.problem))) if one)
    return turn.answer or ("–" if turn.finished is None else _("(no answer)"))


def markdown(contestants: Sequence[Contestant], rounds: Iterable[Round]) -> str:
    """A table with a column for each contestant: for each question the answers and their figures."""
    names = distinguished(contestants)
    rows = [["", *names], ["---", *["---"] * len(names)]]
    for one in rounds:
        rows += _rows(one, len(names))
    rows.append([_("Settings"), *map(settings, contestants)])
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def _rows(one: Round, width: int) -> Iterator[list[str]]:
    answers = [*one.answers, *[None] * (width - len(one.answers))]
    yield [f"**{_cell(one.question)}**", *(_cell(said(answer)) for answer in answers)]
    columns = [measured(answer) for answer in answers]
    for at, figure in enumerate(measured(None)):
        yield [figure.title, *(column[at].value for column in columns)]
    yield [_("Seed"), *(_seed(answer) for answer in answers)]


def _seed(answer: Answer | None) -> str:
    finished = answer.turn.finished if answer is not None else None
    sampling = finished.sampling if finished is not None else Sampling()
    return "–" if sampling.seed is None else str(sampling.seed)


def _cell(text: str) -> str:
    """Text in a cell: no line breaks, no bars, and nothing that a renderer takes for HTML."""
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return "<br>".join(escaped.split("\n"))
