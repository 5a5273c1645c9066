"""The figures that are shown against those of a client with a clock of its own on the same stream.

The client knows nothing but when it sent its request and when the pieces of the answer arrived. The prompts
are new each time, so that nothing is served from the cache.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import shapes
from qwendesk.api.messages import Thinking
from qwendesk.api.reply import Delta, Finished, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.runtimes.session import Session
from report import parser, publish
from whole import PATIENCE_S, need, opened, user


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure as the application tells it, and as the client measured it."""

    told: float
    seen: float

    @property
    def error(self) -> float:
        return abs(self.told / self.seen - 1)


def main() -> None:
    own = parser("metrics")
    own.add_argument("--runtimes", nargs="+", default=["llamacpp", "llamaserver"])
    own.add_argument("--model", type=Path, help="a GGUF file; unset: the repeating one of 0.6B")
    own.add_argument("--tokens", type=int, default=100)
    wanted = own.parse_args()
    need(*wanted.runtimes)
    model = wanted.model or shapes.model("repeating")
    rows, raw = [], {}
    for runtime in wanted.runtimes:
        with opened(runtime, model, context=1024) as session:
            replies = [asked(session, number, wanted.tokens) for number in range(wanted.rounds + 1)][1:]
        for name in replies[0]:
            pairs = [one[name] for one in replies]
            raw[f"{name}, {runtime}"] = [(one.told, one.seen) for one in pairs]
            error = 100 * statistics.median(one.error for one in pairs)
            rows.append((f"{name}, {runtime}", error, "% apart", "≤ 2"))
    publish(wanted.json, rows, model=model.name, tokens=wanted.tokens, rounds=wanted.rounds, raw=raw)


def asked(session: Session, number: int, count: int) -> dict[str, Pair]:
    """One reply by both clocks."""
    words = " ".join(str(number * 1000 + one) for one in range(40))
    request = ReplyRequest(
        (user(f"{number} {words}"),), Sampling(temperature=0.0, max_tokens=count), Thinking(on=False)
    )
    sent = time.perf_counter()
    reply, inbox = session.stream(request)
    arrived: list[tuple[float, int]] = []
    for event in inbox:
        if isinstance(event, Delta):
            arrived.append((time.perf_counter(), event.tokens))
    return compared(reply.wait(PATIENCE_S), sent, arrived, time.perf_counter())


def compared(
    finished: Finished, sent: float, arrived: list[tuple[float, int]], ended: float
) -> dict[str, Pair]:
    timings, tokens = finished.timings, finished.usage.completion_tokens
    assert timings.ttft_s is not None
    assert timings.decode_tps is not None
    (first, at_first), (last, _) = arrived[0], arrived[-1]
    assert at_first == 1, "the first token is never held back for others"
    return {
        "Time to first token": Pair(timings.ttft_s, first - sent),
        "Decode speed": Pair(timings.decode_tps, (tokens - 1) / (last - first)),
        "Whole reply": Pair(timings.total_s, ended - sent),
    }


if __name__ == "__main__":
    main()
