"""The words in a report; a face translates them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qwendesk.api.problem import Note
from qwendesk.api.words import N_
from qwendesk.lab.advice import Advice

MEANINGS: dict[str, str] = {
    "size": N_("Bytes of the file or files (1 GB = 1,000,000,000 bytes)."),
    "drift": N_(
        "Mean KL divergence from the reference: for each scored token the sum over the vocabulary of"
        " p (log p − log q), p the reference's probabilities and q this model's, in nats. A mean over the"
        " texts, each weighted by its scored tokens. 0 is the same model."
    ),
    "same_top": N_("The share of the scored tokens where both models find the same token likeliest."),
    "tasks": N_("The mean score in short questions with answers that can be checked, answered greedily."),
    "prompt": N_("The prompt's tokens over the time to the first token of the reply."),
    "decode": N_("Tokens of the reply in a second: (tokens − 1) / (last token − first token)."),
    "memory": N_(
        "The worker's memory at most while its speed was measured (on Linux its proportional set size), with"
        " what it takes on graphics cards; ≈ stands before what was estimated from the file instead."
    ),
    "joules": N_(
        "Energy of the computer's processors and NVIDIA cards for each token of the reply, idling included;"
        " missing where it cannot be read."
    ),
    "context": N_(
        "The longest context for one conversation whose estimated memory fits here, a margin left."
    ),
    "perplexity": N_(
        "exp(− mean log-probability of the scored tokens). The text is cut into windows; the second half of"
        " each is scored, as llama.cpp's perplexity tool does it. Comparable between models of one"
        " vocabulary."
    ),
    "bits": N_(
        "The scored tokens' information content over the bytes of their text: comparable between models"
        " whatever their vocabularies are."
    ),
    "median": N_("Half of the scored tokens diverge less than this."),
    "worst": N_("99 of 100 scored tokens diverge less than this."),
    "scored": N_("The tokens that the figures are means over."),
    "budget": N_(
        "By default 0.01 nats a token. A drift of d means that on text that the reference would write itself,"
        " this model's perplexity is exp(d) times as high: the budget is one percent of perplexity."
    ),
    "interval": N_(
        "± is half of the 95 % confidence interval: 1.96 standard errors (llama.cpp's tools print one). Of"
        " speeds it is half of the range between the quartiles. Figures whose ranges touch count as equal."
    ),
    "beaten": N_(
        "Beaten: another model drifts no more and costs no more, and is better in one of them beyond doubt."
    ),
}
"""What each figure is, by a column's id."""


def _bare(note: Note) -> str:
    return note.id


def _told(advice: Advice) -> str:
    return f"{advice.verdict} {advice.label}".strip()


def _undoubted(_advice: Advice) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Labels:
    """Words, some with places for values; `word` tells a problem, `advice` and `doubts` tell the advice."""

    language: str = N_("en")
    title: str = N_("Quant Lab report")
    against: str = N_("Compared with {reference}")
    model: str = N_("Model")
    runtime: str = N_("Runtime")
    reference: str = N_("reference")
    size: str = N_("Size")
    drift: str = N_("Drift")
    same_top: str = N_("Same top token")
    tasks: str = N_("Tasks")
    prompt: str = N_("Prompt")
    decode: str = N_("Decode")
    memory: str = N_("Memory")
    joules: str = N_("Energy")
    context: str = N_("Context")
    perplexity: str = N_("Perplexity")
    bits: str = N_("Bits per byte")
    median: str = N_("Median KL")
    worst: str = N_("99 % KL")
    scored: str = N_("Scored tokens")
    budget: str = N_("Drift budget")
    interval: str = N_("Uncertainty")
    beaten: str = N_("Beaten")
    models: str = N_("Models")
    charts: str = N_("Side by side")
    fronts: str = N_("Drift against what it costs")
    contexts: str = N_("Memory by context")
    by_text: str = N_("Text by text")
    speeds: str = N_("Speeds with other settings")
    settings: str = N_("Settings")
    by_task: str = N_("Tasks by kind")
    answers: str = N_("Answers to the tasks")
    failures: str = N_("What could not be measured")
    definitions: str = N_("What the figures mean")
    provenance: str = N_("How it was measured")
    machine: str = N_("Machine")
    program: str = N_("Program")
    measured: str = N_("Measured")
    written: str = N_("Written")
    window: str = N_("Window")
    tokens: str = N_("{n:,} tokens")
    texts: str = N_("Texts")
    shared: str = N_("Texts in the drift")
    speed_settings: str = N_("Speed settings")
    options: str = N_("Options")
    bundled: str = N_("comes with QwenDesk, written for it")
    own: str = N_("a text of one's own")
    own_text: str = N_("own text {n}")
    mark: str = N_("budget")
    limit: str = N_("limit of this computer")
    estimated: str = N_("≈ {value}")
    missing: str = N_("–")
    axis_drift: str = N_("drift, nats per token")
    axis_size: str = N_("size, {unit}")
    axis_speed: str = N_("decode speed, tok/s")
    axis_memory: str = N_("memory, {unit}")
    axis_context: str = N_("context, tokens")
    front_note: str = N_(
        "The line joins the models that nothing beats; beaten ones are hollow. Bars through a point are its"
        " range."
    )
    meanings: Mapping[str, str] = field(default_factory=lambda: dict(MEANINGS))
    word: Callable[[Note], str] = _bare
    advice: Callable[[Advice], str] = _told
    doubts: Callable[[Advice], list[str]] = _undoubted
