"""A chat of eight turns that grows to about 6,000 tokens: time to the first token, with and without reuse.

Without: the same conversation on a second worker, where each turn begins with a word of its own, so that
no more than the chat's opening tokens are found in the cache. Then the same chat with a tiny hybrid
model, whose recurrent layers cannot be cut back: it, too, must read only what is new. New is what stands
behind the last reply, and that reply's last token, which was said but not yet read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

import shapes
from fakes.hybrid_gguf import write_hybrid
from qwendesk.api.messages import Message
from qwendesk.runtimes.session import Session
from report import median, parser, publish
from whole import ask, need, opened, user

TURNS, ANSWER, CONTEXT = 8, 64, 8192
WORDS = "some words that follow each other again and " * 85  # about 690 tokens
LETTERS = WORDS[:690]  # as many for a model that reads bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """`again` counts tokens that were read although they had been read before."""

    prompt: int
    again: int
    ttft_s: float


def arguments() -> argparse.Namespace:
    wanted = parser("turns")
    wanted.set_defaults(rounds=1)  # a round reads 34,000 tokens
    wanted.add_argument("--runtime", default="llamacpp")
    wanted.add_argument("--threads", type=int, default=1)
    return wanted.parse_args()


def chat(session: Session, said: str, *, fresh: bool = False) -> Iterator[Turn]:
    """Eight turns; `fresh` makes each of them unlike all before it from the first word on."""
    messages: list[Message] = []
    known = 0
    for number in range(TURNS):
        messages.append(user(said))
        first = user(f"{number} {messages[0].content}") if fresh else messages[0]
        finished = ask(session, [first, *messages[1:]], ANSWER)
        usage, ttft = finished.usage, finished.timings.ttft_s
        assert ttft is not None
        yield Turn(usage.prompt_tokens, known - usage.reused_tokens, ttft)
        known = usage.prompt_tokens + usage.completion_tokens - 1
        messages.append(Message("assistant", finished.answer))


def compare(runtime: str, options: dict[str, int], rounds: int) -> list[tuple[list[Turn], list[Turn]]]:
    """Each round's chat with reuse and without, one turn of this and one of that."""
    model = shapes.model("repeating")
    told = []
    with ExitStack() as stack:
        reusing, reading = (stack.enter_context(opened(runtime, model, **options)) for _ in range(2))
        for number in range(rounds):
            said = f"{number} {WORDS}"
            pairs = list(zip(chat(reusing, said), chat(reading, said, fresh=True), strict=True))
            told.append(([one for one, _ in pairs], [other for _, other in pairs]))
    return told


def main() -> None:
    wanted = arguments()
    need(wanted.runtime)
    options = {"context": CONTEXT, "slots": 1, "threads": wanted.threads}
    chats = compare(wanted.runtime, options, wanted.rounds)
    rows = []
    for number in range(TURNS):
        at = f"turn {number + 1}, {chats[0][0][number].prompt:,} tokens: first token"
        for name, which in (("", 0), (", nothing reused", 1)):
            rows.append((at + name, median([one[which][number].ttft_s * 1000 for one in chats]), "ms", ""))
    with tempfile.TemporaryDirectory() as folder:
        path = write_hybrid(Path(folder) / "hybrid.gguf", context=CONTEXT)
        with opened(wanted.runtime, path, **options) as session:
            hybrid = list(chat(session, LETTERS))
    for name, turns in (("", chats[0][0]), (", hybrid", hybrid)):
        rows.append((f"read again, worst turn{name}", max(one.again for one in turns), "tokens", "0"))
    publish(wanted.json, rows, rounds=wanted.rounds, hybrid=[one.again for one in hybrid])


if __name__ == "__main__":
    main()
