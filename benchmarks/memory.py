"""The memory estimate against what a worker really takes: PSS after a prompt that fills the context.

Random-weight files of dense, expert and hybrid shape × 4 quantizations × 3 contexts × 3 cache types, each
loaded in a real worker. Building the files takes two minutes once, and 8 GB of disk.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import weights
import whole
from qwendesk.app import App
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.parts import Estimate, Host
from qwendesk.models.reading import read_facts
from qwendesk.runtimes import memory
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths
from qwendesk.system.processor import features
from report import median, parser, publish

CONTEXTS = (512, 1024, 2048)
CACHES = ("f16", "q8_0", "q4_0")
# What the chat template puts around the text, and room for the answer.
_AROUND = 24
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Load:
    """One cell of the table; bytes."""

    family: weights.Family
    quantization: str
    context: int
    cache: str
    estimate: Estimate
    measured: int

    @property
    def error(self) -> float:
        return self.estimate.total / self.measured - 1


def main() -> None:
    own = parser("memory")
    own.add_argument("--runtime", default="llamacpp")
    own.add_argument("--families", nargs="+", default=list(weights.FAMILIES))
    own.add_argument("--quantizations", nargs="+", default=list(weights.QUANTIZATIONS))
    given = own.parse_args()
    whole.need("llamacpp", given.runtime)
    loads = []
    for load in _loads(given.runtime, given.families, given.quantizations):
        loads.append(load)
        print(_line(load), flush=True)
    errors = [abs(one.error) for one in loads]
    rows = [
        ("median error", 100 * median(errors), "%", "≤ 5"),
        ("worst error", 100 * max(errors), "%", "≤ 10"),
        *(
            (f"median error, {family}", 100 * median(_errors(loads, family)), "%", "")
            for family in given.families
        ),
    ]
    publish(given.json, rows, runtime=given.runtime, loads=[_data(one) for one in loads])


def _errors(loads: list[Load], family: str) -> list[float]:
    return [abs(one.error) for one in loads if one.family == family]


def _loads(runtime: str, families: list[weights.Family], quantizations: list[str]) -> Iterator[Load]:
    host = Host(features())
    with tempfile.TemporaryDirectory() as home, App(Paths(Path(home))) as app:
        for family, quantization in itertools.product(families, quantizations):
            path = weights.model(family, quantization)
            facts = read_facts(path)
            for context, cache in itertools.product(CONTEXTS, CACHES):
                options: dict[str, Any] = {"context": context, "cache_type_k": cache, "cache_type_v": cache}
                with closing(app.runtimes.open(app.library.find(str(path)), runtime, options)) as session:
                    measured = _measured(session)
                session.join(60)
                told = estimate(facts, runtime, options, host)
                yield Load(family, quantization, context, cache, told, measured)


def _measured(session: Session) -> int:
    """Peak PSS of the worker after it has read a whole context."""
    room = session.wait_ready(whole.PATIENCE_S).context - _AROUND
    one = session.count_tokens("0 0 " * 100) / 100
    text = "0 0 " * int(room / one)
    while session.count_tokens(text) > room:
        text = text[: -len("0 0 ")]
    whole.send(session, [whole.user(text)], 1).wait(whole.PATIENCE_S)
    return max(memory.used_bytes(session.pid) or 0, session.state.peak_bytes)


def _line(one: Load) -> str:
    told = f"{one.estimate.total / _MIB:8,.0f} MiB estimated {one.measured / _MIB:8,.0f} MiB measured"
    return (
        f"{one.family:8} {one.quantization:7} {one.context:6,} {one.cache:5} {told} {100 * one.error:+6.1f} %"
    )


def _data(one: Load) -> dict[str, Any]:
    return {
        "family": one.family,
        "quantization": one.quantization,
        "context": one.context,
        "cache": one.cache,
        "estimated": one.estimate.total,
        "measured": one.measured,
        "parts": {part.id: part.bytes for part in one.estimate.parts},
    }


if __name__ == "__main__":
    sys.exit(main())
