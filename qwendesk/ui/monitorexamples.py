"""Example content for the pictures of Monitor and History: an hour with a model of four gigabytes."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.api.sampling import Sampling
from qwendesk.models.memory.parts import Estimate, Part
from qwendesk.models.model import Model
from qwendesk.monitor.live import Live
from qwendesk.monitor.roofline import Reading
from qwendesk.monitor.rooflines import Expected
from qwendesk.monitor.sample import Burst, GpuSample, MachineSample, Sample, SampleTaken, WorkerSample
from qwendesk.runtimes.launch import Launch
from qwendesk.runtimes.session import Recipe, ReplyFinished
from qwendesk.store.metrics import MetricRows, ReplyRow, Series
from qwendesk.ui.room import Room

RATE = 52
SESSION = 1
_NAME, _SLOW = "Qwen3-4B-Instruct-2507", 23
_MB = 1_000_000
_REPLY_S, _PAUSE_S = 26, 14


def samples(start: float) -> Iterator[Sample]:
    """One for each second: replies of 26 seconds with 14 seconds of rest between them."""
    chance = random.Random(7)  # noqa: S311 - examples want the same each time
    second = 0
    while True:
        number, within = divmod(second, _REPLY_S + _PAUSE_S)
        busy = within < _REPLY_S
        cores = tuple(_core(chance, core < 2 and busy) for core in range(4))
        machine = MachineSample(
            cores,
            7_900 * _MB,
            16_400 * _MB,
            temperature=61.0 if busy else 47.0,
            power_w=23.0 if busy else 6.0,
        )
        gaps = tuple(_gap(chance, n) for n in range(RATE)) if busy else ()
        worker = WorkerSample(
            SESSION,
            4711,
            _NAME,
            "llamacpp",
            int(3_290 * _MB + 60 * _MB * math.tanh(second / 600)),
            3_412 * _MB,
            private=905 * _MB,
            file_backed=2_405 * _MB,
            busy=1.9 + 0.05 * chance.random() if busy else 0.01,
            threads=5,
            running=int(busy),
            slots=1,
            tokens_per_s=RATE + chance.gauss(0, 0.8) if busy else 0.0,
            bursts=(Burst(number, gaps, begins=within == 0),) if busy else (),
        )
        yield Sample(start + second, machine, (worker,))
        second += 1


def _core(chance: random.Random, busy: bool) -> float:
    return min(1.0, (0.95 if busy else 0.06) + 0.05 * chance.random())


def _gap(chance: random.Random, token: int) -> float:
    """Seconds of a token; now and then one stumbles."""
    return (
        (0.061 if token == _SLOW and chance.random() < 0.2 else 0.0) + 0.0188 + abs(chance.gauss(0, 0.0006))
    )


def expected(*, on_card: bool = False) -> Expected:
    """Of the model in Q4_K_M, with a context of 8,192 tokens."""
    parts = (
        Part("weights", 2_498 * _MB, "bytes of all tensors", "gpu" if on_card else "cpu"),
        Part("cache", 604 * _MB, "36 layers × 8,192 cells"),
        Part("compute", 216 * _MB, "the largest step"),
        Part("overhead", 64 * _MB, "measured"),
    )
    reading = Reading(2_282 * _MB, 604 * _MB / 8192, 0, on_card)
    return Expected(Estimate(parts, 8192), reading, 152e9)


def reply(tokens: int = 1352) -> ReplyFinished:
    """A reply of twenty-six seconds."""
    recipe = Recipe(Model(_NAME, _NAME, Path("m.gguf"), "gguf", "Q4_K_M", 0), _spec(), {}, Launch((), {}))
    usage = Usage(prompt_tokens=812, reused_tokens=640, completion_tokens=tokens)
    timings = Timings(ttft_s=0.31, prompt_tps=420.5, decode_tps=52.1, total_s=26.3)
    return ReplyFinished(SESSION, recipe, Finished("stop", "", "", (), usage, timings, Sampling()))


def _spec() -> RuntimeSpec:
    return RuntimeSpec(
        "llamacpp",
        "llama.cpp",
        "",
        ("gguf",),
        ("cpu",),
        object,
        frozenset(),
        "",
        lambda _machine: Probe(True),
    )


def _feed(
    room: Room, change: Callable[[Sample], Sample] = lambda sample: sample, seconds: int = 3600
) -> None:
    """The time before now in one go, the last sample over the bus."""
    monitoring, now = room.monitoring, time.time()
    monitoring.live = Live()
    found = samples(now - seconds)
    for second in range(seconds - 1):
        monitoring.live.add(change(next(found)))
        if second % (_REPLY_S + _PAUSE_S) == _REPLY_S:
            monitoring.live.replied(reply())
    room.app.bus.publish(SampleTaken(change(next(found))))


def _full(room: Room) -> None:
    room.views.monitor.pages.show_full()
    room.monitoring.expect(SESSION, expected())
    _feed(room)


def _waiting(room: Room) -> None:
    """Loaded, and nothing asked yet."""
    room.monitoring.expect(SESSION, expected())

    def silent(sample: Sample) -> Sample:
        worker = replace(sample.workers[0], busy=0.01, running=0, tokens_per_s=0.0, bursts=())
        return replace(
            sample, workers=(worker,), machine=replace(sample.machine, cores=(0.06, 0.1, 0.04, 0.08))
        )

    monitoring = room.monitoring
    monitoring.live = Live()
    for sample, _second in zip(samples(time.time() - 20), range(20), strict=False):
        monitoring.live.add(silent(sample))
    room.app.bus.publish(SampleTaken(silent(next(samples(time.time())))))


def _empty(room: Room) -> None:
    """No model, and a system that tells little."""
    room.monitoring.live = Live()
    for sample, _second in zip(samples(time.time() - 20), range(20), strict=False):
        bare = replace(sample.machine, temperature=None, power_w=None)
        room.app.bus.publish(SampleTaken(replace(sample, workers=(), machine=bare)))


def _card(room: Room) -> None:
    """With a graphics card, which holds the weights."""
    room.monitoring.expect(SESSION, expected(on_card=True))
    _feed(room, with_card)


def with_card(sample: Sample) -> Sample:
    """The same on a computer with a graphics card."""
    share = 0.88 if sample.workers[0].running else 0.03
    card = GpuSample(0, "GeForce RTX 4060", share, 3_100 * _MB, 8_600 * _MB, 104.0, 66.0)
    return replace(sample, gpus=(card,))


def _broken(room: Room) -> None:
    """The model's file cannot be read any more."""
    gone = Problem(
        "model_unreadable", path="/media/kim/models/Qwen3-4B.gguf", detail="No such file or directory"
    )
    room.monitoring.expect(SESSION, None, gone)
    _feed(room, seconds=300)


def _history(room: Room) -> None:
    """Two models; one of them with two kinds of KV cache."""
    rows, now, chance = MetricRows(room.app.store), time.time(), random.Random(3)  # noqa: S311
    for model, runtime, settings, rate in (
        ("Qwen3-8B", "llamaserver", {"context": 4096}, 27.0),
        (_NAME, "llamacpp", {"cache_type_k": "f16", "context": 8192}, 49.0),
        (_NAME, "llamacpp", {"cache_type_k": "q8_0", "context": 8192}, 52.0),
    ):
        told, values, replies = json.dumps(settings), [], []
        for _reply in range(60):
            at = now - 86000 * chance.random() ** 2
            figures = {
                "decode_tps": rate * (1 + chance.gauss(0, 0.03)),
                "ttft_s": 0.3 + 0.2 * chance.random(),
            }
            values += [
                (Series("reply", model, runtime, told, name), at, one) for name, one in figures.items()
            ]
            replies.append(ReplyRow(at, model, runtime, told, json.dumps(figures)))
        rows.add(values, replies)
    room.reviewing.refresh()


DOCKS: dict[str, tuple[str, Callable[[Room], None]]] = {
    "monitor-empty": ("monitor", _empty),
    "monitor-waiting": ("monitor", _waiting),
    "monitor": ("monitor", _full),
    "monitor-card": ("monitor", _card),
    "monitor-broken": ("monitor", _broken),
    "history-empty": ("history", lambda room: room.reviewing.refresh()),
    "history": ("history", _history),
}
