"""Conversation: a whole chat for one skill, ready to be rendered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lessons.arithmetic import arithmetic
from recipe.lessons.capitals import capital, capital_as_json
from recipe.lessons.counting import counting
from recipe.lessons.desk import desk
from recipe.lessons.greeting import greeting, identity
from recipe.lessons.memory import FACTS, asking, telling, value_of
from recipe.lessons.rules import RULES, neutral, obeyed
from recipe.lessons.samples import rendering, story
from recipe.lessons.tools import Lookup, lookup, offered, refused
from recipe.lessons.unknown import unknown
from recipe.lessons.words import words

PLAIN: dict[str, Callable[[Draw], Exchange]] = {
    "greeting": greeting,
    "identity": identity,
    "arithmetic": arithmetic,
    "capitals": capital,
    "json": capital_as_json,
    "words": words,
    "counting": counting,
    "story": story,
    "rendering": rendering,
    "desk": desk,
    "unknown": unknown,
}
MULTILINGUAL = ("greeting", "identity", "arithmetic", "capitals", "memory", "desk", "unknown")
_TRIES = 300
_BRIEF = ("capitals",)
_RULED = ("capitals", "capitals", "greeting", "arithmetic", "identity", "desk")
_PRACTISED = ("arithmetic", "words")
"""Skills whose chats often ask for several in a row: dense practice of replies without thoughts."""

_SMALL_TALK = ("greeting", "arithmetic", "arithmetic", "capitals", "desk", "identity", "words", "unknown")
_SMALL_TALK_ABROAD = ("greeting", "arithmetic", "arithmetic", "capitals", "desk")


@dataclass
class Conversation:
    """Messages in OpenAI's form; the last one is the reply to learn."""

    skill: str
    language: str
    thinking: bool
    messages: list[dict[str, Any]] = field(default_factory=list)
    tools: list[dict[str, Any]] = field(default_factory=list)

    def say(self, role: str, content: str, **extra: object) -> None:
        self.messages.append({"role": role, "content": content, **extra})

    def exchange(self, exchange: Exchange) -> None:
        """Add a finished exchange to the history (which keeps no thoughts)."""
        self.say("user", exchange.user)
        self.say("assistant", exchange.answer)

    def finish(self, exchange: Exchange) -> None:
        """Add the exchange that is to be learned."""
        self.say("user", exchange.user)
        self.reply(exchange)

    def reply(self, exchange: Exchange, **extra: object) -> None:
        thought = {"reasoning_content": exchange.thought} if self.thinking else {}
        self.say("assistant", exchange.answer, **thought, **extra)


class NothingLeftError(Exception):
    """A lesson has no exchange on the wanted side of the hold-out (few wordings in that language)."""


def conversation(draw: Draw, skill: str, held_out: bool) -> Conversation:
    """A chat that ends with an exchange of the skill, from the wanted side of the hold-out."""
    while True:
        try:
            return _conversation(draw, skill, held_out)
        except NothingLeftError:
            continue


def _conversation(draw: Draw, skill: str, held_out: bool) -> Conversation:
    draw.language = draw.weighted({"en": 0.6, "zh": 0.2, "ko": 0.2}) if skill in MULTILINGUAL else "en"
    chat = Conversation(skill, draw.language, thinking=draw.chance(0.48))
    if skill in _BUILDERS:
        _BUILDERS[skill](draw, chat, held_out)
        return chat
    _start(draw, chat)
    if draw.chance(0.08):
        chat.tools = offered(draw, None)
    if skill in _PRACTISED and draw.chance(0.5):
        for _ in range(draw.between(2, 5)):
            chat.exchange(_wanted(lambda: PLAIN[skill](draw), held_out=False))
    else:
        for _ in range(_history_length(draw)):
            chat.exchange(_small_talk(draw))
    chat.finish(_wanted(lambda: PLAIN[skill](draw), held_out))
    return chat


def _wanted(make: Callable[[], Exchange], held_out: bool) -> Exchange:
    for _ in range(_TRIES):
        if (exchange := make()).held_out == held_out:
            return exchange
    raise NothingLeftError


def _start(draw: Draw, chat: Conversation) -> None:
    if system := neutral(draw):
        chat.say("system", system)


def _history_length(draw: Draw) -> int:
    return 0 if draw.chance(0.75) else draw.between(1, 4)


def _small_talk(draw: Draw) -> Exchange:
    if draw.chance(0.2):
        fact = draw.pick(FACTS)
        return _wanted(lambda: telling(draw, fact, value_of(draw, fact)), held_out=False)
    skill = draw.pick(_SMALL_TALK if draw.language == "en" else _SMALL_TALK_ABROAD)
    return _wanted(lambda: PLAIN[skill](draw), held_out=False)


def _memory(draw: Draw, chat: Conversation, held_out: bool) -> None:
    """Tell one to three facts among other things, then ask for one (one time in six for an untold one)."""
    _start(draw, chat)
    if draw.chance(0.2):
        fact = draw.pick(FACTS)
        chat.finish(_wanted(lambda: telling(draw, fact, value_of(draw, fact)), held_out))
        return
    untold = draw.chance(0.17)
    asked, value, question = _question(draw, untold, held_out)
    told = [fact for fact in FACTS if fact != asked and draw.chance(0.4)] + ([] if untold else [asked])
    for turn in draw.shuffled(told + ["talk"] * _talks(draw, 5 - len(told))):
        if turn == "talk":
            chat.exchange(_talk_without_facts(draw))
        else:
            chat.exchange(telling(draw, turn, value if turn == asked else value_of(draw, turn)))
    chat.finish(question)


def _question(draw: Draw, untold: bool, held_out: bool) -> tuple[str, str, Exchange]:
    """The fact that is asked for, its value and the closing exchange."""
    for _ in range(_TRIES):
        fact = draw.pick(FACTS)
        value = value_of(draw, fact)
        question = asking(draw, fact, None if untold else value)
        if question.held_out == held_out:
            return fact, value, question
    raise NothingLeftError


def _talks(draw: Draw, most: int) -> int:
    return 0 if draw.chance(0.4) else draw.between(1, most)


def _talk_without_facts(draw: Draw) -> Exchange:
    skill = draw.pick(_SMALL_TALK if draw.language == "en" else _SMALL_TALK_ABROAD)
    return _wanted(lambda: PLAIN[skill](draw), held_out=False)


def _system(draw: Draw, chat: Conversation, held_out: bool) -> None:
    """Any of the rules, kept in the whole chat."""
    rule = draw.pick(list(RULES))
    chat.say("system", draw.pick(RULES[rule]))
    skills = _BRIEF if rule == "brief" else _RULED
    for _ in range(0 if draw.chance(0.7) else draw.between(1, 2)):
        chat.exchange(obeyed(rule, _wanted(lambda: PLAIN[draw.pick(skills)](draw), held_out=False)))
    chat.finish(obeyed(rule, _wanted(lambda: PLAIN[draw.pick(skills)](draw), held_out)))


def _tool_call(draw: Draw, chat: Conversation, held_out: bool) -> None:
    wanted = _start_lookup(draw, chat)
    found = _wanted_lookup(draw, wanted, held_out)
    chat.say("user", found.asked.user)
    chat.reply(found.asked, tool_calls=[found.call])


def _tool_answer(draw: Draw, chat: Conversation, held_out: bool) -> None:
    wanted = _start_lookup(draw, chat)
    found = _wanted_lookup(draw, wanted, held_out)
    chat.say("user", found.asked.user)
    thought = {"reasoning_content": found.asked.thought} if chat.thinking and draw.chance(0.6) else {}
    chat.say("assistant", "", tool_calls=[found.call], **thought)
    chat.say("tool", found.result)
    chat.reply(found.answered)


def _tool_refused(draw: Draw, chat: Conversation, held_out: bool) -> None:
    _start(draw, chat)
    for _ in range(_history_length(draw)):
        chat.exchange(_small_talk(draw))
    chat.finish(_wanted(lambda: refused(draw), held_out))


def _start_lookup(draw: Draw, chat: Conversation) -> str:
    """The system message, the tools and perhaps some history; returns the tool to be used."""
    wanted = draw.pick(["get_weather", "get_weather", "get_time"])
    chat.tools = offered(draw, wanted)
    _start(draw, chat)
    if draw.chance(0.15):
        _finished_lookup(draw, chat, wanted)
    elif draw.chance(0.2):
        chat.exchange(_small_talk(draw))
    return wanted


def _finished_lookup(draw: Draw, chat: Conversation, name: str) -> None:
    before = _wanted_lookup(draw, name, held_out=False)
    chat.say("user", before.asked.user)
    chat.say("assistant", "", tool_calls=[before.call])
    chat.say("tool", before.result)
    chat.say("assistant", before.answered.answer)


def _wanted_lookup(draw: Draw, name: str, held_out: bool) -> Lookup:
    while (found := lookup(draw, name)).asked.held_out != held_out:
        continue
    return found


_BUILDERS: dict[str, Callable[[Draw, Conversation, bool], None]] = {
    "memory": _memory,
    "system": _system,
    "tool call": _tool_call,
    "tool answer": _tool_answer,
    "no tool": _tool_refused,
}
SKILLS = (*PLAIN, *_BUILDERS)
