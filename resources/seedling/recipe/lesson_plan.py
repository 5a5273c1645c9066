"""Lesson plan: the endless, seeded stream of training chats, a shard at a time."""

import json
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from recipe.conversation import Conversation, conversation
from recipe.draw import Draw
from recipe.rendering import render
from recipe.slot import plain

MIX = Path(__file__).with_name("mix.json")
"""How often each skill comes up. Read again for every shard, so that it may change while training goes on."""

CUT_SHORT = (
    "\n\nConsidering the limited time by the user, I have to give the solution based on the thinking "
    "directly now.\n</think>\n\n"
)
"""What QwenDesk writes into a reply whose thinking budget is used up."""

_OPENED = "<|im_start|>assistant\n"
_CLOSED = "<|im_end|>"


@dataclass(frozen=True)
class Example:
    """Token ids, and for each whether it is to be learned."""

    ids: list[int]
    learned: list[bool]


def shard(tokenizer: Tokenizer, number: int, size: int) -> list[Example]:
    """``size`` examples; the same number gives the same shard as long as the mix is the same."""
    mix = json.loads(MIX.read_text(encoding="utf-8"))
    draw = Draw(f"shard {number}")
    segmented = []
    for _ in range(size):
        skill = draw.weighted(mix)
        segmented.append(segments(conversation(draw, skill, held_out=False), draw, tokenizer))
    texts = [text for parts in segmented for text, _ in parts]
    encoded = iter(tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    return [_example([(next(encoded).ids, kind) for _, kind in parts]) for parts in segmented]


def segments(chat: Conversation, draw: Draw, tokenizer: Tokenizer) -> list[tuple[str, str]]:
    """The chat cut into ``given``, ``past`` (an earlier reply) and ``reply`` parts.

    Cutting there changes no token: a reply follows a line break and does not start with white space.
    """
    prompt, reply = (plain(text) for text in render(chat))
    parts: list[tuple[str, str]] = []
    head, *rest = prompt.split(_OPENED)
    parts.append((head, "given"))
    for turn in rest[:-1]:
        past, _, after = turn.partition(_CLOSED)
        parts += [(_OPENED, "given"), (past + _CLOSED, "past"), (after, "given")]
    parts.append((_OPENED + rest[-1], "given"))
    return parts + (
        _cut(reply, draw, tokenizer) if chat.thinking and draw.chance(0.13) else [(reply, "reply")]
    )


def _cut(reply: str, draw: Draw, tokenizer: Tokenizer) -> list[tuple[str, str]]:
    """The thought broken off after some token, the closing words, and the right reply all the same."""
    thought, _, answer = reply.partition("\n</think>\n\n")
    ids = tokenizer.encode(thought).ids
    kept = draw.between(1, min(len(ids), 14) if draw.chance(0.5) else len(ids))
    begun = tokenizer.decode(ids[:kept], skip_special_tokens=False)
    if draw.chance(0.5):
        return [(begun, "reply"), (CUT_SHORT, "given"), (answer, "reply")]
    return [(begun + CUT_SHORT, "given"), (answer, "reply")]


def _example(parts: list[tuple[list[int], str]]) -> Example:
    """Learn replies; of past ones not the first token, which the thinking switch decides."""
    ids: list[int] = []
    learned: list[bool] = []
    for part, kind in parts:
        ids += part
        learned += [kind == "reply" or (kind == "past" and index > 0) for index in range(len(part))]
    return Example(ids, learned)
