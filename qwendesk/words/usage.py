"""What is told about a prompt's reuse and about speculation: one wording for every face."""

from __future__ import annotations

from qwendesk.api.engine import Reuse
from qwendesk.api.reply import Usage
from qwendesk.api.words import N_
from qwendesk.words import _

_REASONS: dict[Reuse, tuple[str, str]] = {
    "unknown": (N_("not told"), N_("This engine does not tell why no more of the prompt was reused.")),
    "whole": (N_("there is no more"), N_("All that can be reused: the last token is always read again.")),
    "new": (N_("the rest is new"), N_("The prompt goes on where a cached text ended.")),
    "first": (N_("nothing was cached"), N_("The first prompt since the model was loaded.")),
    "fresh": (
        N_("a fresh start was asked for"),
        N_("The request wanted the whole prompt read again, so that it says the same each time."),
    ),
    "differs": (
        N_("the prompt differs from there on"),
        N_("No prompt in the cache begins with more of this one: something before its end has changed."),
    ),
    "busy": (
        N_("the rest is in use by another reply"),
        N_("More of the prompt is in the cache, but another reply that is on its way works with it."),
    ),
    "evicted": (
        N_("the rest had to make room"),
        N_("More of the prompt was in the cache once and was dropped for other prompts."),
    ),
    "no_checkpoint": (
        N_("the model cannot go back that far"),
        N_("The model is recurrent and cannot return to the place where this prompt leaves the cached one."),
    ),
}


def reuse(usage: Usage) -> tuple[str, str]:
    """Why no more was reused, in a few words, and what that means in a sentence."""
    words, meaning = _REASONS[usage.reuse]
    return _(words), _(meaning)


def reused(usage: Usage) -> str:
    """How much of the prompt was reused and, where it was not all and the engine tells, why no more."""
    told = _("reused {n:,} of {m:,} prompt tokens").format(n=usage.reused_tokens, m=usage.prompt_tokens)
    if usage.reuse in ("unknown", "whole", "new"):
        return told
    return _("{told} ({why})").format(told=told, why=reuse(usage)[0])


def accepted(usage: Usage) -> str:
    """How many guessed tokens were right: "12 of 16 (75 %)"; empty where none was guessed."""
    if not usage.drafted_tokens:
        return ""
    share = 100 * usage.accepted_tokens / usage.drafted_tokens
    return _("{n:,} of {m:,} ({share:.0f} %)").format(
        n=usage.accepted_tokens, m=usage.drafted_tokens, share=share
    )
