"""Eight requests at once on one worker, over a bare loop that decodes eight sequences in one batch.

Generated tokens per second of all eight together, from sending the first request to the last reply's
end, prompts included. The llama.cpp server's engine does the same on the same file. Rounds are interleaved.
"""

from __future__ import annotations

import argparse
import itertools
import time
from contextlib import ExitStack
from pathlib import Path

import shapes
from bare import Bare
from qwendesk.runtimes.session import Session
from report import median, parser, publish
from whole import PATIENCE_S, need, need_llama_cpp, opened, send, tokens, user

STREAMS, DECODE = 8, 64
CONTEXT, BATCH = 512, 512  # each stream's own context
OTHER = "llamaserver"
_numbers = itertools.count(1)


def arguments() -> argparse.Namespace:
    wanted = parser("streams")
    wanted.add_argument("--runtime", default="llamacpp")
    wanted.add_argument("--model", type=Path, help="a GGUF file; unset: the repeating one of 0.6B")
    wanted.add_argument("--threads", type=int, default=1)
    return wanted.parse_args()


def together(session: Session) -> tuple[float, list[list[int]]]:
    """Tokens per second, and the prompts."""
    texts = [f"{next(_numbers)} is the number of this one, and it is like no other." for _ in range(STREAMS)]
    began = time.perf_counter()
    replies = [send(session, [user(text)], DECODE) for text in texts]
    finished = [reply.wait(PATIENCE_S) for reply in replies]
    seconds = time.perf_counter() - began
    assert all(one.usage.completion_tokens == DECODE for one in finished), finished
    return STREAMS * DECODE / seconds, [tokens(session, [user(text)]) for text in texts]


def compare(model: Path, wanted: argparse.Namespace, names: list[str]) -> dict[str, list[float]]:
    """Tokens per second of each runtime and of the bare loop, round by round."""
    common = {"threads": wanted.threads, "batch": BATCH, "ubatch": BATCH}
    rates: dict[str, list[float]] = {name: [] for name in (*names, "bare")}
    with ExitStack() as stack:
        bare = stack.enter_context(Bare(model, context=CONTEXT * STREAMS, sequences=STREAMS, **common))
        here = [opened(name, model, context=CONTEXT, slots=STREAMS, **common) for name in names]
        sessions = [stack.enter_context(one) for one in here]
        for number in range(wanted.rounds + 1):
            told = [together(session) for session in sessions]
            row = [rate for rate, _ in told] + [bare.many(told[0][1], DECODE)]
            if number:  # the first round warms up
                for values, rate in zip(rates.values(), row, strict=True):
                    values.append(rate)
    return rates


def main() -> None:
    wanted = arguments()
    names = [wanted.runtime, OTHER] if wanted.runtime != OTHER else [OTHER]
    need(*names)
    need_llama_cpp()
    model = wanted.model or shapes.model("repeating")
    rates = compare(model, wanted, names)
    rows = [(f"{STREAMS} streams, {name}", median(values), "tok/s", "") for name, values in rates.items()]
    ours = rates.pop(wanted.runtime)
    for name, others in rates.items():
        ratio = median([one / other for one, other in zip(ours, others, strict=True)])
        target = "≥ 0.95" if name == "bare" else ""
        rows.append((f"{wanted.runtime} over {name}", ratio, "×", target))
    raw = {wanted.runtime: ours, **rates}
    publish(wanted.json, rows, rounds=wanted.rounds, model=model.name, threads=wanted.threads, raw=raw)


if __name__ == "__main__":
    main()
