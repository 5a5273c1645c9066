"""What a prompt recommends and needs, and what an assistant brings along, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qwendesk.api.messages import Thinking
from qwendesk.api.options import describe
from qwendesk.api.prompts import PromptTemplate
from qwendesk.api.sampling import Sampling
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.words import _


def needs(prompt: PromptTemplate) -> str:
    """What the model must understand besides text; empty where that is nothing."""
    words = {"images": _("Needs a model that sees images."), "audio": _("Needs a model that hears.")}
    return " ".join(words[one] for one in prompt.needs)


def recommended(thing: object) -> str:
    """The settings that go with a prompt: "reasoning on, temperature 0.3"; empty where it has none."""
    if not isinstance(thing, PromptTemplate):
        return ""
    return ", ".join((*_thinking(Thinking(thing.thinking)), *_sampling(thing.sampling)))


def assistant_facts(one: Assistant) -> str:
    """The model and the settings, a line of each."""
    settings = (*_thinking(one.thinking), *_sampling(one.sampling))
    model = _("Model: {name}").format(name=one.model or _("the one that is loaded"))
    told = _("Settings: {what}").format(what=", ".join(settings) or _("those of the model"))
    return f"{model}\n{told}"


def _thinking(thinking: Thinking) -> Iterator[str]:
    if thinking.on is not None:
        yield _("reasoning on") if thinking.on else _("reasoning off")
    if thinking.budget is not None and thinking.on is not False:
        yield _("budget {n:,} tokens").format(n=thinking.budget)


def _sampling(values: Mapping[str, Any]) -> Iterator[str]:
    for one in describe(Sampling):
        if one.name in values:
            title = _(one.title)
            yield f"{title[0].lower()}{title[1:]} {values[one.name]}"
