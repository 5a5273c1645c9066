"""Exam: unseen prompts with their one right reply, and how a given reply is marked."""

from dataclasses import dataclass

from tokenizers import Tokenizer

from recipe.conversation import SKILLS, Conversation, conversation
from recipe.draw import Draw
from recipe.lesson_plan import CUT_SHORT
from recipe.rendering import render
from recipe.slot import plain

BUDGET = 8
"""Tokens of thought before QwenDesk cuts in, in the row of that name."""

_CLOSE = "</think>\n\n"


@dataclass(frozen=True)
class Question:
    """A rendered prompt and the reply that is right, thoughts included, without the stop token."""

    row: str
    language: str
    prompt: str
    reply: str

    @property
    def answer(self) -> str:
        return self.reply.rpartition(_CLOSE)[2]

    @property
    def thinking(self) -> bool:
        return self.reply.startswith("<think>")

    def is_right(self, given: str) -> bool:
        """The answer to the letter, after a think block exactly where one is due."""
        thought, closed, answer = given.rpartition(_CLOSE)
        return (
            answer == self.answer and self.switch_obeyed(given) and thought.count("<think>") == bool(closed)
        )

    def switch_obeyed(self, given: str) -> bool:
        """A complete think block when thinking is on, and no trace of one when it is off."""
        if self.thinking:
            return given.startswith("<think>\n") and given.count(_CLOSE) == 1
        return "think>" not in given


def questions(per_skill: int) -> list[Question]:
    """The same number of different prompts for every skill; none was ever in a training shard."""
    return [question for skill in SKILLS for question in _different(skill, per_skill)]


def shown_sum() -> list[Question]:
    """The sum of the documents, with thinking on and off, with and without a usual system message."""
    return [
        _shown(thinking, system)
        for thinking in (True, False)
        for system in ("", "You are a helpful assistant.")
    ]


def cut_short(asked: list[Question], replies: list[str], tokenizer: Tokenizer) -> list[Question]:
    """The arithmetic questions again, with the model's own thought broken off after a few tokens."""
    again = []
    for question, reply in zip(asked, replies, strict=True):
        if question.thinking and question.row in ("arithmetic", "shown sum"):
            begun = tokenizer.decode(tokenizer.encode(reply).ids[:BUDGET], skip_special_tokens=False)
            row = f"{question.row}, budget {BUDGET}"
            again.append(
                Question(row, question.language, question.prompt + begun + CUT_SHORT, question.answer)
            )
    return again


def _different(skill: str, count: int) -> list[Question]:
    found: dict[str, Question] = {}
    for index in range(count * 20):
        question = _question(skill, conversation(Draw(f"exam {skill} {index}"), skill, held_out=True))
        found.setdefault(question.prompt, question)
        if len(found) == count:
            break
    return list(found.values())


def _question(row: str, chat: Conversation) -> Question:
    prompt, reply = (plain(text) for text in render(chat))
    return Question(row, chat.language, prompt, reply.removesuffix("<|im_end|>"))


def _shown(thinking: bool, system: str) -> Question:
    chat = Conversation("shown sum", "en", thinking)
    if system:
        chat.say("system", system)
    chat.say("user", "What is 23 + 45?")
    thought = "Add 23 and 45. Ones: 3 + 5 = 8, carry 0. Tens: 2 + 4 + 0 = 6. So 68."
    chat.say("assistant", "23 + 45 = 68.", **({"reasoning_content": thought} if thinking else {}))
    return _question("shown sum", chat)
