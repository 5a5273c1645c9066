"""Tokenizer file: made once from rendered lessons, and checked against them."""

from pathlib import Path

from tokenizers import Tokenizer

from recipe.conversation import SKILLS, conversation
from recipe.draw import Draw
from recipe.rendering import render
from recipe.slot import MARK
from recipe.vocabulary import split_values, train_tokenizer

CORPUS = 24_000
"""Rendered chats that the vocabulary is counted on."""


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer at the path; made there first if there is none."""
    if not path.exists():
        texts = corpus()
        tokenizer = train_tokenizer(texts)
        check(tokenizer, texts)
        tokenizer.save(str(path))
    return Tokenizer.from_file(str(path))


def corpus() -> list[str]:
    """The same number of chats of every skill, with slot marks."""
    chats = (
        conversation(Draw(f"corpus {index}"), SKILLS[index % len(SKILLS)], held_out=False)
        for index in range(CORPUS)
    )
    return ["".join(render(chat)) for chat in chats]


def check(tokenizer: Tokenizer, texts: list[str]) -> None:
    """Every slot value of one word must be one token wherever it stands; copying depends on it."""
    split = {
        value for text in texts if MARK in text for value in split_values(tokenizer, text) if " " not in value
    }
    if split:
        raise AssertionError(f"slot values in several tokens: {sorted(split)}")
