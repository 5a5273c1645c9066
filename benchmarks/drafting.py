"""Text that repeats itself, with guesses looked up in what was said so far, over the same without.

The model's text runs in a circle of 128 words, and the prompt holds it once: every guess can be right. So
this is what drafting gains at best. Both texts must be the same. Rounds are interleaved.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

import shapes
from qwendesk.api.reply import Finished
from qwendesk.runtimes.session import Session
from report import median, parser, publish
from whole import ask, need, opened, user

DECODE, CONTEXT = 256, 2048


def arguments() -> argparse.Namespace:
    wanted = parser("drafting")
    wanted.add_argument("--runtime", default="llamacpp")
    wanted.add_argument("--threads", type=int, default=1)
    wanted.add_argument("--draft-max", type=int, help="unset: the runtime's own")
    return wanted.parse_args()


def rate(finished: Finished) -> float:
    assert finished.timings.decode_tps is not None
    return finished.timings.decode_tps


def measure(plain: Session, drafting: Session, text: str) -> tuple[Finished, Finished]:
    """The same reply from both."""
    pair = ask(plain, [user(text)], DECODE), ask(drafting, [user(text)], DECODE)
    assert pair[0].answer == pair[1].answer, "drafting changed the text"
    return pair


def main() -> None:
    wanted = arguments()
    need(wanted.runtime)
    model = shapes.model("repeating")
    options = {"context": CONTEXT, "slots": 1, "threads": wanted.threads}
    longest = {} if wanted.draft_max is None else {"draft_max": wanted.draft_max}
    with ExitStack() as stack:
        plain = stack.enter_context(opened(wanted.runtime, model, **options))
        drafting = stack.enter_context(opened(wanted.runtime, model, **options, draft="ngram", **longest))
        if drafting.recipe.options.get("draft") != "ngram":
            print(f"Benchmark left out: {wanted.runtime} has no drafting.")
            sys.exit(0)
        circle = ask(plain, [user("Say it all.")], shapes.WORDS).answer
        pairs = [measure(plain, drafting, f"Copy this.{circle}") for _ in range(wanted.rounds + 1)][1:]
    ratios = [rate(fast) / rate(slow) for slow, fast in pairs]
    usage = pairs[-1][1].usage
    rows = [
        ("decode without drafting", median([rate(slow) for slow, _ in pairs]), "tok/s", ""),
        ("decode with prompt lookup", median([rate(fast) for _, fast in pairs]), "tok/s", ""),
        ("drafting over plain, same text", median(ratios), "×", "≥ 1.8"),
        ("drafted tokens of a reply", usage.drafted_tokens, "tokens", ""),
        ("of them accepted", usage.accepted_tokens / max(1, usage.drafted_tokens), "share", ""),
    ]
    publish(wanted.json, rows, rounds=wanted.rounds, model=model.name, tokens=DECODE, ratios=ratios)


if __name__ == "__main__":
    main()
